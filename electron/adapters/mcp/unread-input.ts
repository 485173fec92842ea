// Watches what was written to a server and not read by it: much may wait for a moment, but a server that reads nothing of it is ended.

import type { Writable } from 'node:stream';
import { limits } from './limits.ts';

/** UTF-8 bytes that may wait for as long as they like. */
const patient = 4 * limits.messageBytes;
/** However it goes on: it is our memory that they wait in. */
const most = 32 * limits.messageBytes;

export class UnreadInput {
  readonly #stdin: Writable;
  readonly #waitMs: number;
  readonly #onStuck: () => void;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `waitMs`: so long it may read nothing while much waits for it. */
  constructor(stdin: Writable, waitMs: number, onStuck: () => void) {
    this.#stdin = stdin;
    this.#waitMs = waitMs;
    this.#onStuck = onStuck;
  }

  write(text: string): void {
    const before = this.#stdin.writableLength;
    this.#stdin.write(text);
    this.#sent += Math.max(0, this.#stdin.writableLength - before);
    if (this.#stdin.writableLength > most) this.#onStuck();
    else if (this.#stdin.writableLength > patient) this.#timer ??= this.#lookLater(this.#read);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Bytes that it took so far, of those that had to wait. */
  get #read(): number {
    return this.#sent - this.#stdin.writableLength;
  }

  #lookLater(read: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = undefined;
      if (this.#stdin.destroyed || this.#stdin.writableLength <= patient) return;
      if (this.#read === read) this.#onStuck();
      else this.#timer = this.#lookLater(this.#read);
    }, this.#waitMs);
  }
}
