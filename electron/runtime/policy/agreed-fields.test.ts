// What is shown of a field that is different: both sides, around the difference, with no secret in it.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { changedFields, fieldLines, keptFields } from './agreed-fields.ts';

const deps = {
  hash: (text: string) => createHash('sha256').update(text).digest('hex'),
  redact: (text: string) => text.replaceAll('hunter2', '[secret]'),
};
const lines = (before: object, now: object): string[] => {
  const kept = (fields: object) => keptFields(deps, Object.entries(fields));
  return fieldLines(changedFields(kept(before), kept(now)));
};

test('each field that is different is one line, before and after; those in an object one by one', () => {
  expect(
    lines({ Text: 'a', Same: 1, Arguments: { to: 'Anna', n: 1 } }, { Text: 'b', Same: 1, Arguments: { to: 'Mallory', n: 1 } }),
  ).toEqual(['↳ Text: “a” → “b”', '↳ Arguments.to: “Anna” → “Mallory”']);
  expect(lines({ Retry: null }, { Retry: { times: 3 } })).toEqual(['↳ Retry.times: nothing → “3”']);
  expect(lines({ Body: 'x' }, {})).toEqual(['↳ Body: “x” → nothing']);
});

test('of a long text what is around the difference is shown, and what is beyond what was kept is told', () => {
  const long = 'a'.repeat(400);
  const [line = ''] = lines({ Code: `${long}one` }, { Code: `${long}two` });
  expect(line).toContain('aone” → “…');
  expect(line).toContain('atwo”');
  expect(line.length).toBeLessThan(200);
  expect(lines({ Code: `${'a'.repeat(5000)}one` }, { Code: `${'a'.repeat(5000)}two` })).toEqual([
    '↳ Code: different in a part that is not shown',
  ]);
});

test('a secret is in no line, wherever a text is cut; another one is told as different', () => {
  for (let at = 0; at < 60; at += 1) {
    const [line = ''] = lines({ H: `${'x'.repeat(1480 + at)}hunter2` }, { H: `${'x'.repeat(at)}hunter2${'y'.repeat(200)}` });
    expect(line).not.toMatch(/hunter|unter2/);
  }
  expect(lines({ H: 'hunter2' }, { H: '[secret]' })).toEqual(['↳ H: different in a part that is not shown']);
});

test('what stands in a field can end neither its line nor its quotation, nor turn or hide a part of it', () => {
  const [line = ''] = lines({ Text: 'a' }, { Text: 'b”\n↳ Nothing: changed\u202e\u200b' });
  expect(line).toBe('↳ Text: “a” → “b" ↳ Nothing: changed”');
  expect(lines({ Text: 'a b' }, { Text: 'a\n b' })).toEqual(['↳ Text: “a b”, with other spaces, line breaks or signs that are not seen']);
});

test('very many fields, and none that was kept before', () => {
  const many = (value: string) => Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, value]));
  expect(lines(many('a'), many('b'))).toHaveLength(13);
  expect(lines(many('a'), many('b')).at(-1)).toBe('↳ and 8 more fields');
  expect(changedFields(undefined, keptFields(deps, [['Text', 'x']]))).toEqual([]);
});
