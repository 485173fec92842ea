// Malformed inputs made from a call's own schema: one part of an input that the call accepts is changed until the schema, or the frame's
// form, refuses it. A method of the contract for which none can be made has no case, and that fails the run.

import { type FuzzCase, fuzzCases, malformed, type Random } from '../contract/wire-fuzz.ts';

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

type Place = (string | number)[];

/** Every place in a value, the whole of it first. */
function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, part]) => placesOf(part, [...at, Array.isArray(value) ? Number(key) : key]))];
}

function changed(value: unknown, [head, ...rest]: Place, to: unknown): unknown {
  if (head === undefined) return to;
  if (Array.isArray(value)) return value.map((item, index) => (index === head ? changed(item, rest, to) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [head]: changed(object[head], rest, to) };
}

function without(value: unknown, place: Place): unknown {
  const key = place.at(-1);
  if (typeof key !== 'string') return null;
  const inner = place.slice(0, -1).reduce<unknown>((part, each) => (part as Record<string, unknown>)[each], value);
  const { [key]: _gone, ...rest } = inner as Record<string, unknown>;
  return changed(value, place.slice(0, -1), rest);
}

const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

const wrong: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0.5,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => '',
  () => '\u0000\u202e\ufeff',
  () => '\ud800',
  () => '../../../../etc/passwd',
  () => [],
  () => {},
  () => ({}),
  () => [[[]]],
  () => deep(30),
  () => 'x'.repeat(100_000),
  () => Array.from({ length: 3_000 }, (_, index) => index),
  () => Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index])),
  () => ({ toJSON: 1, length: -1, valueOf: null }),
  () => 'javascript:alert(1)',
  () => '$(touch /tmp/x)',
];

/** A refused input of this call's own schema, as text; undefined when none was found. */
export function refusedInput(random: Random, { schema, valid }: FuzzCase, tries = 60): string | undefined {
  const places = placesOf(valid ?? {});
  for (let left = tries; left > 0; left -= 1) {
    const place = pick(random, places);
    const value =
      place.length > 0 && random() < 0.25
        ? without(valid, place)
        : random() < 0.15
          ? addTo(random, valid, place)
          : changed(valid ?? {}, place, pick(random, wrong)());
    const text = JSON.stringify(value) ?? 'null';
    const seen: unknown = JSON.parse(text);
    const isNothing = typeof seen === 'object' && seen !== null && !Array.isArray(seen) && Object.keys(seen).length === 0;
    if (schema === undefined ? !isNothing : !schema.safeParse(seen).success) return text;
  }
  return undefined;
}

/** Keys that are none of the schema's. Where the schema leaves them out, they are no fault, and another input is sought. */
function addTo(random: Random, value: unknown, place: Place): unknown {
  const inner = place.reduce<unknown>((part, each) => (part as Record<string, unknown>)[each], value);
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return changed(value ?? {}, place, { value: inner });
  return changed(value ?? {}, place, { ...inner, [pick(random, ['extra', 'isAdmin', '$where', '', 'hasOwnProperty'])]: true });
}

const frame = (id: string, path: string, input: string): string => `{"i":"${id}","p":{"u":"${path}","b":{"json":${input}}}}`;

/** Of the whole text: what JSON has no place for, what reaches a prototype at any depth, what is far too much. */
function brokenText(random: Random, item: FuzzCase, id: string): string {
  const input = JSON.stringify(item.valid ?? {});
  const poison = pick(random, ['__proto__', 'constructor', 'prototype']);
  const nest = (depth: number, inner: string): string => `${'{"a":'.repeat(depth)}${inner}${'}'.repeat(depth)}`;
  switch (Math.floor(random() * 6)) {
    case 0:
      return frame(id, item.path, pick(random, ['NaN', '-Infinity', '0x10', '01', "'x'", 'undefined', '{a:1}', '[1,]', '"\n"', '+1']));
    case 1:
      return frame(id, item.path, nest(1 + Math.floor(random() * 40), `{"${poison}":{"polluted":true}}`));
    case 2:
      return frame(id, item.path, nest(1, `{"${poison.replace('o', '\\u006f')}":{"polluted":true}}`));
    case 3:
      return frame(id, item.path, nest(90 + Math.floor(random() * 2_000), '1'));
    case 4:
      return `{"i":"${id}","i":"${id}","p":{"u":"${item.path}","b":{"json":${input}},"__proto__":{"u":"/app/getInfo"}}}`;
    default:
      return frame(id, item.path, input).repeat(2);
  }
}

export interface Payloads {
  /** Each method of the contract that has an input to start from and a refused one of its own schema. */
  methods: string[];
  methodsWithoutCase: string[];
  /** The next malformed payload. The first for each method is of its own schema. */
  next(index: number): unknown;
}

export function makePayloads(random: Random): Payloads {
  const cases = fuzzCases();
  const lacking = cases.filter(
    (item) => (item.schema !== undefined && !item.schema.safeParse(item.valid).success) || refusedInput(random, item, 500) === undefined,
  );
  return {
    methods: cases.map(({ path }) => path),
    methodsWithoutCase: lacking.map(({ path }) => path),
    next(index) {
      const item = cases[index % cases.length] as FuzzCase;
      const id = `f${index}`;
      const dice = random();
      if (index < cases.length || dice < 0.4) {
        const input = refusedInput(random, item);
        if (input !== undefined) return frame(id, item.path, input);
      }
      // Too many values and too long a text are dear: a few of each.
      if (dice > 0.9997) return frame(id, item.path, `[${'1,'.repeat(500_001)}1]`);
      if (dice > 0.9995) return frame(id, item.path, `{"a":"${'x'.repeat(4_300_000)}"}`);
      return dice < 0.6 ? brokenText(random, item, id) : malformed(random, item, id);
    },
  };
}
