// At most so many beginnings within so long, by key, over all runs of this host; who comes too early waits in line. Kept in
// memory only: after a restart the count begins anew.

import { cancelled } from '../../../shared/errors.ts';
import type { RateLimit } from '../../../shared/model/workflow.ts';

interface Line {
  limit: RateLimit;
  /** When the newest ones began, oldest first; never more than `max`. */
  begun: number[];
  waiting: (() => void)[];
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Keys nobody waits for are forgotten when there are more. */
const maxIdleKeys = 1000;
const longestTimerMs = 2 ** 31 - 1;

export class RateLimits {
  readonly #lines = new Map<string, Line>();
  readonly #now: () => number;

  /** The clock on the wall may jump; this one must not. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Resolves when it may begin; `onWait` is called once when that is not now. Rejects with `cancelled`. */
  take(key: string, limit: RateLimit, signal: AbortSignal, onWait: () => void): Promise<void> {
    if (signal.aborted) return Promise.reject(cancelled());
    const line = this.#lineOf(key);
    // The newest run's limit counts: it is what the person set last.
    line.limit = limit;
    if (line.waiting.length === 0 && this.#waitMs(line) === 0) {
      this.#begin(line);
      return Promise.resolve();
    }
    onWait();
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        line.waiting.splice(line.waiting.indexOf(go), 1);
        if (line.waiting.length === 0) clearTimer(line);
        reject(cancelled());
      };
      signal.addEventListener('abort', leave, { once: true });
      line.waiting.push(go);
      this.#look(line);
    });
  }

  #lineOf(key: string): Line {
    let line = this.#lines.get(key);
    if (line !== undefined) return line;
    if (this.#lines.size >= maxIdleKeys) this.#forgetIdle();
    line = { limit: { max: 1, perMs: 1 }, begun: [], waiting: [], timer: undefined };
    this.#lines.set(key, line);
    return line;
  }

  #forgetIdle(): void {
    for (const [key, line] of this.#lines) if (line.waiting.length === 0 && this.#waitMs(line) === 0) this.#lines.delete(key);
  }

  /** 0 when one may begin now. */
  #waitMs({ begun, limit }: Line): number {
    const oldest = begun[begun.length - limit.max];
    return oldest === undefined ? 0 : Math.max(0, oldest + limit.perMs - this.#now());
  }

  #begin(line: Line): void {
    line.begun.push(this.#now());
    if (line.begun.length > line.limit.max) line.begun.splice(0, line.begun.length - line.limit.max);
  }

  #look(line: Line): void {
    if (line.timer !== undefined) return;
    while (line.waiting.length > 0 && this.#waitMs(line) === 0) {
      this.#begin(line);
      line.waiting.shift()?.();
    }
    if (line.waiting.length === 0) return;
    line.timer = setTimeout(
      () => {
        line.timer = undefined;
        this.#look(line);
      },
      Math.min(longestTimerMs, Math.max(1, this.#waitMs(line))),
    );
  }
}

function clearTimer(line: Line): void {
  clearTimeout(line.timer);
  line.timer = undefined;
}
