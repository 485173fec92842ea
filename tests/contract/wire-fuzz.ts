// Malformed payloads for every call of the contract, made from the contract's own schemas with a seeded generator: the same
// seed gives the same payloads. A payload counts as malformed only when the call's schema, or the frame's form, refuses it.

import { z } from 'zod';
import { knownCalls } from '../../electron/wires/known-calls.ts';
import { contract } from '../../shared/contract/index.ts';

export type Random = () => number;
/** Mulberry32: small, seeded, good enough to vary payloads. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

type Schema = Record<string, unknown>;
const STRINGS = [
  'abc1',
  'a/b',
  'https://example.org/',
  'files',
  'ABC',
  '2026-01-01',
  'a'.repeat(12),
  '0'.repeat(64),
  'n1',
  '1',
  'http://127.0.0.1:1',
  '24.1.0',
];

/** A value that the JSON Schema allows, the smallest that comes to mind. */
function sample(schema: Schema, defs: Record<string, Schema>): unknown {
  if (typeof schema.$ref === 'string') return sample(defs[schema.$ref.replace(/^#\/\$defs\//, '')] ?? {}, defs);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const union = (schema.oneOf ?? schema.anyOf ?? schema.allOf) as Schema[] | undefined;
  if (union !== undefined && union[0] !== undefined) return sample(union[0], defs);
  switch (schema.type) {
    case 'object': {
      const required = new Set((schema.required as string[] | undefined) ?? []);
      const properties = (schema.properties as Record<string, Schema> | undefined) ?? {};
      return Object.fromEntries(
        Object.entries(properties)
          .filter(([name]) => required.has(name))
          .map(([name, part]) => [name, sample(part, defs)]),
      );
    }
    case 'array': {
      const least = Number(schema.minItems ?? 0);
      return Array.from({ length: least }, () => sample((schema.items as Schema | undefined) ?? {}, defs));
    }
    case 'string': {
      if (schema.format === 'uri') return 'https://example.org/';
      const pattern = typeof schema.pattern === 'string' ? new RegExp(schema.pattern, 'u') : /^/u;
      const least = Number(schema.minLength ?? 0);
      return STRINGS.find((text) => pattern.test(text) && text.length >= least) ?? 'a'.repeat(least);
    }
    case 'number':
    case 'integer':
      return Math.max(1, Number(schema.minimum ?? 1));
    case 'boolean':
      return true;
    default:
      return {};
  }
}

export interface FuzzCase {
  path: string;
  schema: z.ZodType | undefined;
  /** An input that the call accepts: the control of the experiment, and what mutations start from. */
  valid: unknown;
}

/** One case per call of the contract; nothing here lists calls by name. */
export function fuzzCases(): FuzzCase[] {
  return [...knownCalls(contract)].map(([path, call]) => {
    const schema = call.inputSchema as z.ZodType | undefined;
    if (schema === undefined) return { path, schema, valid: undefined };
    const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
    return { path, schema, valid: sample(json, (json.$defs as Record<string, Schema> | undefined) ?? {}) };
  });
}

const POISON = ['__proto__', 'constructor', 'prototype'];
const WRONG: readonly unknown[] = [
  null,
  true,
  -1,
  Number.POSITIVE_INFINITY,
  0.5,
  '',
  'x',
  '\u0000',
  '../../etc/passwd',
  [],
  {},
  [[]],
  { a: 1 },
  'a'.repeat(5000),
  Number.MAX_VALUE,
];

const deep = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`;

/** Replaces, removes or adds something somewhere in the value. */
function mutate(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.25) return pick(random, WRONG);
  if (Array.isArray(value))
    return value.length === 0 ? pick(random, WRONG) : value.map((item, index) => (index === 0 ? mutate(random, item) : item));
  const keys = Object.keys(value);
  if (keys.length === 0) return pick(random, WRONG);
  const key = pick(random, keys);
  const { [key]: chosen, ...rest } = value as Record<string, unknown>;
  return random() < 0.3 ? rest : { ...rest, [key]: mutate(random, chosen) };
}

const frameText = (id: string, path: string, inputText: string | undefined): string =>
  `{"i":"${id}","p":{"u":"${path}","b":{${inputText === undefined ? '' : `"json":${inputText}`}}}}`;

/** One malformed payload for this call. */
export function malformed(random: Random, item: FuzzCase, id: string): unknown {
  const input = JSON.stringify(item.valid ?? {});
  const good = frameText(id, item.path, item.schema === undefined ? undefined : input);
  const kind = Math.floor(random() * 12);
  switch (kind) {
    case 0: {
      const key = pick(random, POISON);
      return frameText(id, item.path, input.replace(/^\{/, `{"${key}":{"polluted":true}${input === '{}' ? '' : ','}`));
    }
    case 1: {
      const target = pick(random, POISON);
      const meta = pick(random, [`[[3,"${target}","polluted"]]`, `[[7,"${target}"]]`, '[[1]]', `[[6],[5,"${target}",0]]`, '{"0":1}']);
      return `{"i":"${id}","p":{"u":"${item.path}","b":{"json":{"${target}":null},"meta":${meta},"maps":[["${target}"]]}}}`;
    }
    case 2:
      return good.slice(0, Math.floor(random() * (good.length - 1)));
    case 3: {
      const at = Math.floor(random() * good.length);
      return `${good.slice(0, at)}\u0001${good.slice(at)}`;
    }
    case 4:
      return frameText(
        id,
        pick(random, [
          `${item.path}/x`,
          '/__proto__/toString',
          '/constructor',
          `${item.path}%00`,
          `/..${item.path}`,
          'http://evil.example/x',
          item.path.toUpperCase(),
        ]),
        input,
      );
    case 5:
      return pick<unknown>(random, [
        null,
        7,
        [],
        {},
        { i: id, p: { u: item.path, b: {} } },
        new Uint8Array([0xff, 0xfe, 1]),
        Buffer.from(good),
        '',
      ]);
    case 6:
      return `{"i":"${id}","p":{"u":"${item.path}","m":"${pick(random, ['GET', 'PUT', '__proto__'])}","b":{"json":${input}}}}`;
    case 7:
      return `{"i":"${id}","p":{"u":"${item.path}","h":{"${pick(random, ['content-type', 'content-disposition', '__proto__'])}":"${pick(random, ['text/event-stream', 'multipart/form-data; boundary=x', 'attachment; filename=x'])}"},"b":{"json":${input}}}}`;
    case 8:
      return pick(random, [
        `{"i":"${id}","t":3,"p":{"e":"message","d":{"json":1}}}`,
        `{"i":${id.length},"p":{"u":"${item.path}"}}`,
        `{"i":"${id}","t":4,"p":{"x":1}}`,
        `{"i":"${id}","t":99}`,
        `{"i":"${id}"}`,
        `{"i":"${'9'.repeat(500)}","p":{}}`,
      ]);
    case 9:
      return frameText(id, item.path, `{"a":${deep(80 + Math.floor(random() * 300))}}`);
    default: {
      for (let tries = 0; tries < 20; tries += 1) {
        const changed = mutate(random, item.valid ?? {});
        const text = JSON.stringify(changed) ?? 'null';
        const seen: unknown = JSON.parse(text);
        const isEmpty = typeof seen === 'object' && seen !== null && !Array.isArray(seen) && Object.keys(seen).length === 0;
        const isRefused = item.schema === undefined ? !isEmpty : !item.schema.safeParse(seen).success;
        if (isRefused) return frameText(id, item.path, text);
      }
      return frameText(id, item.path, '"not an input"');
    }
  }
}
