// Small functions on plain values with the meaning that n8n's nodes rely on: paths with dots and brackets, deep equality,
// merging. Keys that reach a prototype are never written.

import { type JsonObject, type JsonValue, poisonKeys } from '../../../../shared/model/json.ts';

export type Loose = JsonValue | undefined;

export const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);

export const deepCopy = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));

const pathPart = /[^.[\]]+|\[(?:(-?\d+(?:\.\d+)?)|(["'])((?:(?!\2)[^\\]|\\.)*?)\2)\]|(?=(?:\.|\[\])(?:\.|\[\]|$))/g;
const known = new Map<string, string[]>();

export function toPath(path: string): string[] {
  const cached = known.get(path);
  if (cached !== undefined) return cached;
  const parts: string[] = [];
  if (path.startsWith('.')) parts.push('');
  path.replace(pathPart, (match: string, number?: string, quote?: string, text?: string) => {
    parts.push(quote !== undefined ? (text ?? '').replace(/\\(\\)?/g, '$1') : (number ?? match));
    return '';
  });
  if (known.size > 5000) known.clear();
  known.set(path, parts);
  return parts;
}

const isPlainKey = (object: unknown, path: string): boolean =>
  /^\w*$/.test(path) ||
  !/\.|\[(?:[^[\]]*|(["'])(?:(?!\1)[^\\]|\\.)*?\1)\]/.test(path) ||
  (object !== null && typeof object === 'object' && path in object);

const pathOf = (object: unknown, path: string): string[] => (isPlainKey(object, path) ? [path] : toPath(path));

export function get(object: unknown, path: string, fallback?: Loose): Loose {
  let at: unknown = object;
  for (const part of pathOf(object, path)) {
    if (at === null || at === undefined) return fallback;
    if (typeof at === 'object' && !Object.hasOwn(at, part)) at = Array.isArray(at) && part === 'length' ? at.length : undefined;
    else at = (at as Record<string, unknown>)[part];
  }
  return at === undefined ? fallback : (at as Loose);
}

export function set(object: JsonObject, path: string | string[], value: Loose): void {
  const parts = Array.isArray(path) ? path : pathOf(object, path);
  if (parts.some((part) => poisonKeys.has(part))) return;
  let at = object as Record<string, unknown>;
  parts.forEach((part, index) => {
    if (index === parts.length - 1) {
      at[part] = value;
      return;
    }
    const next = Object.hasOwn(at, part) ? at[part] : undefined;
    if (next === null || typeof next !== 'object') at[part] = /^(?:0|[1-9]\d*)$/.test(parts[index + 1] as string) ? [] : {};
    at = at[part] as Record<string, unknown>;
  });
}

export function unset(object: JsonObject, path: string): void {
  const parts = pathOf(object, path);
  const last = parts.at(-1);
  let at: unknown = object;
  for (const part of parts.slice(0, -1)) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, part)) return;
    at = (at as Record<string, unknown>)[part];
  }
  if (last !== undefined && at !== null && typeof at === 'object') delete (at as Record<string, unknown>)[last];
}

export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** Smaller: texts by code unit, everything else as numbers. */
export function lessThan(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  return toNumber(a) < toNumber(b);
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'object' && value !== null) return Number(String(value));
  return Number(value);
}

export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return true;
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 0;
  return Object.keys(value as object).length === 0;
}

type Customizer = (target: Loose, source: Loose) => Loose;

/** Merges sources into `target`, deeply; undefined does not overwrite. */
export function merge(target: JsonObject, sources: readonly (JsonObject | undefined)[], customizer?: Customizer): JsonObject {
  for (const source of sources) if (source !== undefined && source !== null) mergeOne(target, source, customizer);
  return target;
}

function mergeOne(target: JsonObject | JsonValue[], source: JsonObject | JsonValue[], customizer?: Customizer): void {
  const to = target as Record<string, Loose>;
  for (const key of Object.keys(source)) {
    if (poisonKeys.has(key)) continue;
    const value = (source as Record<string, Loose>)[key];
    const own = Object.hasOwn(to, key) ? to[key] : undefined;
    const chosen = customizer?.(own, value);
    if (chosen !== undefined) to[key] = chosen;
    else if (value !== null && typeof value === 'object') {
      const base: JsonObject | JsonValue[] = Array.isArray(value) ? (Array.isArray(own) ? [...own] : []) : startOf(own);
      mergeOne(base, value, customizer);
      to[key] = base;
    } else if (value !== undefined || !(key in to)) to[key] = value;
  }
}

/** An object merged into a list goes into the list, as lodash has it. */
const startOf = (own: Loose): JsonObject | JsonValue[] => (Array.isArray(own) ? [...own] : isObject(own) ? { ...own } : {});

export function assign(target: JsonObject, sources: readonly (JsonObject | undefined)[], customizer?: Customizer): JsonObject {
  const to = target as Record<string, Loose>;
  for (const source of sources)
    for (const key of Object.keys(source ?? {})) {
      if (poisonKeys.has(key)) continue;
      const value = (source as Record<string, Loose>)[key];
      to[key] = customizer?.(to[key], value) ?? value;
    }
  return target;
}

/** Every leaf by its path with dots. */
export function flattenKeys(value: unknown, prefix: string[] = []): JsonObject {
  if (value === null || typeof value !== 'object') return { [prefix.join('.')]: value as JsonValue };
  const flat: JsonObject = {};
  for (const key of Object.keys(value)) Object.assign(flat, flattenKeys((value as JsonObject)[key], [...prefix, key]));
  return flat;
}

/** A list of names from `a, b` or from a list. */
export function fieldNames(fields: unknown, what = 'Fields'): string[] {
  if (typeof fields === 'string')
    return fields
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  if (Array.isArray(fields)) return fields as string[];
  throw new Error(`The '${what}' parameter must be a string of fields separated by commas or an array of strings.`);
}

/** `['a b']` written as a key means `a b`. */
export function plainKey(object: JsonObject, key: string): string {
  if (object[key] !== undefined) return key;
  if ((key.startsWith("['") && key.endsWith("']")) || (key.startsWith('["') && key.endsWith('"]'))) return key.slice(2, -2);
  return key;
}

const isBlank = (value: unknown): boolean => value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Equality that also takes "3" for 3, "true" for true, and all kinds of nothing for each other. */
export function comparer(isFuzzy: boolean, version = 1): (a: Loose, b: Loose) => boolean {
  if (!isFuzzy) return isEqual;
  const sameText = (text: string, value: unknown): boolean => {
    try {
      return isEqual(JSON.parse(text), value);
    } catch {
      return false;
    }
  };
  return (a, b) => {
    if (a !== null && b !== null && typeof a === typeof b) return isEqual(a, b);
    if (version >= 2) {
      if (a === null && (b === null || b === 0 || b === '0')) return true;
      if (b === null && (a === 0 || a === '0')) return true;
    }
    if ((isBlank(a) && isBlank(b)) || (isBlank(a) && b === undefined) || (a === undefined && isBlank(b))) return true;
    if (typeof a === 'number' && typeof b === 'string') return String(a) === b;
    if (typeof a === 'string' && typeof b === 'number') return a === String(b);
    if (a !== null && typeof a === 'object' && typeof b === 'string') return sameText(b, a);
    if (b !== null && typeof b === 'object' && typeof a === 'string') return sameText(a, b);
    if (typeof a === 'boolean' && typeof b === 'string') return String(a) === b.toLocaleLowerCase() || String(Number(a)) === b;
    if (typeof b === 'boolean' && typeof a === 'string') return String(b) === a.toLocaleLowerCase() || String(Number(b)) === a;
    if (typeof a === 'boolean' && typeof b === 'number') return Number(a) === b;
    if (typeof b === 'boolean' && typeof a === 'number') return Number(b) === a;
    return isEqual(a, b);
  };
}
