// The jobs of the clock torture: every rule, several zones with daylight saving on both halves of the earth, and spans.

import type { MissedRule } from '../../shared/model/job.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import { type CronTimes, cronTimesBetween } from './clock-oracle.ts';

export interface TorturedJob {
  node: string;
  rule: MissedRule;
  config: Record<string, JsonValue>;
  /** Its times after the first and up to the second, from what it was turned on at. */
  timesFrom(turnedOn: number, first: number, last: number): (from: number, to: number) => number[];
}

const all = (count: number, step = 1): number[] => Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);

function cron(node: string, pattern: string, rule: MissedRule, times: CronTimes): TorturedJob {
  return {
    node,
    rule,
    config: { mode: 'cron', cron: pattern, zone: times.zone, missed: rule },
    timesFrom(_turnedOn, first, last) {
      const known = cronTimesBetween(times, first, last);
      return (from, to) => known.slice(firstAfter(known, from), firstAfter(known, to));
    },
  };
}

function every(node: string, count: number, unit: 'seconds' | 'minutes', rule: MissedRule): TorturedJob {
  const ms = count * (unit === 'seconds' ? 1000 : 60_000);
  return {
    node,
    rule,
    config: { mode: 'every', every: count, unit, missed: rule },
    timesFrom: (turnedOn) => (from, to) => {
      const times: number[] = [];
      for (let at = turnedOn + Math.ceil((from + 1 - turnedOn) / ms) * ms; at <= to; at += ms) times.push(at);
      return times;
    },
  };
}

/** Index of the first that is later. */
function firstAfter(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const torturedJobs: readonly TorturedJob[] = [
  cron('berlin', '30 2 * * *', 'skip', { zone: 'Europe/Berlin', minutes: [30], hours: [2], isFixed: true }),
  cron('york', '30 2 * * *', 'once', { zone: 'America/New_York', minutes: [30], hours: [2], isFixed: true }),
  cron('york2', '30 1 * * 0', 'all', { zone: 'America/New_York', minutes: [30], hours: [1], weekdays: [0], isFixed: true }),
  cron('sydney', '15 1,2 * * *', 'all', { zone: 'Australia/Sydney', minutes: [15], hours: [1, 2], isFixed: true }),
  cron('london', '0 */2 * * *', 'once', { zone: 'Europe/London', minutes: [0], hours: all(24, 2), isFixed: false }),
  cron('nepal', '*/20 * * * *', 'skip', { zone: 'Asia/Kathmandu', minutes: all(60, 20), hours: all(24), isFixed: false }),
  cron('beirut', '0 0 * * *', 'all', { zone: 'Asia/Beirut', minutes: [0], hours: [0], isFixed: true }),
  cron('howe', '15 2 * * *', 'once', { zone: 'Australia/Lord_Howe', minutes: [15], hours: [2], isFixed: true }),
  cron('howe2', '*/30 1-2 * * *', 'all', { zone: 'Australia/Lord_Howe', minutes: [0, 30], hours: [1, 2], isFixed: false }),
  cron('payday', '0 9 1,15 * *', 'all', { zone: 'UTC', minutes: [0], hours: [9], days: [1, 15], isFixed: true }),
  every('span45', 45, 'minutes', 'all'),
  every('span90', 90, 'seconds', 'skip'),
  every('span7', 7, 'minutes', 'once'),
];

/** Nights when clocks change somewhere above, in UTC: the torture goes there on purpose. */
export const changes: readonly number[] = [2025, 2026, 2027].flatMap((year) => {
  const sunday = (month: number, nth: number): number => {
    const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
    const day = nth > 0 ? 1 + ((7 - first) % 7) + (nth - 1) * 7 : 0;
    if (nth > 0) return Date.UTC(year, month, day);
    const end = new Date(Date.UTC(year, month + 1, 0));
    return Date.UTC(year, month, end.getUTCDate() - end.getUTCDay());
  };
  const hour = 3_600_000;
  return [
    sunday(2, -1) + hour,
    sunday(9, -1) + hour,
    sunday(2, 2) + 7 * hour,
    sunday(10, 1) + 6 * hour,
    sunday(3, 1) - 8 * hour,
    sunday(9, 1) - 8 * hour,
  ];
});
