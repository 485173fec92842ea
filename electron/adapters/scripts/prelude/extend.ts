// Which extension function a value answers with. Texts that are ISO dates answer as dates, as in n8n.

import { DateTime } from 'luxon';
import { ExpressionError } from './errors.ts';
import { arrayExtensions } from './extend-array.ts';
import { dateExtensions } from './extend-date.ts';
import { booleanExtensions, numberExtensions } from './extend-number.ts';
import { objectExtensions } from './extend-object.ts';
import { stringExtensions } from './extend-string.ts';

type Extension = (value: never, ...given: never[]) => unknown;
const types: [string, Record<string, Extension>][] = [
  ['Array', arrayExtensions],
  ['Date', dateExtensions],
  ['Number', numberExtensions],
  ['Object', objectExtensions],
  ['String', stringExtensions],
  ['Boolean', booleanExtensions],
];
export const extensionNames: ReadonlySet<string> = new Set(types.flatMap(([, functions]) => Object.keys(functions)));

const isoDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const isIsoDate = (text: string): boolean => {
  if (!isoDate.test(text)) return false;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString() === text;
};

function functionsOf(value: unknown): Record<string, Extension> {
  if (Array.isArray(value)) return arrayExtensions;
  switch (typeof value) {
    case 'string':
      return stringExtensions;
    case 'number':
      return numberExtensions;
    case 'boolean':
      return booleanExtensions;
    case 'object':
      if (value === null) return {};
      return value instanceof Date || DateTime.isDateTime(value) ? dateExtensions : objectExtensions;
    default:
      return {};
  }
}

const callableOn = (name: string): string => {
  const known = types.filter(([, functions]) => Object.hasOwn(functions, name)).map(([type]) => `"${type}"`);
  if (known.length === 1) return `${name}() is only callable on type ${known[0]}`;
  return `${name}() is only callable on types ${known.slice(0, -1).join(', ')}, and ${known.at(-1)}`;
};

export function extend(value: unknown, name: string, given: unknown[]): unknown {
  // A text that is an ISO date is given to the dates' functions as it is: in n8n too, most of them call it an invalid date.
  const isDate = typeof value === 'string' && name !== 'toDate' && name !== 'toDateTime' && isIsoDate(value);
  const functions = isDate ? dateExtensions : functionsOf(value);
  const extension = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (extension !== undefined) return extension(value as never, ...(given as never[]));
  const own = value === null || value === undefined ? undefined : (value as Record<string, unknown>)[name];
  if (typeof own === 'function') return own.apply(value, given) as unknown;
  if (name === 'isEmpty') return !value;
  if (name === 'isNotEmpty') return Boolean(value);
  if (value === null || value === undefined) throw new ExpressionError(`${name} can't be used on ${String(value)} value`);
  throw new ExpressionError(callableOn(name));
}

export const extendOptional = (value: unknown, name: string, given: unknown[]): unknown =>
  value === null || value === undefined ? undefined : extend(value, name, given);
