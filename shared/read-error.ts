// The shape of an error, read without a schema: a page reads errors before it has loaded what makes schemas. It takes what the schema in
// error-shape.ts takes (read-error.test.ts holds the two against each other).

import type { AppErrorShape } from './errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isMaybe = (value: unknown, type: 'string' | 'boolean'): boolean => value === undefined || typeof value === type;

/** Undefined where it is no such shape; fields of other names are left out. */
export function readErrorShape(value: unknown): AppErrorShape | undefined {
  if (!isObject(value)) return undefined;
  const { code, message, hint, retryable, place, details } = value;
  const isShape =
    typeof code === 'string' &&
    /^[a-z][a-z0-9-]*$/.test(code) &&
    typeof message === 'string' &&
    isMaybe(hint, 'string') &&
    isMaybe(retryable, 'boolean') &&
    isMaybe(place, 'string') &&
    (details === undefined || isObject(details));
  if (!isShape) return undefined;
  const optional = Object.entries({ hint, place, details }).filter(([, field]) => field !== undefined);
  return { code, message, retryable: retryable === true, ...Object.fromEntries(optional) };
}
