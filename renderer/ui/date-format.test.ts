import { expect, it } from 'vitest';
import { dateFormat } from './date-format.ts';
import { formatDateTime } from './format.ts';

it('gives the text that the platform gives, from one format for all', () => {
  const at = Date.UTC(2026, 10, 21, 8, 5, 9);
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' };
  expect(dateFormat('en-GB', options).format(at)).toBe(new Date(at).toLocaleString('en-GB', options));
  expect(dateFormat('en-GB', { ...options })).toBe(dateFormat('en-GB', options));
  expect(dateFormat('en-GB', { weekday: 'long' })).not.toBe(dateFormat('de', { weekday: 'long' }));
  expect(formatDateTime(at)).toMatch(/^21 Nov 2026, \d\d:05:09$/);
});
