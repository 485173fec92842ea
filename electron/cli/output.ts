// How the command line speaks: data to stdout, everything else to stderr; colour only on a terminal; JSON when asked.

import type { AppErrorShape } from '../../shared/errors.ts';
import { toAppError } from '../../shared/errors.ts';
import { terminalHint } from './hints.ts';

/** What a command ends with. `waiting`: the run goes on once a person has answered. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, waiting: 3, busy: 4, cancelled: 130, terminated: 143 } as const;

const colourful = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && process.env.NO_COLOR === undefined;
const paint =
  (code: number) =>
  (text: string, stream: NodeJS.WriteStream = process.stdout): string =>
    colourful(stream) ? `\u001b[${code}m${text}\u001b[0m` : text;

export const dim = paint(2);
export const bold = paint(1);
export const red = paint(31);
export const green = paint(32);
export const amber = paint(33);

/** Text from outside may carry terminal escapes; they are shown, not obeyed. */
export const inert = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not reach a terminal
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (char) => {
    const code = char.charCodeAt(0).toString(16);
    // As approvals write out whatever is not seen.
    return code.length > 2 ? `⟨U+${code.toUpperCase().padStart(4, '0')}⟩` : `\\x${code.padStart(2, '0')}`;
  });

/** The same on one line: what a person says yes to must not look like more lines than it is. */
export const inertLine = (text: string): string => inert(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');

export const print = (line = ''): void => void process.stdout.write(`${line}\n`);
export const say = (line: string): void => void process.stderr.write(`${line}\n`);
export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

/** Places that a text takes on a terminal: colour codes and marks none, wide signs (CJK, emoji) two. */
export function widthOf(text: string): number {
  let width = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes take no room
  for (const sign of text.replace(/\u001b\[\d+m/g, '')) width += noRoom.test(sign) ? 0 : wide.test(sign) ? 2 : 1;
  return width;
}
const noRoom = /^[\p{M}\p{Cf}]$/u;
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])$/u;

/** Columns as wide as their widest cell; the last one is not padded, and goes on below itself where a terminal is too narrow for it. */
export function printTable(
  rows: string[][],
  columns: number | undefined = process.stdout.isTTY ? process.stdout.columns : undefined,
): void {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  for (const row of rows) {
    const first = row.slice(0, -1).map((cell, i) => `${cell}${' '.repeat((widths[i] ?? 0) - widthOf(cell))}  `);
    const left = first.reduce((sum, cell) => sum + widthOf(cell), 0);
    const room = columns === undefined || columns - left < leastRoom ? Number.POSITIVE_INFINITY : columns - left;
    const lines = linesWithin(row.at(-1) ?? '', room);
    for (const [at, line] of lines.entries()) print(`${at === 0 ? first.join('') : ' '.repeat(left)}${line}`.trimEnd());
  }
}
/** With less of it a terminal's own way is better. */
const leastRoom = 24;

/** Broken at spaces. A word that is longer stays whole, so that a path can be taken from the terminal as one. */
function linesWithin(text: string, room: number): string[] {
  if (widthOf(text) <= room) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(`${line} ${word}`) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

export function sayError(error: unknown, json: boolean): void {
  const shape: AppErrorShape = toAppError(error).toJSON();
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: shape })}\n`);
    return;
  }
  say(
    `${red('Error', process.stderr)}: ${inert(shape.message)}${shape.place === undefined || shape.message.includes(shape.place) ? '' : ` (at ${inert(shape.place)})`}`,
  );
  const hint = terminalHint(shape);
  if (hint !== undefined) say(`  ${inert(hint)}`);
}

export const formatMs = (ms: number): string =>
  ms < 1000
    ? `${Math.round(ms)} ms`
    : ms < 60_000
      ? `${(ms / 1000).toFixed(1)} s`
      : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;

/** `21 Nov 2026, 10:32:46`: read alike everywhere, as on the pages. */
export const formatTime = (at: number): string => new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
