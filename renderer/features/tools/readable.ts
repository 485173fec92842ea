// Text from tool servers made fit to be read: cut, JSON indented, what cannot be seen shown. Pure.

import { visibleText } from '../../markdown/hidden.ts';

const longest = 100_000;

export const clip = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}\n…` : text);

/** JSON is shown indented; everything else as it came. */
export function readable(text: string): string {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed) || trimmed.length > longest) return visibleText(clip(text));
  try {
    return visibleText(JSON.stringify(JSON.parse(trimmed), null, 2));
  } catch {
    // It only looked like JSON.
    return visibleText(clip(text));
  }
}
