// Says what had to run, by brute force and without a line of the product's code: it walks over every minute of some years in each
// zone, and follows the rules as they are written for people (docs/how-to/let-a-workflow-start-by-itself.md):
// - a time comes when the clock stands there: it runs, once in its life, at most a minute late;
// - times that nobody was there for are missed, once: skip runs none, once the newest for all, all the newest thousand;
// - a clock that was set back goes over its times again; those that have run do not run again. Where it had been set forward over
//   times before, they count as not yet missed again.

import type { MissedRule } from '../../shared/model/job.ts';

const minute = 60_000;
const slice = 15 * minute;

export interface CronTimes {
  zone: string;
  minutes: readonly number[];
  hours: readonly number[];
  days?: readonly number[];
  weekdays?: readonly number[];
  /** Neither minute nor hour is a star or a step: such times move behind the gap of spring and come once in autumn. */
  isFixed: boolean;
}

/** How far local time is ahead of UTC, in milliseconds, looked up for each quarter of an hour. */
function offsets(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const known = new Map<number, number>();
  return (at) => {
    const start = Math.floor(at / slice) * slice;
    let offset = known.get(start);
    if (offset === undefined) {
      const [month = 1, day = 1, year = 1970, hour = 0, min = 0] = (format.format(start).match(/\d+/g) ?? []).map(Number);
      offset = Date.UTC(year, month - 1, day, hour, min) - start;
      known.set(start, offset);
    }
    return offset;
  };
}

/** Every time of the pattern in the span, in order. */
export function cronTimesBetween(cron: CronTimes, from: number, to: number): number[] {
  const offsetAt = offsets(cron.zone);
  const hits = (local: number): boolean => {
    const date = new Date(local);
    return (
      cron.minutes.includes(date.getUTCMinutes()) &&
      cron.hours.includes(date.getUTCHours()) &&
      (cron.days === undefined || cron.days.includes(date.getUTCDate())) &&
      (cron.weekdays === undefined || cron.weekdays.includes(date.getUTCDay()))
    );
  };
  const times: number[] = [];
  const told = new Set<number>();
  let before = offsetAt(from - minute);
  for (let at = Math.ceil(from / minute) * minute; at <= to; at += minute) {
    const offset = offsetAt(at);
    const local = at + offset;
    let isDue = hits(local);
    if (cron.isFixed) {
      if (isDue && told.has(local)) isDue = false;
      if (isDue) told.add(local);
      // Spring: the local minutes between were left out; what was to come in them comes now.
      for (let lost = at + before; lost < local; lost += minute) if (hits(lost)) isDue = true;
    }
    before = offset;
    if (isDue) times.push(at);
  }
  return times;
}

const onTime = minute;
const mostCaughtUp = 1000;

export class JobOracle {
  readonly rule: MissedRule;
  readonly started = new Set<number>();
  readonly missed = new Set<number>();
  readonly #between: (from: number, to: number) => number[];
  #accounted: number;
  #jump: { from: number; to: number } | undefined;

  /** `between`: its times after `from`, up to and with `to`. */
  constructor(rule: MissedRule, turnedOn: number, between: (from: number, to: number) => number[]) {
    this.rule = rule;
    this.#accounted = turnedOn;
    this.#between = between;
  }

  #open(from: number, to: number): number[] {
    return this.#between(from, to).filter((time) => !this.started.has(time));
  }

  /** The clock went from here to there with the host looking on. */
  live(from: number, to: number): void {
    for (const time of this.#open(from, to)) this.started.add(time);
  }

  /** Nobody looked on until `to`; `wasSet`: because the clock was. */
  gap(from: number, to: number, wasSet: boolean): void {
    const open = this.#open(from, to);
    const newestStarted = Math.max(...this.#between(from, to).filter((time) => this.started.has(time)), Number.NEGATIVE_INFINITY);
    const owed = open.filter((time) => time < to - onTime && time > this.#accounted);
    const late = new Set(owed);
    const run = open.filter((time) => time >= to - onTime);
    if (this.rule === 'all') run.push(...owed.slice(-mostCaughtUp));
    if (this.rule === 'once') run.push(...owed.slice(-1).filter((time) => time > newestStarted));
    for (const time of run) {
      this.started.add(time);
      late.delete(time);
    }
    for (const time of late) this.missed.add(time);
    if (open.length === 0) return;
    this.#accounted = Math.max(this.#accounted, to);
    if (wasSet) this.#jump = { from, to };
  }

  /** The clock was set back. Over times that all ran, that changes nothing. */
  back(from: number, to: number): void {
    if (this.#open(to, from).length === 0) return;
    const jump = this.#jump;
    if (jump !== undefined && to < jump.to) {
      this.#accounted = Math.max(jump.from, to);
      this.#jump = undefined;
    } else this.#accounted = Math.max(this.#accounted, from);
  }
}
