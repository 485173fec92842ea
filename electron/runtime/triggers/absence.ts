// Notices when nobody was there to start what was due, and says why in words: the host was closed, the computer slept, the clock
// was set. Two clocks are compared: the wall's, which people set, and the time since the computer started, which nobody does.

import type { JobStore } from '../ports.ts';
import { dateTime, spanWords } from './time-words.ts';

export interface Look {
  now: number;
  /** The wall clock is behind what it was. */
  wentBack: boolean;
  /** Where the wall clock stood, at the earliest, right after it was set back. */
  landed: number;
  /** The wall clock was set forward: from where to where. */
  jump: { from: number; to: number } | undefined;
  /** Why times between the last look and this one were missed. */
  reason: string;
}

type Seen = NonNullable<ReturnType<JobStore['lastSeen']>>;

/** Differences below this are the ordinary unevenness of timers, in milliseconds. */
const unevenMs = 5000;

export class Absence {
  #last: { now: number; uptime: number | undefined } | undefined;
  /** When a host was last there, before this one started, and whether it closed then or was only seen. */
  readonly #seen: Seen | undefined;

  constructor(seen: Seen | undefined) {
    this.#seen = seen;
  }

  /** `expectedMs`: how long the last wait was meant to be. */
  look(now: number, uptime: number | undefined, expectedMs: number): Look {
    const last = this.#last;
    this.#last = { now, uptime };
    if (last === undefined) {
      const seen = this.#seen;
      const wentBack = seen !== undefined && now < seen.at;
      return {
        now,
        wentBack,
        jump: undefined,
        landed: now,
        reason: seen === undefined || wentBack ? 'No host was running' : closed(seen, now),
      };
    }
    const passed = uptime === undefined || last.uptime === undefined ? undefined : Math.max(0, uptime - last.uptime);
    const set = passed === undefined ? 0 : now - last.now - passed;
    const away = passed === undefined ? now - last.now : passed;
    const reasons: string[] = [];
    if (away > expectedMs + unevenMs) reasons.push(`the computer slept or Orrery was held up ${span(last.now, last.now + away)}`);
    if (set > unevenMs) reasons.push(`the clock went forward by ${spanWords(set)}`);
    if (set < -unevenMs) reasons.push(`the clock went back by ${spanWords(-set)}`);
    const text = reasons.join(', and ');
    return {
      now,
      wentBack: now < last.now,
      landed: now - (passed ?? 0),
      jump: set > unevenMs ? { from: now - set, to: now } : undefined,
      reason: text === '' ? 'It began too late' : `${text[0]?.toUpperCase()}${text.slice(1)}`,
    };
  }
}

/** One that did not close in order was there a while longer than it was last seen: up to a minute, or until the power went. */
const closed = ({ at, isEnd }: Seen, now: number): string =>
  isEnd
    ? `The host was closed ${span(at, now)}`
    : `The host was gone until ${dateTime(now, at)}: it ended without closing some time after ${dateTime(at, now)}`;
const span = (from: number, to: number): string => `from ${dateTime(from, to)} to ${dateTime(to, from)}`;
