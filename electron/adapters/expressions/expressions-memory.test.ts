// What an expression makes must never cost the host its life: V8 ends the whole process when a thread cannot place one long text.

import { afterAll, expect, it } from 'vitest';
import { createExpressions } from './expressions.ts';

const expressions = createExpressions();
afterAll(() => expressions.close());
const { signal } = new AbortController();
const doubled = (times: number) => `($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("x", ${times}))`;

it.each([
  '$pad("", 300000000, "x")',
  '$length($pad("", 500000000, "ü"))',
  doubled(29),
  `$uppercase(${doubled(28)})`,
  '($s := $pad("", 4000000, "x"); $join([1..100].$s))',
  '($s := $pad("", 4000000, "x"); $string([1..100].$s))',
  '($s := $pad("", 4000000, "x"); $replace($pad("", 100, "a"), "a", $s))',
  '($s := $pad("", 4000000, "x"); [1..100].{ "a": $s })',
])('%s fails, and the host goes on', async (expression) => {
  await expect(expressions.evaluate(expression, {}, { signal })).rejects.toMatchObject({ code: expect.stringMatching(/^expression-/) });
  expect(await expressions.evaluate('1 + 1', {}, { signal })).toBe(2);
});

it('texts of a usual length pass', async () => {
  expect(await expressions.evaluate('$length($pad("", 500000, "x"))', {}, { signal })).toBe(500_000);
});
