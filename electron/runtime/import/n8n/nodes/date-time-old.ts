// Date & Time 1, which writes dates with moment's letters.

import { DateTime, type DurationUnit } from 'luxon';
import type { JsonObject } from '../../../../../shared/model/json.ts';
import { forEachItem, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { deepCopy, type Loose } from '../values.ts';
import { parseLoosely } from './dates.ts';

export function dateTimeOld(run: NodeRun): Item[] {
  return forEachItem(run, (item, index) => {
    const action = run.param<string>('action', 0, 'format');
    const value = action === 'calculate' ? calculate(run, index) : format(run, index);
    if (value === undefined) return [];
    const name = run.param<string>('dataPropertyName', index, 'data');
    const made: Item = { json: name.includes('.') ? deepCopy(item.json) : { ...item.json }, pairedItem: { item: index } };
    if (item.binary !== undefined) made.binary = item.binary;
    made.json[name] = value;
    return made;
  });
}

function format(run: NodeRun, index: number): string | undefined {
  const given = run.param<Loose>('value', index, '');
  const options = run.param<JsonObject>('options', index, {}) as Record<string, string | undefined>;
  const from = options.fromTimezone || run.timezone;
  if (given === undefined) return undefined;
  let number = Number(given);
  if (!Number.isNaN(number) && !Number.isInteger(number)) number *= 1000;
  let date: DateTime;
  if (Number.isInteger(number)) date = String(number).length < 12 ? DateTime.fromSeconds(number) : DateTime.fromMillis(number);
  else if (options.fromFormat)
    date = DateTime.fromFormat(
      String(given),
      toLuxon(options.fromFormat),
      options.fromTimezone || options.toTimezone ? { zone: from } : {},
    );
  else {
    date = parseLoosely(String(given));
    const saysZone = /(?:z|[+-]\d{2}:?\d{2})$/i.test(String(given).trim());
    if (!saysZone && (options.fromTimezone || options.toTimezone)) date = date.setZone(from, { keepLocalTime: true });
  }
  if (!date.isValid) throw new NodeFault('The date input format could not be recognized. Please set the "From Format" field');
  if (options.toTimezone || options.fromTimezone) date = date.setZone(options.toTimezone || run.timezone);
  return formatLikeMoment(date, run.param<string>('toFormat', index, 'MM/DD/YYYY'), Boolean(options.toTimezone || options.fromTimezone));
}

function calculate(run: NodeRun, index: number): string {
  const given = run.param<Loose>('value', index, '');
  const { fromFormat } = run.param<JsonObject>('options', index, {});
  const unit = run.param<DurationUnit>('timeUnit', index, 'days');
  const amount = Number(run.param('duration', index, 0));
  const number = Number(given);
  const date = fromFormat
    ? DateTime.fromFormat(String(given), toLuxon(String(fromFormat)))
    : Number.isInteger(number)
      ? DateTime.fromMillis(number)
      : parseLoosely(String(given));
  if (!date.isValid) throw new NodeFault('The date input format could not be recognized. Please set the "From Format" field');
  const sign = run.param('operation', index, 'add') === 'add' ? 1 : -1;
  return date
    .plus({ [unit]: sign * amount })
    .toUTC()
    .toISO() as string;
}

const letters: Record<string, string> = {
  YYYY: 'yyyy',
  YY: 'yy',
  Y: 'y',
  Q: 'q',
  MMMM: 'MMMM',
  MMM: 'MMM',
  MM: 'MM',
  M: 'M',
  DDDD: 'ooo',
  DDD: 'o',
  DD: 'dd',
  D: 'd',
  dddd: 'cccc',
  ddd: 'ccc',
  dd: 'ccc',
  d: 'c',
  E: 'c',
  WW: 'WW',
  W: 'W',
  GGGG: 'kkkk',
  GG: 'kk',
  HH: 'HH',
  H: 'H',
  hh: 'hh',
  h: 'h',
  mm: 'mm',
  m: 'm',
  ss: 'ss',
  s: 's',
  SSS: 'SSS',
  A: 'a',
  a: 'a',
  ZZ: 'ZZZ',
  Z: 'ZZ',
  X: 'X',
  x: 'x',
  LT: 't',
};
const tokens =
  /\[([^\]]*)\]|Mo|Do|DDDo|do|Qo|Wo|wo|YYYY|YY|Y|Q|MMMM|MMM|MM|M|DDDD|DDD|DD|D|dddd|ddd|dd|d|E|e|WW|W|ww|w|GGGG|GG|gggg|gg|HH|H|kk|k|hh|h|mm|m|ss|s|S{1,9}|A|a|ZZ|Z|zz|z|X|x|LTS|LT|L{1,4}|l{1,4}|./g;

const toLuxon = (format: string): string =>
  format.replace(tokens, (token: string, literal?: string) => (literal !== undefined ? `'${literal}'` : (letters[token] ?? token)));

const ordinal = (n: number): string => {
  const last = n % 10;
  const isTeen = Math.trunc((n % 100) / 10) === 1;
  return `${n}${isTeen ? 'th' : last === 1 ? 'st' : last === 2 ? 'nd' : last === 3 ? 'rd' : 'th'}`;
};

/** Weeks as moment counts them in English: from Sunday, the first one holding 1 January. */
function sundayWeek(date: DateTime): { week: number; year: number } {
  const saturday = date.startOf('day').plus({ days: 6 - (date.weekday % 7) });
  return { week: Math.floor((saturday.ordinal - 1) / 7) + 1, year: saturday.year };
}

function formatLikeMoment(given: DateTime, format: string, isZoned: boolean): string {
  const date = given.setLocale('en-US');
  return format.replace(tokens, (token: string, literal?: string) => {
    if (literal !== undefined) return literal;
    switch (token) {
      case 'Do':
        return ordinal(date.day);
      case 'Mo':
        return ordinal(date.month);
      case 'DDDo':
        return ordinal(date.ordinal);
      case 'do':
        return ordinal(date.weekday % 7);
      case 'Qo':
        return ordinal(date.quarter);
      case 'Wo':
        return ordinal(date.weekNumber);
      case 'w':
      case 'ww':
        return String(sundayWeek(date).week).padStart(token.length, '0');
      case 'wo':
        return ordinal(sundayWeek(date).week);
      case 'gg':
      case 'gggg':
        return String(sundayWeek(date).year).slice(token.length === 2 ? -2 : 0);
      case 'd':
      case 'e':
        return String(date.weekday % 7);
      case 'dd':
        return date.toFormat('ccc').slice(0, 2);
      case 'a':
        return date.hour < 12 ? 'am' : 'pm';
      case 'A':
        return date.hour < 12 ? 'AM' : 'PM';
      case 'kk':
      case 'k':
        return String(date.hour === 0 ? 24 : date.hour).padStart(token.length, '0');
      case 'z':
      case 'zz':
        return !isZoned ? '' : date.offset === 0 ? 'UTC' : (date.offsetNameShort ?? '');
      case 'LT':
        return date.toFormat('h:mm a');
      case 'LTS':
        return date.toFormat('h:mm:ss a');
      case 'L':
        return date.toFormat('MM/dd/yyyy');
      case 'l':
        return date.toFormat('M/d/yyyy');
      case 'LL':
        return date.toFormat('MMMM d, yyyy');
      case 'LLL':
        return date.toFormat('MMMM d, yyyy h:mm a');
      case 'LLLL':
        return date.toFormat('cccc, MMMM d, yyyy h:mm a');
      default:
        if (/^S+$/.test(token)) return String(date.millisecond).padStart(3, '0').padEnd(token.length, '0').slice(0, token.length);
        return Object.hasOwn(letters, token) ? date.toFormat(letters[token] as string) : token;
    }
  });
}
