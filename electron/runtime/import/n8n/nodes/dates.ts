// How n8n's Date & Time node reads a date: numbers as times, texts as moment reads them.

import { DateTime } from 'luxon';
import { NodeFault } from '../node-run.ts';
import type { Loose } from '../values.ts';

export function readDate(given: Loose, options: { zone?: string | undefined; fromFormat?: string | undefined; local?: string }): DateTime {
  if (DateTime.isDateTime(given)) return given;
  let zone = options.zone;
  let date: DateTime;
  const isNumber = !Number.isNaN(Number(given)) && !options.fromFormat;
  let number = isNumber ? Number(given) : typeof given === 'number' ? given : Number.NaN;
  if (isNumber && !Number.isInteger(number)) number *= 1000;
  if (Number.isInteger(number)) date = String(number).length < 12 ? DateTime.fromSeconds(number) : DateTime.fromMillis(number);
  else {
    if (typeof given !== 'string' && !zone && !DateTime.isDateTime(given) && !((given as unknown) instanceof Date))
      throw new NodeFault('date.includes is not a function');
    const text = String(given);
    if (!zone && text.includes('+')) zone = `Etc/GMT-${Number(text.split('+')[1]?.slice(0, 2))}`;
    date = options.fromFormat
      ? DateTime.fromFormat(text, options.fromFormat, options.local === undefined ? {} : { zone: options.local })
      : parseLoosely(text);
  }
  date = date.setZone(zone || 'Etc/UTC');
  if (date.invalidReason === 'unparsable') throw new NodeFault('Invalid date format');
  return date;
}

/** What moment reads of a text: ISO, RFC 2822, and whatever JavaScript takes; local time where nothing is said. */
export function parseLoosely(text: string): DateTime {
  // A time alone is no date.
  if (/^\s*T?\d{1,2}:/.test(text)) return DateTime.invalid('unparsable');
  for (const read of [DateTime.fromISO, DateTime.fromSQL, DateTime.fromRFC2822]) {
    const date = read(text.trim(), {});
    if (date.isValid) return date.setZone('local');
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? DateTime.invalid('unparsable') : DateTime.fromMillis(time);
}
