// The newest output of a server, for people to read: a bounded ring of lines.

import { StringDecoder } from 'node:string_decoder';
import { limits } from './limits.ts';

const maxLine = 4_000;

type NoteLevel = 'info' | 'warn';

export class StderrRing {
  #lines: string[] = [];
  #length = 0;
  #partial = '';
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  readonly #onNote: (level: NoteLevel, text: string) => void;

  constructor(onLine: (line: string) => void = () => undefined, onNote: (level: NoteLevel, text: string) => void = () => undefined) {
    this.#onLine = onLine;
    this.#onNote = onNote;
  }

  write(chunk: Buffer): void {
    const pieces = (this.#partial + this.#decoder.write(chunk)).split('\n');
    const last = pieces.pop() ?? '';
    for (const line of pieces) this.#take(line);
    // A line without end must not grow: it is cut into lines.
    if (last.length > maxLine) {
      this.#take(last);
      this.#partial = '';
    } else this.#partial = last;
  }

  #take(line: string): void {
    this.add(line);
    this.#onLine(line.replace(/\r$/, ''));
  }

  /** Words of ours, marked among its own, and told to whoever keeps its log. */
  note(level: NoteLevel, text: string): void {
    this.add(`[orrery] ${text}`);
    this.#onNote(level, text);
  }

  add(text: string): void {
    const line = text.replace(/\r$/, '').slice(0, maxLine);
    this.#lines.push(line);
    this.#length += line.length + 1;
    while (this.#length > limits.stderrBytes && this.#lines.length > 1) this.#length -= (this.#lines.shift() as string).length + 1;
    // `shift` on a long array of tiny lines is costly; so many lines are never shown anyway.
    if (this.#lines.length > 20_000) {
      this.#lines = this.#lines.slice(-10_000);
      this.#length = this.#lines.reduce((sum, each) => sum + each.length + 1, 0);
    }
  }

  /** The newest lines, oldest first, with what has come of an unfinished one. */
  newest(count: number): string[] {
    const all = this.#partial === '' ? this.#lines : [...this.#lines.slice(-count), this.#partial];
    return all.slice(-count);
  }

  get length(): number {
    return this.#length;
  }
}
