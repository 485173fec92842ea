// One thread serves every run: what one expression does must not cost the others their result.

import { afterEach, expect, test } from 'vitest';
import { createExpressions } from './expressions.ts';

let expressions = createExpressions();
afterEach(async () => {
  await expressions.close();
  expressions = createExpressions();
});
const signal = new AbortController().signal;
const endless = ['$match(input, /^(a+)+$/)', { input: `${'a'.repeat(40)}!` }] as const;

test('others that share the thread with an expression that never ends still get their results', async () => {
  const others = (from: number) => Array.from({ length: 20 }, (_, n) => expressions.evaluate('input + 1', { input: from + n }, { signal }));
  const before = others(0);
  const blocked = expressions.evaluate(...endless, { signal, timeoutMs: 200 });
  const after = others(100);
  await expect(blocked).rejects.toMatchObject({ code: 'expression-timed-out' });
  expect(await Promise.all([...before, ...after])).toEqual([0, 100].flatMap((from) => Array.from({ length: 20 }, (_, n) => from + n + 1)));
});

test('two that never end are each stopped, and blamed each for itself', async () => {
  const results = await Promise.allSettled([
    expressions.evaluate(...endless, { signal, timeoutMs: 200 }),
    expressions.evaluate('1', {}, { signal }),
    expressions.evaluate(...endless, { signal, timeoutMs: 200 }),
    expressions.evaluate('2', {}, { signal }),
  ]);
  expect(results.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code))).toEqual([
    'expression-timed-out',
    1,
    'expression-timed-out',
    2,
  ]);
});

test('the time spent waiting for a turn does not count', async () => {
  const slow = '$count([1..60000].($ * 2))';
  const timeoutMs = 3000;
  // As many as together take far longer here than one of them may, however fast this machine is.
  const started = performance.now();
  await expressions.evaluate(slow, {}, { signal });
  const count = Math.min(200, Math.ceil((timeoutMs * 1.5) / Math.max(10, performance.now() - started)));
  const all = Array.from({ length: count }, () => expressions.evaluate(slow, {}, { signal, timeoutMs }));
  expect(await Promise.all(all)).toEqual(new Array(count).fill(60_000));
});

test('one that was left while it blocked the thread does not cost the next one its time', async () => {
  const controller = new AbortController();
  const left = expressions.evaluate(...endless, { signal: controller.signal, timeoutMs: 200 });
  const next = expressions.evaluate('3', {}, { signal, timeoutMs: 200 });
  controller.abort();
  await expect(left).rejects.toMatchObject({ code: 'cancelled' });
  expect(await next).toBe(3);
});

test('one that needs too much memory fails alone', async () => {
  const greedy = expressions.evaluate(
    '($f := function($s) { $length($s) > 1000000000000 ? $s : $f($s & $s) }; $f(input))',
    { input: 'x'.repeat(1000) },
    { signal, timeoutMs: 5000 },
  );
  const next = expressions.evaluate('4', {}, { signal });
  await expect(greedy).rejects.toMatchObject({ code: expect.stringMatching(/^expression-/) });
  expect(await next).toBe(4);
});
