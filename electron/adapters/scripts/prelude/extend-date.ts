// n8n's extension functions of dates: luxon's DateTime and JavaScript's Date. A Date stays a Date where n8n keeps it one.

import { DateTime, type DateTimeUnit, type DurationLikeObject, type DurationUnit } from 'luxon';
import { ExpressionError } from './errors.ts';
import { textToDateTime } from './extend-string.ts';

type When = Date | DateTime;

const singular: Record<string, string> = {
  days: 'day',
  months: 'month',
  years: 'year',
  hours: 'hour',
  minutes: 'minute',
  seconds: 'second',
  milliseconds: 'millisecond',
  hrs: 'hour',
  hr: 'hour',
  mins: 'minute',
  min: 'minute',
  secs: 'second',
  sec: 'second',
  ms: 'millisecond',
};
const plural: Record<string, string> = {
  day: 'days',
  month: 'months',
  year: 'years',
  week: 'weeks',
  hour: 'hours',
  minute: 'minutes',
  second: 'seconds',
  millisecond: 'milliseconds',
  ms: 'milliseconds',
  sec: 'seconds',
  secs: 'seconds',
  hr: 'hours',
  hrs: 'hours',
  min: 'minutes',
  mins: 'minutes',
};
const durationUnits = ['milliseconds', 'seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'quarters', 'years'];
const parts = ['day', 'week', 'month', 'year', 'hour', 'minute', 'second', 'millisecond', 'weekNumber', 'yearDayNumber', 'weekday'];

const luxon = (date: When): DateTime => (DateTime.isDateTime(date) ? date : DateTime.fromJSDate(date));
/** The same kind of date back. */
const alike = (given: When, made: DateTime): When => (DateTime.isDateTime(given) ? made : made.toJSDate());
const span = (amount: number, unit: string): DurationLikeObject => ({ [plural[unit] ?? unit]: amount });
const unitOf = (unit: string): DateTimeUnit => (singular[unit] ?? unit) as DateTimeUnit;

const asDateTime = (value: unknown): DateTime | undefined => {
  if (DateTime.isDateTime(value)) return value;
  const made =
    value instanceof Date ? DateTime.fromJSDate(value) : typeof value === 'string' ? DateTime.fromJSDate(new Date(value)) : undefined;
  return made?.isValid === true ? made : undefined;
};

function extract(date: When, part = 'week'): number {
  const at = luxon(date);
  if (part === 'yearDayNumber') return at.ordinal;
  return at.get((part === 'week' ? 'weekNumber' : unitOf(part)) as 'weekNumber');
}

function isBetween(date: When, ...given: unknown[]): boolean | undefined {
  if (given.length !== 2) throw new ExpressionError('isBetween(): expected exactly two args');
  const [first, second] = given.map(asDateTime);
  if (first === undefined || second === undefined) return undefined;
  const [early, late] = first > second ? [second, first] : [first, second];
  return early.toMillis() < +date && +date < late.toMillis();
}

function diffTo(date: When, other: unknown, unit: unknown = 'days'): unknown {
  // n8n knows it of luxon's dates only; of JavaScript's the expression gives nothing.
  if (!DateTime.isDateTime(date)) return undefined;
  const units = (Array.isArray(unit) ? (unit.length === 0 ? ['days'] : unit) : [unit]) as DurationUnit[];
  const wrong = units.find((each) => !parts.includes(each) && !durationUnits.includes(each));
  if (wrong !== undefined)
    throw new ExpressionError(`Unsupported unit '${String(wrong)}'. Supported: ${durationUnits.map((each) => `'${each}'`).join(', ')}.`);
  const to = DateTime.isDateTime(other) ? other : typeof other === 'string' ? textToDateTime(other) : DateTime.fromJSDate(other as Date);
  const difference = luxon(date).diff(to, units);
  return units.length > 1 ? difference.toObject() : difference.as(units[0] as DurationUnit);
}

const shift =
  (sign: 1 | -1) =>
  (date: When, ...given: unknown[]): When => {
    const by =
      given.length === 1
        ? (given[0] as DurationLikeObject)
        : span((given[0] as number | undefined) ?? 0, (given[1] as string | undefined) ?? 'minutes');
    return alike(date, sign === 1 ? luxon(date).plus(by) : luxon(date).minus(by));
  };

type OfDate = (date: When, ...given: never[]) => unknown;
export const dateExtensions: Record<string, OfDate> = {
  beginningOf: (date, unit = 'week') => alike(date, luxon(date).startOf(unitOf(unit))),
  endOfMonth: (date) => alike(date, luxon(date).endOf('month')),
  extract,
  isBetween,
  isDst: (date) => luxon(date).isInDST,
  isInLast: (date, amount = 0, unit = 'minutes') => {
    const now = DateTime.now();
    const at = luxon(date);
    return now.minus(span(amount, unit)) <= at && at <= now;
  },
  isWeekend: (date) => luxon(date).weekday >= 6,
  minus: shift(-1),
  plus: shift(1),
  toDateTime: (date) => luxon(date),
  diffTo,
  diffToNow: (date, unit?: unknown) => diffTo(date, DateTime.now(), unit),
  format: (date, format: string, options = {}) => luxon(date).toFormat(format, options),
  toInt: (date) => luxon(date).toMillis(),
  toFloat: (date) => luxon(date).toMillis(),
  toBoolean: () => undefined,
  isEmpty: () => false,
  isNotEmpty: () => true,
};
