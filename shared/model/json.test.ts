import { expect, test } from 'vitest';
import { toAppError } from '../errors.ts';
import { cleanStrings, findHostileJson, type JsonLimits, parseJson } from './json.ts';

function refusal(text: string): string {
  try {
    parseJson(text, 'notes.md');
  } catch (error) {
    return toAppError(error).message;
  }
  return 'nothing';
}

test('what is no JSON is refused on one line, and said once', () => {
  expect(refusal('# Notes\n\nmilk')).toMatch(/^notes\.md is not valid JSON: .*#/);
  for (const text of ['# Notes\n\nmilk', '{"a": }', '[1, 2', '', '{"a": 1,\n}']) {
    const said = refusal(text);
    expect(said).not.toContain('\n');
    expect(said.match(/not valid JSON/g)).toHaveLength(1);
  }
  expect(parseJson('{"a": [1]}')).toEqual({ a: [1] });
});

const limits: JsonLimits = { maxLength: 1000, maxDepth: 4, maxValues: 10 };
test.each([
  ['a key that reaches a prototype', '{"a":[1,{"b":{"__proto__":1}}]}', 'json-poisoned-key', 'a[1].b.__proto__'],
  ['constructor', '{"constructor":{}}', 'json-poisoned-key', 'constructor'],
  ['too deep', '{"a":[{"b":[1]}]}', undefined, undefined],
  ['a level deeper', '{"a":[{"b":[[]]}]}', 'json-too-deep', 'a[0].b[0]'],
  ['too many', '[1,2,3,4,5,6,7,8,9,10]', 'json-too-large', '[9]'],
  ['just as many as allowed', '[1,2,3,4,5,6,7,8,9]', undefined, undefined],
  ['no object at all', '7', undefined, undefined],
])('%s is found at its place', (_, text, code, place) => {
  const found = findHostileJson(JSON.parse(text), limits);
  expect(found?.code).toBe(code);
  expect(found?.place).toBe(place);
});

test('nesting that would overflow the call stack is refused, also where the limits would allow it', () => {
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
  expect(findHostileJson(deep)?.code).toBe('json-too-deep');
  expect(findHostileJson(deep, { ...limits, maxDepth: Number.POSITIVE_INFINITY, maxValues: 10_000 })?.code).toBe('json-too-deep');
});

test('texts are cleaned at every depth, keys too; what is clean is the same value', () => {
  const clean = (text: string): string => text.replaceAll('s3cret', '•••');
  expect(cleanStrings({ a: ['x s3cret', { s3cret: 1 }], b: null }, clean)).toEqual({ a: ['x •••', { '•••': 1 }], b: null });
  const same = { a: ['x'] };
  expect(cleanStrings(same, clean)).toBe(same);
  expect(cleanStrings(undefined, clean)).toBeUndefined();
});
