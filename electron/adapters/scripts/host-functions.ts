// What a sandbox may ask of the thread around it: pure functions of text, with bounded answers. Nothing here may reach a
// file, the network, the environment or the clock; every argument is hostile.

import { createHash } from 'node:crypto';

type Answer = { value: unknown } | { error: string };

const intlKinds = {
  DateTimeFormat: Intl.DateTimeFormat,
  NumberFormat: Intl.NumberFormat,
  RelativeTimeFormat: Intl.RelativeTimeFormat,
  PluralRules: Intl.PluralRules,
  ListFormat: Intl.ListFormat,
  DisplayNames: Intl.DisplayNames,
  Collator: Intl.Collator,
} as const;
const intlMethods: ReadonlySet<string> = new Set(['format', 'formatToParts', 'formatRange', 'resolvedOptions', 'select', 'of', 'compare']);
const hashes = { md5: 'md5', sha1: 'sha1', sha224: 'sha224', sha256: 'sha256', sha384: 'sha384', sha512: 'sha512', sha3: 'sha3-512' };

/** Formatters are dear to make; a script may not make us keep more than these. */
const formatters = new Map<string, object>();
const maxFormatters = 200;
const maxKey = 2000;

type Formatter = new (locales?: string | string[], options?: object) => object;

function formatter(kind: string, locales: unknown, options: unknown): object {
  if (!Object.hasOwn(intlKinds, kind)) throw new Error(`there is no Intl.${kind}`);
  const key = JSON.stringify([kind, locales, options]);
  if (key.length > maxKey) throw new Error('its options are too long');
  const known = formatters.get(key);
  if (known !== undefined) return known;
  if (formatters.size >= maxFormatters) formatters.clear();
  const Type = intlKinds[kind as keyof typeof intlKinds] as unknown as Formatter;
  // English where nothing is said, so that a run gives the same on every machine.
  const made = new Type((locales ?? 'en-US') as string, (options ?? {}) as object);
  formatters.set(key, made);
  return made;
}

function intl([kind, method, locales, options, given]: unknown[]): unknown {
  if (method === 'supportedLocalesOf') return Intl.DateTimeFormat.supportedLocalesOf((locales ?? []) as string[]);
  const made = formatter(String(kind), locales, options) as Record<string, (...given: unknown[]) => unknown>;
  if (method === 'check') return true;
  if (!intlMethods.has(String(method))) throw new Error(`there is no Intl.${String(kind)}.${String(method)}`);
  const found = made[String(method)];
  if (typeof found !== 'function') throw new Error(`Intl.${String(kind)} has no ${String(method)}`);
  return found.apply(made, Array.isArray(given) ? given : []);
}

function dateText([parts, locales, options, at]: unknown[]): string {
  const date = new Date(Number(at));
  const use: [string, Intl.DateTimeFormatOptions] = [(locales ?? 'en-US') as string, (options ?? {}) as Intl.DateTimeFormatOptions];
  if (parts === 'date') return date.toLocaleDateString(...use);
  return parts === 'time' ? date.toLocaleTimeString(...use) : date.toLocaleString(...use);
}

function hash([algorithm, text]: unknown[]): string {
  const name = String(algorithm);
  if (!Object.hasOwn(hashes, name)) throw new Error(`there is no hash ${name}`);
  return createHash(hashes[name as keyof typeof hashes])
    .update(String(text))
    .digest('hex');
}

/** Minutes that a zone is ahead of UTC at an instant. */
function offset([zone, at]: unknown[]): number {
  const options = { timeZone: String(zone), hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const all = { ...options, hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short' } as const;
  const format = formatter('DateTimeFormat', 'en-US', all) as Intl.DateTimeFormat;
  const parts = Object.fromEntries(format.formatToParts(Number(at)).map(({ type, value }) => [type, value]));
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
  local.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return (local.getTime() - Number(at)) / 60_000;
}

/** What V8 says of a text that is no JSON; null when it is. */
function jsonFault([text]: unknown[]): string | null {
  try {
    JSON.parse(String(text));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const functions: Record<string, (given: unknown[]) => unknown> = { intl, dateText, hash, offset, jsonFault };

/** JSON text in, JSON text out; faults are told as text too. */
export function askHost(name: string, given: string): string {
  let answer: Answer;
  try {
    const call = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (call === undefined) throw new Error(`there is no ${name}`);
    answer = { value: call(JSON.parse(given) as unknown[]) };
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) };
  }
  return JSON.stringify(answer);
}
