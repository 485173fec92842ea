// Splits Markdown into top-level blocks while it grows. Finished blocks keep their identity, so that only the tail is
// parsed again; a text with link definitions or footnotes is one document and is split anew each time.

import { parseMarkdownIntoBlocks } from 'streamdown';

/** What the last split saw; keep it per message. */
export interface SplitMemo {
  text: string;
  blocks: readonly string[];
}

export const emptySplit: SplitMemo = { text: '', blocks: [] };

/** A definition or footnote ties far-apart places together. */
const tiedTogether = /\[\^[^\]]{1,200}\]|^ {0,3}\[[^\]]+\]:/m;

const lengthOf = (blocks: readonly string[]): number => blocks.reduce((sum, block) => sum + block.length, 0);

/** The blocks of `text`. `before` is what the call for its earlier, shorter form returned. */
export function splitBlocks(before: SplitMemo, text: string): SplitMemo {
  if (text === before.text) return before;
  // The last two blocks may still change: a line below can turn a paragraph into a heading or lengthen a list.
  const kept = before.blocks.slice(0, -2);
  const from = lengthOf(kept);
  if (kept.length === 0 || !text.startsWith(before.text) || tiedTogether.test(text)) return whole(text);
  const tail = parseMarkdownIntoBlocks(text.slice(from));
  // The splitter normalises some texts; then offsets cannot be trusted.
  if (from + lengthOf(tail) !== text.length) return whole(text);
  return { text, blocks: [...kept, ...tail] };
}

const whole = (text: string): SplitMemo => ({ text, blocks: parseMarkdownIntoBlocks(text) });
