import { uptime } from 'node:os';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { cancelled } from '../../shared/errors.ts';
import type { Clock } from '../runtime/ports.ts';

/** Timers cannot be longer; a longer sleep is made of several. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  uptime: () => uptime() * 1000,
  async sleep(ms, signal) {
    if (signal.aborted) throw cancelled();
    try {
      for (let left = ms; left > 0; left -= longestTimerMs) await sleepFor(Math.min(left, longestTimerMs), undefined, { signal });
    } catch (error) {
      if (signal.aborted) throw cancelled();
      throw error;
    }
  },
};
