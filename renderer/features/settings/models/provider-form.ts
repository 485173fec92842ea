// The rules of the "add a local server" form. Pure.

import type { ProviderConfig } from '../../../../shared/model/model.ts';

export const suggestedAddress = (type: ProviderConfig['type']): string =>
  type === 'ollama' ? 'http://127.0.0.1:11434' : 'http://127.0.0.1:8080/v1';

export function isAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}

/** An id made from the name that no other provider has. */
export function idFor(title: string, taken: readonly string[]): string {
  const base =
    title
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+|-+$/g, '')
      .slice(0, 32) || 'server';
  let id = base;
  for (let next = 2; taken.includes(id); next += 1) id = `${base}-${next}`;
  return id;
}
