// What one live run keeps: rows that are waited for, and rows that it runs ahead of, up to a limit: those of pure steps, and what an
// effect gave, because whatever could be seen of it waits for a later row. After a row that the disk refused nothing more may be promised.

import { type AppError, toAppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { Clock } from '../ports.ts';
import type { RunHub } from '../services.ts';

/**
 * A run may be this many rows ahead of the disk: a few milliseconds of pure steps, which are done again after a crash. Not fewer than the
 * journal takes in one commit, or the run would wait for a commit that waits for more rows.
 */
const maxAhead = 1024;
/** Longest stretch without giving other work of the process a turn, in milliseconds. */
const maxStretchMs = 12;

interface Deps {
  id: RunId;
  hub: Pick<RunHub, 'record'>;
  clock: Pick<Clock, 'now'>;
  /** Calls `stop` when the run stops; the returned function forgets it. */
  onStop(stop: () => void): () => void;
  /** Once, with what the disk said. */
  onBroken(error: unknown): void;
}

export class RowsAhead {
  /** Why nothing more may be promised. */
  broken: AppError | undefined;
  readonly #deps: Deps;
  readonly #caughtUp: (() => void)[] = [];
  #ahead = 0;
  /** The rows that were queued last. */
  #flight: { told: Promise<void>; rows: number } | undefined;
  #lastYield: number;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#lastYield = deps.clock.now();
  }

  /** The same as `record`, for who tells `giveUp` of what the disk said: one promise for all rows of a commit. */
  queue(event: RunEvent): Promise<void> {
    return this.#deps.hub.record(this.#deps.id, event);
  }

  /** Settles when the event, and all before it, are on disk. */
  async record(event: RunEvent): Promise<void> {
    try {
      await this.queue(event);
    } catch (error) {
      this.giveUp(error);
      throw error;
    }
  }

  /**
   * Queues a row without waiting for the disk; true when too many are on their way. `mayWait`: for the next commit or some milliseconds,
   * not for the one of this turn of the event loop.
   */
  put(event: RunEvent, mayWait = true): boolean {
    this.#ahead += 1;
    const told = this.#deps.hub.record(this.#deps.id, event, mayWait);
    // Rows that share a commit share its promise.
    if (this.#flight?.told !== told) {
      const flight = { told, rows: 0 };
      this.#flight = flight;
      told.then(() => this.#landed(flight.rows), this.giveUp);
    }
    this.#flight.rows += 1;
    return this.#ahead >= maxAhead;
  }

  /** Settles when all that was put is on disk. Throws why it cannot be. */
  async untilKept(): Promise<void> {
    // Told to `giveUp` already.
    await this.#flight?.told.catch(() => undefined);
    if (this.broken !== undefined) throw this.broken;
  }

  /** Waits until what is queued is on disk, and lets timers and messages have a turn now and then. */
  async catchUp(): Promise<void> {
    // Nothing lands any more, and who stops the run has stopped all that waited: whoever came now would wait for ever.
    if (this.broken !== undefined) throw this.broken;
    if (this.#ahead > 0) {
      await new Promise<void>((resolve) => {
        const forget = this.#deps.onStop(resolve);
        this.#caughtUp.push(() => {
          forget();
          resolve();
        });
      });
      if (this.broken !== undefined) throw this.broken;
    }
    if (this.#deps.clock.now() - this.#lastYield < maxStretchMs) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#lastYield = this.#deps.clock.now();
  }

  readonly giveUp = (error: unknown): void => {
    if (this.broken !== undefined) return;
    this.broken = toAppError(error);
    this.#deps.onBroken(error);
  };

  #landed(rows: number): void {
    this.#ahead -= rows;
    // Below the limit is enough: waiting for none would cost branches that run side by side a commit of their own.
    if (this.#ahead < maxAhead && this.#caughtUp.length > 0) {
      for (const wake of this.#caughtUp.splice(0)) wake();
    }
  }
}
