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
 * The first thing wrong with a parsed value: a poisoned key, too deep, too many values. Goes no deeper than it allows, so a hostile
 * document cannot overflow the call stack; what is right costs no garbage, for this is looked at in every call and every answer.
 */
export function findHostileJson(value: unknown, limits: JsonLimits = defaultJsonLimits): AppError | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const found = faultIn(value, 0, { limits, left: limits.maxValues - 1 });
  if (found === undefined) return undefined;
  const { code, message, place } = found;
  return new AppError(code, message, { place: place.replace(/^\./, '').slice(0, 200), hint: 'Remove that part and try again.' });
}

interface Fault {
  code: string;
  message: string;
  /** From the value that was looked at on. */
  place: string;
}
interface Look {
  limits: JsonLimits;
  /** So many more values are allowed. */
  left: number;
}

/** What `look` may cost on the call stack. */
const deepest = 1000;

function faultIn(value: object, depth: number, look: Look): Fault | undefined {
  const most = Math.min(look.limits.maxDepth, deepest);
  if (depth >= most) return { code: 'json-too-deep', message: `It is nested deeper than ${most} levels.`, place: '' };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const fault = faultOf(value[i], depth, look);
      if (fault !== undefined) return { ...fault, place: `[${i}]${fault.place}` };
    }
    return undefined;
  }
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    const fault = poisonKeys.has(key) ? poisoned(key) : faultOf((value as Record<string, unknown>)[key], depth, look);
    if (fault !== undefined) return { ...fault, place: `.${key}${fault.place}` };
  }
  return undefined;
}

function faultOf(value: unknown, depth: number, look: Look): Fault | undefined {
  look.left -= 1;
  if (look.left < 0) return { code: 'json-too-large', message: `It holds more than ${look.limits.maxValues} values.`, place: '' };
  return value === null || typeof value !== 'object' ? undefined : faultIn(value, depth + 1, look);
}

const poisoned = (key: string): Fault => ({ code: 'json-poisoned-key', message: `The key “${key}” is not allowed.`, place: '' });

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

/** A copy with every text in it, keys too, passed through `map`. */
export function mapStrings(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === 'string') return map(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [map(key), mapStrings(item, map)]));
}

/**
 * Every text in it cleaned; the value itself where there is nothing to clean. `clean` must know a text as JSON spells it, too. Never the
 * JSON text as a whole is kept: what is taken out may look like a number or a word of JSON.
 */
export function cleanStrings<T>(value: T, clean: (text: string) => string): T {
  const text = JSON.stringify(value);
  return text === undefined || clean(text) === text ? value : (mapStrings(value as JsonValue, clean) as T);
}
