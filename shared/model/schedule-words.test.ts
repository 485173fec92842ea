import { expect, test } from 'vitest';
import { cronWords, everyWords } from './schedule-words.ts';

test.each([
  ['0 8 * * 1-5', 'Every weekday at 08:00'],
  ['30 7 * * mon,wed', 'Every Monday and Wednesday at 07:30'],
  ['0 9,17 * * *', 'Every day at 09:00 and 17:00'],
  ['*/5 * * * *', 'Every 5 minutes'],
  ['0 * * * *', 'Every hour'],
  ['15 */6 * * *', 'Every 6 hours at 15 past'],
  ['0 0 1 * *', 'On the 1st of every month at 00:00'],
  ['0 0 L * *', 'On the last day of every month at 00:00'],
  ['0 12 24 12 *', 'On the 24th of December at 12:00'],
  ['0 0 8 * * 0', 'Every Sunday at 08:00'],
  ['*/7 3-5 * * *', 'Cron */7 3-5 * * *'],
])('%s is said as %s', (cron, words) => expect(cronWords(cron)).toBe(words));

test('the zone is named where there is one', () => {
  expect(cronWords('0 8 * * *', 'Europe/Berlin')).toBe('Every day at 08:00 (Europe/Berlin)');
});

test('spans are said in their largest whole unit', () => {
  expect([60_000, 5_400_000, 86_400_000, 1000].map(everyWords)).toEqual(['Every minute', 'Every 90 minutes', 'Every day', 'Every second']);
});
