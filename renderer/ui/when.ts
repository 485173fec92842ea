// Times to come, as people say them. Pure.

import { dateFormat } from './date-format.ts';

const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Whole days from `now`'s day to `at`'s, by the calendar: 1 is tomorrow also when a clock change makes it 23 hours away. */
export const daysBetween = (at: number, now: number): number =>
  Math.round((startOfDay(new Date(at)) - startOfDay(new Date(now))) / 86_400_000);

export const formatClock = (at: number, locale = 'en-GB'): string => dateFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(at);

/** `Today`, `Tomorrow`, `Yesterday`, `Tuesday` (within a week), `3 Dec`, `3 Dec 2027`. */
export function formatDay(at: number, now: number, locale = 'en-GB'): string {
  const days = daysBetween(at, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Tomorrow';
  if (days === -1) return 'Yesterday';
  const then = new Date(at);
  if (days > 1 && days < 7) return dateFormat(locale, { weekday: 'long' }).format(then);
  const sameYear = then.getFullYear() === new Date(now).getFullYear();
  return dateFormat(locale, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) }).format(then);
}

/** `now`, `in 40 s`, `in 5 min`, `today 14:00`, `tomorrow 08:00`, `Tuesday 14:00`, `3 Dec 14:00`. What is past says so. */
export function formatWhen(at: number, now: number, locale = 'en-GB'): string {
  const left = at - now;
  if (left < 1_000 && left > -60_000) return 'now';
  if (left > 0 && left < 60_000) return `in ${Math.round(left / 1_000)} s`;
  if (left > 0 && left < 3_600_000) return `in ${Math.min(59, Math.round(left / 60_000))} min`;
  const day = formatDay(at, now, locale);
  return `${daysBetween(at, now) >= -1 && daysBetween(at, now) <= 1 ? day.toLowerCase() : day} ${formatClock(at, locale)}`;
}
