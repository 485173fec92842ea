// Local models sometimes print a tool call instead of making it. This finds such calls in a finished text, and mends
// arguments that came as text. Pure. It only ever takes a call whose name is a tool that was offered: prose stays prose.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { findHostileJson } from '../../../shared/model/json.ts';
import type { OfferedTools } from './tool-names.ts';

export interface RawCall {
  name: string;
  args: JsonObject;
}

interface Repaired {
  /** What is left of the text. */
  text: string;
  calls: RawCall[];
}

const fenced = /```(?:json|tool_call|tool_code|tool)?[ \t]*\n?([\s\S]*?)```/g;
const tagged = /<(tool_call|function_call|tool)>\s*([\s\S]*?)\s*(?:<\/\1>|$)/g;

export function findPrintedCalls(text: string, offered: OfferedTools): Repaired {
  if (!text.includes('{')) return { text, calls: [] };
  const calls: RawCall[] = [];
  const take = (whole: string, body: string): string => {
    const found = readCalls(body, offered);
    if (found.length === 0) return whole;
    calls.push(...found);
    return '';
  };
  let rest = text.replace(tagged, (whole: string, _tag: string, body: string) => take(whole, body));
  rest = rest.replace(fenced, (whole: string, body: string) => take(whole, body));
  // The whole answer is one bare JSON object or list, as small models like to give.
  const trimmed = rest.trim();
  if (calls.length === 0 && /^[[{]/.test(trimmed)) rest = take(rest, trimmed);
  return calls.length === 0 ? { text, calls } : { text: rest.trim(), calls };
}

function readCalls(body: string, offered: OfferedTools): RawCall[] {
  const value = parseLenient(body);
  const items = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const calls = items.map((item) => asCall(item, offered));
  return calls.every((call) => call !== undefined) ? calls : [];
}

function asCall(value: JsonValue, offered: OfferedTools): RawCall | undefined {
  if (!isObject(value)) return undefined;
  const inner = isObject(value.function) ? value.function : value;
  const name = inner.name ?? inner.tool ?? inner.tool_name;
  if (typeof name !== 'string' || offered.find(name) === undefined) return undefined;
  return { name, args: mendArgs(inner.arguments ?? inner.args ?? inner.parameters ?? inner.input ?? {}) };
}

/** Arguments as an object: text is read as JSON, a provider's unread text (`$text`) too. Anything else is kept under `input`. */
export function mendArgs(value: JsonValue): JsonObject {
  if (isObject(value)) {
    const keys = Object.keys(value);
    return keys.length === 1 && typeof value.$text === 'string' ? mendArgs(value.$text) : value;
  }
  if (typeof value === 'string') {
    const parsed = value.trim() === '' ? {} : parseLenient(value);
    if (isObject(parsed)) return parsed;
    if (typeof parsed === 'string') return mendArgs(parsed);
  }
  return value === null || value === undefined ? {} : { input: value };
}

/** JSON with the faults models make: a comma too many, a fence around it, brackets not closed at the end. */
function parseLenient(text: string): JsonValue | undefined {
  const bare = text
    .trim()
    .replace(/^```[a-z_]*\n?/, '')
    .replace(/```$/, '')
    .trim();
  const withoutCommas = bare.replace(/,\s*([}\]])/g, '$1');
  for (const attempt of [bare, withoutCommas, closeBrackets(bare), closeBrackets(withoutCommas)]) {
    try {
      const value = JSON.parse(attempt) as JsonValue;
      return findHostileJson(value) === undefined ? value : undefined;
    } catch {
      // Not JSON in this reading; the next one may be.
    }
  }
  return undefined;
}

function closeBrackets(text: string): string {
  const open: string[] = [];
  let isInText = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (isInText) {
      if (char === '\\') i += 1;
      else if (char === '"') isInText = false;
    } else if (char === '"') isInText = true;
    else if (char === '{') open.push('}');
    else if (char === '[') open.push(']');
    else if (char === '}' || char === ']') open.pop();
  }
  return `${text}${isInText ? '"' : ''}${open.reverse().join('')}`;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
