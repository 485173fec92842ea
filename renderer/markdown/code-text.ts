// Code as it is drawn: what a reader cannot see but a shell, a compiler or a model would obey is shown by its name (direction overrides,
// zero-width marks, control characters). What is copied is what is there. Emoji keep the marks that they are made of.

import { hasHidden, visibleText } from './hidden.ts';

const emoji =
  /\p{Extended_Pictographic}(?:\ufe0f|\ufe0e|\p{Emoji_Modifier})*(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})*)*|[#*0-9]\ufe0f\u20e3/gu;

export function visibleCode(code: string): string {
  // A line that ends in Windows' way hides nothing.
  const text = code.replaceAll('\r\n', '\n');
  if (!hasHidden(text)) return text;
  let shown = '';
  let from = 0;
  for (const { 0: found, index } of text.matchAll(emoji)) {
    shown += visibleText(text.slice(from, index)) + found;
    from = index + found.length;
  }
  return shown + visibleText(text.slice(from));
}
