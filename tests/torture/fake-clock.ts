// A clock that a torture drives. The wall clock can be set; the time since the computer started only goes on. Sleepers wake by the
// latter, as timers do.

import type { Clock } from '../../electron/runtime/ports.ts';
import { cancelled } from '../../shared/errors.ts';

interface Sleeper {
  since: number;
  wakesAt: number;
  wake(): void;
}

/** Lets everything that is ready run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class FakeClock implements Clock {
  wall: number;
  up = 1_000_000;
  #sleepers = new Set<Sleeper>();

  constructor(wall: number) {
    this.wall = wall;
  }

  now(): number {
    return this.wall;
  }

  uptime(): number {
    return this.up;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { since: this.up, wakesAt: this.up + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal.addEventListener(
        'abort',
        () => {
          this.#sleepers.delete(sleeper);
          reject(cancelled());
        },
        { once: true },
      );
    });
  }

  /** Whoever sleeps now never wakes: their process was killed. */
  forgetSleepers(): void {
    this.#sleepers.clear();
  }

  /** Since the time that the next one to wake fell asleep, in milliseconds. */
  asleepFor(): number {
    return this.up - Math.max(...[...this.#sleepers].map((each) => each.since));
  }

  /** Until the next sleeper wakes, in milliseconds. */
  untilWake(): number {
    return Math.max(0, Math.min(...[...this.#sleepers].map((each) => each.wakesAt)) - this.up);
  }

  async #wakeReady(): Promise<void> {
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.wakesAt > this.up) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    await settle();
  }

  /** Time passes, and those who sleep wake in it. */
  async pass(ms: number): Promise<void> {
    // Whoever was just woken falls asleep again first.
    await settle();
    const end = this.up + ms;
    for (;;) {
      const step = Math.min(this.untilWake(), end - this.up);
      this.wall += step;
      this.up += step;
      await this.#wakeReady();
      if (this.up >= end && this.untilWake() > 0) return;
    }
  }

  /** The computer sleeps: time passes, and nobody wakes before its end. */
  async suspend(ms: number): Promise<void> {
    this.wall += ms;
    this.up += ms;
    await this.#wakeReady();
  }
}
