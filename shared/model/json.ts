// JSON values, and the one way to read JSON that came from outside: keys that reach an object's prototype are refused,
// and so are nesting and size that would stall us. Nothing here may import more than zod and errors.

import { z } from 'zod';
import { AppError } from '../errors.ts';

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

export const poisonKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export interface JsonLimits {
  /** In UTF-16 code units. */
  maxLength: number;
  maxDepth: number;
  /** Number of values in the whole document. */
  maxValues: number;
}

export const defaultJsonLimits: JsonLimits = { maxLength: 8_000_000, maxDepth: 64, maxValues: 500_000 };

/**
 * The first thing wrong with a parsed value: a poisoned key, too deep, too many values. Walks with its own stack, since
 * a hostile document would overflow the call stack.
 */
export function findHostileJson(value: unknown, limits: JsonLimits = defaultJsonLimits): AppError | undefined {
  const stack: { value: unknown; depth: number; place: string }[] = [{ value, depth: 0, place: '' }];
  let count = 0;
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    count += 1;
    if (count > limits.maxValues) return hostile('json-too-large', `It holds more than ${limits.maxValues} values.`, item.place);
    if (item.value === null || typeof item.value !== 'object') continue;
    if (item.depth >= limits.maxDepth)
      return hostile('json-too-deep', `It is nested deeper than ${limits.maxDepth} levels.`, item.place.slice(0, 200));
    if (Array.isArray(item.value)) {
      for (let i = 0; i < item.value.length; i += 1)
        stack.push({ value: item.value[i], depth: item.depth + 1, place: `${item.place}[${i}]` });
      continue;
    }
    for (const key of Object.keys(item.value)) {
      if (poisonKeys.has(key)) return hostile('json-poisoned-key', `The key “${key}” is not allowed.`, `${item.place}.${key}`);
      stack.push({
        value: (item.value as Record<string, unknown>)[key],
        depth: item.depth + 1,
        place: item.place === '' ? key : `${item.place}.${key}`,
      });
    }
  }
  return undefined;
}

const hostile = (code: string, message: string, place: string): AppError =>
  new AppError(code, message, { place: place.replace(/^\./, ''), hint: 'Remove that part and try again.' });

/** Parses text that came from outside. Throws an AppError that names the place. */
export function parseJson(text: string, what = 'The text', limits: JsonLimits = defaultJsonLimits): JsonValue {
  if (text.length > limits.maxLength)
    throw new AppError('json-too-large', `${what} is larger than ${Math.round(limits.maxLength / 1e6)} MB.`, {
      hint: 'Split it, or remove what it does not need.',
    });
  let value: unknown;
  try {
    // A poisoned "__proto__" becomes an own property here, which findHostileJson then sees.
    value = JSON.parse(text);
  } catch (error) {
    // The engine quotes the text as it is, line breaks too, and ends with what is said already.
    const fault = (error as Error).message.replaceAll(/\s+/g, ' ').replace(/ is not valid JSON$/, '');
    throw new AppError('json-malformed', `${what} is not valid JSON: ${fault}`, {
      hint: 'Open it in an editor and mend the place named.',
    });
  }
  const problem = findHostileJson(value, limits);
  if (problem !== undefined) throw problem;
  return value as JsonValue;
}

const isJson = (value: unknown): boolean => {
  if (value === undefined || typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol') return false;
  return findHostileJson(value) === undefined;
};

export const jsonValue: z.ZodType<JsonValue> = z.custom<JsonValue>(isJson, 'must be a JSON value without reserved keys');
export const jsonObject: z.ZodType<JsonObject> = z.custom<JsonObject>(
  (value) => value !== null && typeof value === 'object' && !Array.isArray(value) && isJson(value),
  'must be a JSON object without reserved keys',
);
