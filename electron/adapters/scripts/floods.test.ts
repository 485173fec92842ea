// What a script can send to the main side: lines, results, errors. However much it is, the main loop goes on.

import { afterAll, expect, test } from 'vitest';
import { createScripts } from './scripts.ts';

const scripts = createScripts();
afterAll(() => scripts.close());

/** How often the main loop came round meanwhile. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 5);
  await work.catch(() => undefined);
  clearInterval(timer);
  return turns;
}
const floods: [string, string][] = [
  ['lines', "for (;;) console.log('x'.repeat(4000))"],
  ['a result of many small values', 'return Array.from({ length: 4_000_000 }, () => [])'],
  ['a deep result', 'let a = []; for (let i = 0; i < 200_000; i += 1) a = [a]; return a;'],
  ['a long text', "return 'x'.repeat(15_000_000)"],
  ['a result that says what it is for ever', 'return { toJSON() { return { again: this, toJSON: this.toJSON } ; } }'],
  ['getters', 'const o = {}; Object.defineProperty(o, "a", { enumerable: true, get() { for (;;); } }); return o;'],
  ['an endless message', 'throw { get message() { for (;;); } }'],
  ['a proxy', 'return new Proxy([], { get: (t, k) => k === "length" ? 1e9 : 1 })'],
  ['poison', 'return JSON.parse(\'{"__proto__":{"polluted":1}}\')'],
  ['a pattern', "return /^(a+)+$/.test('a'.repeat(40) + '!')"],
];

test.each(floods)(
  '%s',
  async (_, code) => {
    let lines = 0;
    const run = scripts.run(
      { code, globals: {} },
      {
        signal: new AbortController().signal,
        timeoutMs: 1500,
        onLog: () => {
          lines += 1;
        },
      },
    );
    const turns = await turnsDuring(run);
    if (!code.includes('__proto__')) expect(turns).toBeGreaterThan(3);
    expect(lines).toBeLessThanOrEqual(500);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    await expect(scripts.run({ code: 'return 1 + 1', globals: {} }, { signal: new AbortController().signal })).resolves.toBe(2);
  },
  60_000,
);
