// Starts a server by words that are known. The main side writes what was written the last time, and compares the bytes of each answer
// with what the worker read then: as long as they are the same, nothing of them is read here and no worker is needed. At the first
// word that is another, a worker takes over, is told what was said so far, and reads on. Reads nothing that others wrote but a tiny
// question for the roots, which many servers ask first of all.

import { rootsAnswers } from './roots-ask.ts';
import { fingerprint, type StartRecord } from './start-record.ts';
import type { Past } from './worker-messages.ts';

const newline = 10;

export type Taken =
  /** All as the last time so far. */
  | { is: 'known' }
  /** It is ready; `rest` came after it. */
  | { is: 'ready'; rest: Buffer }
  /** Something else was said: `rest` begins with it. */
  | { is: 'other'; rest: Buffer };

export class KnownStart {
  readonly #record: Pick<StartRecord, 'steps'>;
  readonly #write: (text: string) => void;
  readonly #answerRoots: (line: Buffer) => boolean;
  /** What was said so far, for a worker that takes over. */
  readonly past: Past = { lines: [], answers: [] };
  #at = 0;
  /** The beginning of a line. */
  #parts: Buffer[] = [];
  #length = 0;

  constructor(record: Pick<StartRecord, 'steps'>, write: (text: string) => void, roots: readonly string[]) {
    this.#record = record;
    this.#write = write;
    this.#answerRoots = rootsAnswers(roots, write);
  }

  /** Writes the first words. */
  begin(): void {
    this.#say();
  }

  /** The chunk is not kept. */
  take(chunk: Buffer): Taken {
    for (let from = 0; from < chunk.length; ) {
      const to = chunk.indexOf(newline, from);
      this.#add(chunk.subarray(from, to === -1 ? chunk.length : to));
      const expected = this.#record.steps[this.#at]?.answer.bytes ?? 0;
      // Only answers of that length are looked at, so no more than that is ever held.
      if (this.#length > Math.max(expected, 1_024)) return { is: 'other', rest: this.#restOf(chunk, to === -1 ? chunk.length : to) };
      if (to === -1) return { is: 'known' };
      const line = this.#takeLine();
      from = to + 1;
      if (this.#isExpected(line)) {
        if (this.#isOver()) return { is: 'ready', rest: chunk.subarray(from) };
      } else if (!this.#answerRoots(line)) return { is: 'other', rest: Buffer.concat([line, chunk.subarray(to)]) };
    }
    return { is: 'known' };
  }

  #add(part: Buffer): void {
    this.#parts.push(Buffer.from(part));
    this.#length += part.length;
  }

  #takeLine(): Buffer {
    const line = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return line;
  }

  #restOf(chunk: Buffer, from: number): Buffer {
    return Buffer.concat([this.#takeLine(), chunk.subarray(from)]);
  }

  #isExpected(line: Buffer): boolean {
    const answer = this.#record.steps[this.#at]?.answer;
    if (answer === undefined || line.length !== answer.bytes || fingerprint(line).sha256 !== answer.sha256) return false;
    this.past.answers.push(new Uint8Array(Buffer.concat([line, Buffer.of(newline)])));
    this.#at += 1;
    return true;
  }

  #isOver(): boolean {
    if (this.#at === this.#record.steps.length) return true;
    this.#say();
    return false;
  }

  #say(): void {
    const lines = this.#record.steps[this.#at]?.lines ?? [];
    this.past.lines.push(...lines);
    this.#write(lines.join(''));
  }
}
