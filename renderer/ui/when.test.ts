import { describe, expect, it } from 'vitest';
import { daysBetween, formatDay, formatWhen } from './when.ts';

// Sunday, 22 November 2026, in the machine's own zone.
const now = new Date(2026, 10, 22, 10, 0, 0).getTime();
const at = (day: number, hour = 14, month = 10, year = 2026): number => new Date(year, month, day, hour).getTime();

describe('times to come', () => {
  it('are said in seconds and minutes within the hour', () => {
    expect([0, 400, 40_000, 59_400, 60_000, 5 * 60_000, 3_599_000].map((ms) => formatWhen(now + ms, now))).toEqual([
      'now',
      'now',
      'in 40 s',
      'in 59 s',
      'in 1 min',
      'in 5 min',
      'in 59 min',
    ]);
  });

  it('name the day by the calendar', () => {
    expect(formatWhen(at(22), now)).toBe('today 14:00');
    expect(formatWhen(at(23, 0), now)).toBe('tomorrow 00:00');
    expect(formatWhen(at(24), now)).toBe('Tuesday 14:00');
    expect(formatWhen(at(28), now)).toBe('Saturday 14:00');
    expect(formatWhen(at(29), now)).toBe('29 Nov 14:00');
    expect(formatWhen(at(3, 8, 0, 2027), now)).toBe('3 Jan 2027 08:00');
  });

  it('say what is past', () => {
    expect(formatWhen(at(22, 9), now)).toBe('today 09:00');
    expect(formatWhen(at(21, 9), now)).toBe('yesterday 09:00');
    expect(formatDay(at(17), now)).toBe('17 Nov');
  });

  it('counts days, not spans of 24 hours', () => {
    expect(daysBetween(at(23, 0), at(22, 23))).toBe(1);
    expect(daysBetween(at(22, 0), at(22, 23))).toBe(0);
  });
});
