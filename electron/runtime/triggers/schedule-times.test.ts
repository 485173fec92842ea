import { describe, expect, test } from 'vitest';
import { type CronTimes, cronTimesBetween } from '../../../tests/torture/clock-oracle.ts';
import { cronSchedule, spanSchedule } from './schedule-times.ts';

const now = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const day = 24 * hour;
const iso = (times: readonly (number | undefined)[]): string[] =>
  times.map((each) => (each === undefined ? '' : new Date(each).toISOString().slice(5, 16)));
function take(schedule: { next(after: number): number | undefined }, after: number, count: number): (number | undefined)[] {
  const times: (number | undefined)[] = [];
  for (let at: number | undefined = after; times.length < count && at !== undefined; ) {
    at = schedule.next(at);
    times.push(at);
  }
  return times;
}

describe('daylight saving', () => {
  test('a time that spring leaves out is due right after the gap, also one of several', () => {
    expect(iso(take(cronSchedule('30 2 * * *', 'Europe/Berlin', now), Date.UTC(2026, 2, 28, 12), 2))).toEqual([
      '03-29T01:00',
      '03-30T00:30',
    ]);
    expect(iso(take(cronSchedule('15 2,14 * * *', 'America/New_York', now), Date.UTC(2026, 2, 8, 0), 2))).toEqual([
      '03-08T07:00',
      '03-08T18:15',
    ]);
  });

  test('a time that autumn brings twice is due once; what is due every half hour is due in both hours', () => {
    expect(iso(take(cronSchedule('30 2 * * *', 'Europe/Berlin', now), Date.UTC(2026, 9, 24, 12), 2))).toEqual([
      '10-25T00:30',
      '10-26T01:30',
    ]);
    expect(take(cronSchedule('*/30 * * * *', 'Europe/Berlin', now), Date.UTC(2026, 9, 25), 6)).toHaveLength(6);
  });

  const patterns: [string, CronTimes][] = [
    ['30 2 * * *', { zone: 'Europe/Berlin', minutes: [30], hours: [2], isFixed: true }],
    ['0 0 * * *', { zone: 'Asia/Beirut', minutes: [0], hours: [0], isFixed: true }],
    ['15 2 * * 0', { zone: 'Australia/Lord_Howe', minutes: [15], hours: [2], weekdays: [0], isFixed: true }],
    ['*/30 1-3 * * *', { zone: 'America/New_York', minutes: [0, 30], hours: [1, 2, 3], isFixed: false }],
  ];
  test.each(patterns)('%s gives over two years what brute force gives', (pattern, times) => {
    const schedule = cronSchedule(pattern, times.zone, now);
    const wanted = cronTimesBetween(times, now + 1, now + 730 * day);
    expect(take(schedule, now, wanted.length)).toEqual(wanted);
    // The newest, looked for from the end, are the same.
    const { times: newest, hasMore } = schedule.between(now + 1, now + 730 * day, 200);
    expect(newest).toEqual(wanted.slice(-200));
    expect(hasMore).toBe(wanted.length > 200);
  });
});

test('a span is counted from its anchor, on both sides of it', () => {
  const schedule = spanSchedule(90_000, now);
  expect([schedule.next(now), schedule.next(now + 1), schedule.next(now - 90_001)]).toEqual([now + 90_000, now + 90_000, now - 90_000]);
  expect(schedule.between(now, now + 200_000, 10)).toEqual({ times: [now, now + 90_000, now + 180_000], hasMore: false });
  expect(schedule.between(now + 1, now + 365 * day, 3)).toMatchObject({ hasMore: true, times: { length: 3 } });
  expect(schedule.between(now + 1, now + 2, 3)).toEqual({ times: [], hasMore: false });
});

test.each([
  ['0 0 30 2 *', '', 'schedule-never', 'cron'],
  ['61 * * * *', '', 'schedule-malformed', 'cron'],
  ['* * *', '', 'schedule-malformed', 'cron'],
  ['every day', '', 'schedule-malformed', 'cron'],
  ['0 8 * * *', 'Europe/Atlantis', 'zone-unknown', 'zone'],
])('%s in “%s” is refused as %s', (pattern, zone, code, place) => {
  expect(() => cronSchedule(pattern, zone, now)).toThrow(expect.objectContaining({ code, place, hint: expect.any(String) }));
});
