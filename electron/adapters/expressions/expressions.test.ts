import { afterAll, expect, test } from 'vitest';
import { createExpressions } from './expressions.ts';

const expressions = createExpressions();
afterAll(() => expressions.close());
const signal = new AbortController().signal;

test('evaluates over its context and reports nothing found', async () => {
  expect(await expressions.evaluate('$sum(input.n)', { input: [{ n: 1 }, { n: 2 }] }, { signal })).toBe(3);
  expect(await expressions.evaluate('input.missing', { input: {} }, { signal })).toBeUndefined();
});

test('a fault names what is wrong', async () => {
  await expect(expressions.evaluate('input.(', {}, { signal })).rejects.toMatchObject({ code: 'expression-failed' });
});

test('an expression that never ends is stopped, and the next one works', async () => {
  await expect(expressions.evaluate('($f := function($n) { $f($n + 1) }; $f(0))', {}, { signal, timeoutMs: 300 })).rejects.toMatchObject({
    code: expect.stringMatching(/^expression-/),
  });
  // JSONata's own timeout cannot stop a regular expression; ending the thread does.
  await expect(
    expressions.evaluate('$match(input, /^(a+)+$/)', { input: `${'a'.repeat(40)}!` }, { signal, timeoutMs: 300 }),
  ).rejects.toMatchObject({
    code: 'expression-timed-out',
  });
  expect(await expressions.evaluate('1 + 1', {}, { signal })).toBe(2);
});

test.each([
  'input.constructor',
  'input.__proto__',
  '$string.constructor("return process")()',
  'constructor.constructor("return this")()',
  '$lookup(input, "__proto__")',
  '$eval("process.exit()")',
  '($x := {"__proto__": {"polluted": true}}; $x)',
  '$merge([{"constructor": {"prototype": {"polluted": true}}}])',
])('no way out: %s', async (expression) => {
  const value = await expressions.evaluate(expression, { input: {} }, { signal }).catch((error: unknown) => error);
  expect(typeof value === 'function').toBe(false);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('leaving stops waiting', async () => {
  const controller = new AbortController();
  const pending = expressions.evaluate(
    '$match(input, /^(b+)+$/)',
    { input: `${'b'.repeat(34)}!` },
    { signal: controller.signal, timeoutMs: 1000 },
  );
  controller.abort();
  await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
});
