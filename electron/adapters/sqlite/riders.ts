// Writes that nobody waits for, kept until a transaction comes by that takes them along: a commit costs a sync of the disk, whatever is in it.

import type { Health } from './health.ts';

/** What rides is on disk after this time at the latest, in milliseconds. */
const rideMs = 25;
/** When the disk refused. */
const againMs = 1000;

export class Riders {
  readonly #health: Pick<Health, 'note'>;
  #waiting: (() => void)[] = [];
  /** In the transaction that is open. */
  #aboard: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(health: Pick<Health, 'note'>) {
    this.#health = health;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  add(work: () => void): void {
    this.#waiting.push(work);
  }

  /** Calls `settle` when no transaction came by. */
  plan(settle: () => void, isAgain = false): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        settle();
      },
      isAgain ? againMs : rideMs,
    );
  }

  /** At the end of a transaction. */
  run(): void {
    if (this.#waiting.length === 0) return;
    this.#aboard = this.#waiting;
    this.#waiting = [];
    for (const work of this.#aboard)
      try {
        work();
      } catch (error) {
        this.#health.note(error);
      }
  }

  /** The transaction is over; when it came to nothing they wait for the next. */
  settled(isKept: boolean): void {
    if (!isKept) this.#waiting = [...this.#aboard, ...this.#waiting];
    this.#aboard = [];
    if (this.#waiting.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }
}
