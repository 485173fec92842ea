// A vault of a test, in memory: nothing is sealed, everything else is as the real one does it.

import type { Vault } from '../../electron/runtime/ports.ts';
import { AppError } from '../../shared/errors.ts';

export function memoryVault(
  secrets: Record<string, string> = {},
): Pick<Vault, 'reveal' | 'redact' | 'set' | 'replace' | 'remove' | 'list'> & { secrets: Map<string, string> } {
  const kept = new Map(Object.entries(secrets));
  const info = (name: string) => ({ name, note: '', createdAt: 0, updatedAt: 0 }) as unknown as ReturnType<Vault['list']>[number];
  return {
    secrets: kept,
    reveal: async (name) => {
      const value = kept.get(name);
      if (value === undefined) throw new AppError('secret-not-found', `There is no secret “${name}”.`, { hint: 'Add it.' });
      return value;
    },
    redact: (text) => [...kept].reduce((out, [name, value]) => out.replaceAll(value, `[secret:${name}]`), text),
    list: () => [...kept.keys()].map(info),
    set: async (name: string, value: unknown) => {
      kept.set(name, String(value));
      return info(name);
    },
    replace: async (name: string, value: unknown) => {
      kept.set(name, String(value));
      return info(name);
    },
    remove: async (name) => void kept.delete(name),
  };
}
