// n8n's extension functions of numbers and of yes and no.

import { DateTime } from 'luxon';
import { ExpressionError } from './errors.ts';

const excelEpochDays = 25_567 + 2;

export function numberToDateTime(value: number, format: unknown = 'ms'): DateTime {
  switch (format) {
    case 'excel':
      return DateTime.fromSeconds((value - excelEpochDays) * 86_400);
    case 's':
      return DateTime.fromSeconds(value);
    case 'us':
      return DateTime.fromMillis(value / 1000);
    case 'ms':
      return DateTime.fromMillis(value);
    default:
      throw new ExpressionError(`Unsupported format '${String(format)}'. toDateTime() supports 'ms', 's', 'us' and 'excel'.`);
  }
}

const whole = (value: number, name: string): number => {
  if (!Number.isInteger(value)) throw new ExpressionError(`${name}() is only callable on integers`);
  return Math.abs(value) % 2;
};

type Numeric = (value: number, ...given: never[]) => unknown;
export const numberExtensions: Record<string, Numeric> = {
  ceil: (value) => Math.ceil(value),
  floor: (value) => Math.floor(value),
  format: (value, locales: string = 'en-US', options: Intl.NumberFormatOptions = {}) =>
    new Intl.NumberFormat(locales, options).format(value),
  round: (value, places = 0) => Number(value.toFixed(places)),
  abs: (value) => Math.abs(value),
  isInteger: (value) => Number.isInteger(value),
  isEven: (value) => whole(value, 'isEven') === 0,
  isOdd: (value) => whole(value, 'isOdd') === 1,
  toBoolean: (value) => value !== 0,
  toInt: (value) => Number(value.toFixed(0)),
  toFloat: (value) => value,
  toDateTime: (value, format?: unknown) => numberToDateTime(value, format),
};

const toInt = (value: boolean): number => (value ? 1 : 0);
export const booleanExtensions: Record<string, (value: boolean) => unknown> = {
  toBoolean: (value) => value,
  toInt,
  toFloat: toInt,
  toNumber: toInt,
  toDateTime: () => undefined,
};
