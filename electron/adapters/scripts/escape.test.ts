import { afterAll, describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../shared/model/json.ts';
import { escapes, heavies } from './escape.payloads.ts';
import { createScripts } from './scripts.ts';

const scripts = createScripts();
afterAll(() => scripts.close());
const signal = new AbortController().signal;

/** What a host's own `process` would give away, were it seen. */
const betrayals = [/"?pid"?:/, /execPath/, /"versions"/, /root:x:0/, /uid=\d/, /nodejs/];

interface Outcome {
  value?: JsonValue | undefined;
  error?: { code: string; message: string };
}
async function attempt(code: string, timeoutMs: number, prelude: readonly 'n8n'[]): Promise<Outcome> {
  try {
    return { value: await scripts.run({ code, globals: { input: { list: [1], text: 'x' } }, prelude }, { signal, timeoutMs }) };
  } catch (error) {
    return { error: error as { code: string; message: string } };
  }
}

function expectInside({ value, error }: Outcome): void {
  const told = JSON.stringify(value ?? null) + (error?.message ?? '');
  for (const betrayal of betrayals) expect(told.slice(0, 100_000)).not.toMatch(betrayal);
  if (error !== undefined) expect(error.code).toMatch(/^(script-(failed|timed-out|too-big)|json-(poisoned-key|too-deep|too-large))$/);
  expect(error?.message.length ?? 0).toBeLessThan(6000);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(([] as unknown as Record<string, unknown>).polluted).toBeUndefined();
  expect((Function.prototype as unknown as Record<string, unknown>).polluted).toBeUndefined();
  expect(JSON.stringify({ a: [1] })).toBe('{"a":[1]}');
}

test('there are enough of them, and no two are the same', () => {
  expect(new Set([...escapes, ...heavies]).size).toBe(escapes.length + heavies.length);
  expect(escapes.length + heavies.length).toBeGreaterThanOrEqual(200);
});

describe.each([
  ['the plain sandbox', [] as const],
  ['the sandbox with the n8n prelude', ['n8n'] as const],
])('%s', (_, prelude) => {
  test.each(escapes)('no way out: %s', async (code) => {
    expectInside(await attempt(code, 1000, prelude));
  });

  test('names of the machine are not there', async () => {
    const names = ['process', 'require', 'fetch', 'setTimeout', 'queueMicrotask', 'WebAssembly', 'Buffer', '__host', '__ask', 'std', 'os'];
    const { value } = await attempt(
      `return ${JSON.stringify(names)}.filter((name) => typeof globalThis[name] !== 'undefined')`,
      1000,
      prelude,
    );
    // QuickJS has no queue of its own but promises.
    expect((value as string[]).filter((name) => name !== 'queueMicrotask')).toEqual([]);
  });

  test('it still works, untouched', async () => {
    expect((await attempt('return [typeof polluted, Object.keys({}).length, [1, 2].map((n) => n + 1)]', 1000, prelude)).value).toEqual([
      'undefined',
      0,
      [2, 3],
    ]);
  });
});

test.each(heavies)('too heavy, and over: %s', async (code) => {
  expectInside(await attempt(code, 250, []));
});

test('after all of it, the next one works', async () => {
  expect((await attempt('return 1 + 1', 5000, [])).value).toBe(2);
});
