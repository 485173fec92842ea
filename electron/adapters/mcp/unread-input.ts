// Watches what was written to a server and not read by it: much may wait for a moment, but a server that reads nothing of it is ended.
// All that waits is one write to Node, and its length stands still until the last byte is read; only the socket itself sees a part go.

import { Socket } from 'node:net';
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
  #isWatched = false;

  /** `waitMs`: so long it may read nothing while much waits for it. A child's stdin is a socket. */
  constructor(stdin: Writable, waitMs: number, onStuck: () => void) {
    this.#stdin = stdin;
    this.#waitMs = waitMs;
    this.#onStuck = onStuck;
    if (stdin instanceof Socket) stdin.on('timeout', () => this.#stoodStill());
  }

  write(text: string): void {
    this.#stdin.write(text);
    if (this.#stdin.writableLength > most) this.#onStuck();
    else if (this.#stdin.writableLength > patient) this.#watch(true);
  }

  close(): void {
    this.#watch(false);
  }

  /** Nothing went out for so long, not even a part of what waits. */
  #stoodStill(): void {
    this.#watch(false);
    if (!this.#stdin.destroyed && this.#stdin.writableLength > patient) this.#onStuck();
  }

  #watch(isWatched: boolean): void {
    if (this.#isWatched === isWatched || !(this.#stdin instanceof Socket)) return;
    this.#isWatched = isWatched;
    this.#stdin.setTimeout(isWatched ? this.#waitMs : 0);
  }
}
