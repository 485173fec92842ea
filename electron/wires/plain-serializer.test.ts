import { StandardRPCJsonSerializer } from '@orpc/client/standard';
import { expect, it } from 'vitest';
import { isPlain, PlainFirstSerializer } from './plain-serializer.ts';

const sent = (serializer: StandardRPCJsonSerializer, value: unknown): string => {
  const [json, meta, maps, blobs] = serializer.serialize(value);
  return JSON.stringify({ json, meta, maps, blobs: blobs.length });
};

const own = (key: string, value: unknown): object => Object.defineProperty({ a: 1 }, key, { value, enumerable: true });

const values: [string, unknown, boolean][] = [
  ['nothing', undefined, true],
  ['null', null, true],
  ['a text', 'a “text”\u2028', true],
  ['rows', [{ a: 1, b: [true, null, 'x', -0] }, { c: { d: {} } }], true],
  ['a missing field', { a: undefined, b: 1 }, true],
  ['infinity', [Number.POSITIVE_INFINITY], true],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), true],
  ['not a number, deep inside', { a: [{ b: Number.NaN }] }, false],
  ['an empty place', [1, undefined, 3], false],
  // biome-ignore lint/suspicious/noSparseArray: that is what is tried
  ['a hole', [1, , 3], false],
  ['a date', { at: new Date(0) }, false],
  ['a map', [new Map([['a', 1]])], false],
  ['a set', { s: new Set([1]) }, false],
  ['an address', new URL('https://example.com/'), false],
  ['a big number', { n: 5n }, false],
  ['a function', { f: () => 1, a: 2 }, false],
  ['its own way to JSON', { a: 1, toJSON: () => 'other' }, false],
  ['a key that reaches the prototype', own('__proto__', { polluted: true }), false],
  [
    'a value of a class',
    {
      x: new (class Point {
        x = 1;
      })(),
    },
    false,
  ],
];

it.each(values)('%s goes out just as the library would send it', (_, value, plain) => {
  expect(isPlain(value)).toBe(plain);
  expect(sent(new PlainFirstSerializer(), value)).toBe(sent(new StandardRPCJsonSerializer(), value));
});
