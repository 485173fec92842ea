import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { findArgFaults } from './check-args.ts';

const others = { builtIn: false, hasSecrets: false };
const schema: JsonObject = {
  type: 'object',
  properties: {
    path: { type: 'string', minLength: 3 },
    count: { type: ['integer', 'null'], maximum: 10 },
    tags: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
    mode: { enum: ['fast', 'slow'] },
    either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
  },
  required: ['path'],
  additionalProperties: false,
};

describe('arguments', () => {
  it.each<[string, JsonObject, string[]]>([
    ['fit', { path: '/tmp/a', count: 3, tags: [{ name: 'x' }], mode: 'fast', either: 3 }, []],
    ['lack one', {}, ['“path” is missing']],
    ['have another type', { path: 5 }, ['“path” must be string, not number']],
    ['have one of none of its types', { path: '/tmp', count: 'three' }, ['“count” must be integer or null, not string']],
    ['lack one in a list', { path: '/tmp', tags: [{ name: 'a' }, {}] }, ['“tags.1.name” is missing']],
    ['name one that is not there', { path: '/tmp', pth: 1 }, ['“pth” is not an argument of it']],
    ['fit no form', { path: '/tmp', either: true }, ['“either” fits none of the forms that it may have']],
    [
      'are several faults',
      { count: 99 },
      ['“path” is missing', expect.stringMatching(/^“count” does not fit: 99 is greater than 10/) as never],
    ],
    ['are out of their list', { path: '/tmp', mode: 'x' }, [expect.stringContaining('“mode” does not fit') as never]],
  ])('%s', (_name, args, faults) => {
    expect(findArgFaults(schema, args, others)).toEqual(faults);
  });

  it('with a secret in them are checked for what is known of a secret', () => {
    const strict: JsonObject = {
      type: 'object',
      properties: { key: { type: 'string', maxLength: 5, pattern: '^[a-z]+$' }, n: { type: 'number' } },
    };
    const args = { key: '${secret:TOKEN}', n: '${secret:TOKEN}' };
    expect(findArgFaults(strict, args, { builtIn: true, hasSecrets: true })).toEqual(['“n” must be number, not string']);
    expect(findArgFaults(strict, { key: 'ABC' }, { builtIn: true, hasSecrets: false })).toHaveLength(1);
    expect(findArgFaults({ ...strict }, { key: 'ABC' }, others)).toEqual([]);
  });

  it('follow references', () => {
    const referring: JsonObject = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { at: { $ref: '#/definitions/place' } },
      definitions: { place: { type: 'object', required: ['x'] } },
    };
    expect(findArgFaults(referring, { at: {} }, others)).toEqual(['“at.x” is missing']);
  });
});

describe('a hostile schema', () => {
  const bomb = (): JsonObject => {
    const $defs: JsonObject = { d0: { type: 'number' } };
    for (let i = 1; i < 30; i += 1) $defs[`d${i}`] = { anyOf: [{ $ref: `#/$defs/d${i - 1}` }, { $ref: `#/$defs/d${i - 1}` }] };
    return { type: 'object', properties: { a: { $ref: '#/$defs/d29' } }, $defs };
  };
  const deep = (): JsonObject => {
    let node: JsonObject = { type: 'number' };
    for (let i = 0; i < 10_000; i += 1) node = { allOf: [node] };
    return { type: 'object', properties: { a: node } };
  };
  const cases: Record<string, JsonObject> = {
    'references that double thirty times': bomb(),
    'a reference to itself': { type: 'object', properties: { a: { $ref: '#' } } },
    'a reference in a ring': {
      properties: { a: { $ref: '#/$defs/b' } },
      $defs: { b: { $ref: '#/$defs/c' }, c: { anyOf: [{ $ref: '#/$defs/b' }] } },
    },
    'a reference to elsewhere': { properties: { a: { $ref: 'https://evil.example/schema' } } },
    'a reference to nothing': { properties: { a: { $ref: '#/$defs/none' } } },
    'a depth of ten thousand': deep(),
    'a backtracking pattern': {
      properties: { a: { type: 'string', pattern: '^(a+)+$' } },
      patternProperties: { '^(a+)+$': { type: 'number' } },
    },
    'keywords of the wrong kind': { type: 5, required: 'a', properties: [] as unknown as JsonValue, items: 'x', anyOf: {} } as JsonObject,
    'a moving anchor': { $dynamicAnchor: 'x', properties: { a: { $dynamicRef: '#x' } } },
  };
  it.each(Object.entries(cases))('%s is not followed, and holds nothing up', (_name, hostile) => {
    const text = `${'a'.repeat(40)}!`;
    expect(() => findArgFaults(hostile, { a: text }, others)).not.toThrow();
  });

  it('with many nodes is not applied to many values', () => {
    const wide: JsonObject = {
      type: 'object',
      properties: { a: { type: 'array', items: { anyOf: Array.from({ length: 1500 }, () => ({ type: 'object' })) } } },
    };
    expect(findArgFaults(wide, { a: Array.from({ length: 4000 }, () => 1) }, others)).toEqual([]);
    expect(findArgFaults(wide, { a: [1] }, others)).toHaveLength(1);
  });
});
