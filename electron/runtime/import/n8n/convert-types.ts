// n8n's reading of a value as a type: what counts as a number, a boolean, a date, a list, an object.

import { DateTime } from 'luxon';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { Loose } from './values.ts';

export type Converted = { valid: true; value: Loose | DateTime } | { valid: false; message: string };

export function describe(value: unknown): string {
  if (value === null) return "'null'";
  if (Array.isArray(value)) return 'array';
  return typeof value === 'object' ? 'object' : `'${String(value)}'`;
}

export function toText(value: unknown): string {
  if (value !== null && typeof value === 'object') return JSON.stringify(value);
  if (value === null) return 'null';
  return value === undefined ? '' : String(value);
}

export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  if (!(typeof value === 'string' && value.trim() === '')) {
    const number = Number(value);
    if (number === 0) return false;
    if (number === 1) return true;
  }
  return undefined;
}

export function toDateTime(value: unknown, zone?: string): DateTime | undefined {
  if (DateTime.isDateTime(value) && value.isValid) return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return DateTime.fromJSDate(value, zone === undefined ? {} : { zone });
  const text = String(value).trim();
  const options = { setZone: true, ...(zone === undefined ? {} : { zone }) };
  for (const read of [DateTime.fromISO, DateTime.fromHTTP, DateTime.fromRFC2822, DateTime.fromSQL]) {
    const date = read(text, options);
    if (date.isValid) return date;
  }
  const date = DateTime.fromMillis(Date.parse(text), zone === undefined ? {} : { zone });
  return date.isValid ? date : undefined;
}

export function toList(value: unknown): JsonValue[] | undefined {
  if (Array.isArray(value)) return value as JsonValue[];
  for (const text of [String(value), String(value).replace(/'/g, '"')]) {
    try {
      const parsed = JSON.parse(text) as unknown;
      return Array.isArray(parsed) ? (parsed as JsonValue[]) : undefined;
    } catch {
      // The second spelling is tried; after that it is no list.
    }
  }
  return undefined;
}

export function toObject(value: unknown): JsonObject | undefined {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  const text = String(value);
  const parsed = parseObjectText(text);
  return parsed !== undefined && typeof parsed === 'object' && !Array.isArray(parsed) ? (parsed as JsonObject) : undefined;
}

/** JSON, or an object as JavaScript writes it: bare keys, single quotes, a comma too many. */
export function parseObjectText(text: string): JsonValue | undefined {
  // Only an object may be written as JavaScript writes it.
  for (const candidate of text.trim().startsWith('{') ? [text, loosenJson(text)] : [text]) {
    try {
      return JSON.parse(candidate) as JsonValue;
    } catch {
      // Tried as it is, then loosened.
    }
  }
  return undefined;
}

/** Mends what people write by hand: single quotes, bare keys, comments, trailing and missing commas, Python's words. */
export function loosenJson(text: string): string {
  let out = '';
  let at = 0;
  const source = text.trim().replace(/^```(?:json)?\s*|\s*```$/g, '');
  while (at < source.length) {
    const char = source[at] as string;
    if (char === '"' || char === "'" || char === '`') {
      const [made, next] = readQuoted(source, at, char);
      out += made;
      at = next;
    } else if (source.startsWith('//', at)) {
      while (at < source.length && source[at] !== '\n') at += 1;
    } else if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at);
      at = end === -1 ? source.length : end + 2;
    } else if (/[A-Za-z_$]/.test(char)) {
      const word = /^[\w$-]+/.exec(source.slice(at))?.[0] ?? char;
      at += word.length;
      const words: Record<string, string> = {
        true: 'true',
        false: 'false',
        null: 'null',
        True: 'true',
        False: 'false',
        None: 'null',
        undefined: 'null',
      };
      const isKey = /^\s*:/.test(source.slice(at));
      out += !isKey && Object.hasOwn(words, word) ? words[word] : JSON.stringify(word);
    } else {
      out += char;
      at += 1;
    }
  }
  return out.replace(/,(\s*[}\]])/g, '$1');
}

function readQuoted(source: string, start: number, quote: string): [string, number] {
  let text = '';
  let at = start + 1;
  while (at < source.length && source[at] !== quote) {
    if (source[at] === '\\') {
      const next = source[at + 1] ?? '';
      text += next === "'" || next === '`' ? next : `\\${next}`;
      at += 2;
      continue;
    }
    const char = source[at] as string;
    text += char === '"' ? '\\"' : char === '\n' ? '\\n' : char === '\t' ? '\\t' : char === '\r' ? '\\r' : char;
    at += 1;
  }
  return [`"${text}"`, at + 1];
}

export interface ConvertOptions {
  strict?: boolean;
  parseStrings?: boolean;
  /** Of dates that say none. */
  zone?: string;
}

/** The value as `type`. Nothing at all is valid as it is. */
export function convert(name: string, value: Loose, type: string, options: ConvertOptions = {}): Converted {
  if (value === null || value === undefined) return { valid: true, value: undefined };
  const message = `'${name}' expects a ${type} but we got ${describe(value)}`;
  const given = <T extends Loose | DateTime>(made: T | undefined): Converted =>
    made === undefined ? { valid: false, message } : { valid: true, value: made };
  const strict = options.strict === true;
  switch (type.toLowerCase()) {
    case 'string':
      if (options.parseStrings !== true) return { valid: true, value };
      return strict && typeof value !== 'string' ? { valid: false, message } : { valid: true, value: toText(value) };
    case 'number':
      if (strict && typeof value !== 'number') return { valid: false, message };
      return Number.isNaN(Number(value)) ? { valid: false, message } : { valid: true, value: Number(value) };
    case 'boolean':
      return strict && typeof value !== 'boolean' ? { valid: false, message } : given(toBoolean(value));
    case 'datetime': {
      const date = toDateTime(value, options.zone);
      if (date !== undefined) return { valid: true, value: date };
      return {
        valid: false,
        message: `${message} <br/><br/> Consider using <a href="https://moment.github.io/luxon/api-docs/index.html#datetimefromformat" target="_blank"><code>DateTime.fromFormat</code></a> to work with custom date formats.`,
      };
    }
    case 'time':
      return /^\d{2}:\d{2}(:\d{2})?((-|\+)\d{4})?((-|\+)\d{1,2}(:\d{2})?)?$/s.test(String(value))
        ? { valid: true, value: String(value) }
        : { valid: false, message: `'${name}' expects time (hh:mm:(:ss)) but we got ${describe(value)}.` };
    case 'object':
      return strict && typeof value !== 'object' ? { valid: false, message } : given(toObject(value));
    case 'array':
      return strict && !Array.isArray(value) ? { valid: false, message } : given(toList(value));
    default:
      return { valid: true, value };
  }
}
