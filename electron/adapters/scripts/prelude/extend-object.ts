// n8n's extension functions of objects.

import { ExpressionError } from './errors.ts';

export type Plain = Record<string, unknown>;

const textNeeded = (match: unknown, message: string): string => {
  if (typeof match !== 'string' || match === '') throw new ExpressionError(message);
  return match;
};
const pick = (value: Plain, keep: (entry: [string, unknown]) => boolean): Plain => Object.fromEntries(Object.entries(value).filter(keep));
const holds = (value: unknown, match: string): boolean => typeof value === 'string' && value.includes(match);

export function compactObject(value: object): Plain {
  const kept: [string, unknown][] = [];
  for (const [key, each] of Object.entries(value)) {
    if (each === null || each === undefined || each === 'nil' || each === '') continue;
    if (typeof each !== 'object') kept.push([key, each]);
    else if (Object.keys(each).length > 0) kept.push([key, compactObject(each)]);
  }
  return Object.fromEntries(kept);
}

/** As a form in a URL is written. */
const formText = (value: unknown): string =>
  encodeURIComponent(String(value))
    .replace(/%20/g, '+')
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const nothing = (): undefined => undefined;

type OfObject = (value: Plain, ...given: never[]) => unknown;
export const objectExtensions: Record<string, OfObject> = {
  isEmpty: (value) => Object.keys(value).length === 0,
  isNotEmpty: (value) => Object.keys(value).length > 0,
  hasField: (value, name: string) => name in value,
  removeField: (value, name: string) => (name in value ? pick(value, ([key]) => key !== name) : value),
  removeFieldsContaining: (value, match: unknown) => {
    const text = textNeeded(match, 'removeFieldsContaining(): expected non-empty string arg');
    return pick(value, ([, each]) => !holds(each, text));
  },
  keepFieldsContaining: (value, match: unknown) => {
    const text = textNeeded(match, 'argument of keepFieldsContaining must be a non-empty string');
    return pick(value, ([, each]) => holds(each, text));
  },
  compact: compactObject,
  urlEncode: (value) =>
    Object.entries(value)
      .map(([key, each]) => `${formText(key)}=${formText(each)}`)
      .join('&'),
  keys: (value) => Object.keys(value),
  values: (value) => Object.values(value),
  toJsonString: (value) => JSON.stringify(value),
  toInt: nothing,
  toFloat: nothing,
  toBoolean: nothing,
  toDateTime: nothing,
};
