import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../../../shared/model/json.ts';
import { createScripts } from './scripts.ts';

const scripts = createScripts();
afterAll(() => scripts.close());
const signal = new AbortController().signal;
const run = (code: string, globals: JsonObject = {}, options: { timeoutMs?: number; memoryMb?: number } = {}) =>
  scripts.run({ code, globals }, { signal, ...options });

test('JSON in, JSON out; nothing returned is undefined', async () => {
  expect(await run('return { sum: a.b + 1, list: [null, true] }', { a: { b: 41 } })).toEqual({ sum: 42, list: [null, true] });
  expect(await run('const a = 1')).toBeUndefined();
  expect(await run('return await Promise.all([1, Promise.resolve(2)])')).toEqual([1, 2]);
  expect(await run('return NaN')).toBeNull();
});

test('every script starts in an untouched world', async () => {
  const dirty =
    'globalThis.left = 1; Array.prototype.map = null; Object.prototype.seen = 1; JSON.stringify = () => "1"; Date = 1; delete globalThis.console; return 1';
  expect(await run(dirty)).toBe(1);
  expect(await run('return [typeof left, typeof [].map, typeof ({}).seen, typeof Date, typeof console]')).toEqual([
    'undefined',
    'function',
    'undefined',
    'function',
    'object',
  ]);
});

test.each([
  ['const a = 1;\nconst b = {};\nreturn b.c.d', 'line 3'],
  ['const a = 1;\n\nreturn (', 'line 4'],
  ['throw new Error("mine")', 'line 1'],
])('a fault names its place: %j', async (code, place) => {
  await expect(run(code)).rejects.toMatchObject({ code: 'script-failed', place, hint: expect.stringContaining(place) });
});

test('what was thrown is told in words, whatever it is', async () => {
  await expect(run('throw new TypeError("odd")')).rejects.toMatchObject({ message: expect.stringContaining('TypeError: odd') });
  await expect(run('throw "text"')).rejects.toMatchObject({ message: expect.stringContaining('text') });
  await expect(run('throw null')).rejects.toMatchObject({ code: 'script-failed' });
  await expect(run('throw { get message() { throw 1 }, get name() { for (;;); } }', {}, { timeoutMs: 200 })).rejects.toMatchObject({
    code: expect.stringMatching(/^script-/),
  });
  await expect(run('return await new Promise(() => {})')).rejects.toMatchObject({ message: expect.stringContaining('never comes') });
  await expect(run('const a = {}; a.a = a; return a')).rejects.toMatchObject({ code: 'script-failed' });
});

test.each([
  'for (;;);',
  'return /^(a+)+$/.test("a".repeat(40) + "!")',
  'while (true) { try { for (;;); } catch {} }',
  'await (async () => { for (;;) await 0 })()',
  'return { toJSON() { for (;;); } }',
  'return new Proxy({}, { ownKeys() { for (;;); } })',
  'return new Array(3e6).fill(0).map((_, i) => -i).sort().map(String).sort().map(Number).sort().join().split(",").sort().length && (() => { for (;;); })()',
])('stopped at its time: %s', async (code) => {
  await expect(run(code, {}, { timeoutMs: 300 })).rejects.toMatchObject({ code: expect.stringMatching(/^script-(timed-out|too-big)$/) });
  expect(await run('return 1 + 1')).toBe(2);
});

test('memory has an end, ArrayBuffers included, and the host does not pay for it', async () => {
  const before = process.memoryUsage().rss;
  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 10);
  onTestFinished(() => clearInterval(looking));
  for (const code of [
    'const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1))',
    'const a = []; for (;;) a.push("x".repeat(1e6) + a.length)',
    'let s = "x"; for (;;) s += s',
    'return new Uint8Array(2 ** 31).length',
    'return new SharedArrayBuffer(2 ** 30).byteLength',
    'const a = []; a.length = 2 ** 32 - 1; return a.fill(1).length',
  ])
    await expect(run(code, {}, { timeoutMs: 5000 })).rejects.toMatchObject({ code: expect.stringMatching(/^script-/) });
  expect((most - before) / 1024 / 1024).toBeLessThan(320);
  expect(await run('return 3')).toBe(3);
});

test('what is too big is told before it is run or read', async () => {
  await expect(run(`return "${'x'.repeat(1_000_001)}"`)).rejects.toMatchObject({ code: 'script-too-big' });
  await expect(run('return 1', { a: 'x'.repeat(16_000_001) })).rejects.toMatchObject({ code: 'script-too-big' });
  await expect(run('return "x".repeat(16000001)')).rejects.toMatchObject({ code: 'script-too-big' });
  await expect(run('let a = 1; for (let i = 0; i < 5000; i += 1) a = [a]; return a')).rejects.toMatchObject({
    code: expect.stringMatching(/^(json-too-deep|script-failed)$/),
  });
});

test('one that is cancelled stops, waiting or running, and the next one works', async () => {
  const own = createScripts();
  onTestFinished(() => own.close());
  const stop = new AbortController();
  const all = Array.from({ length: 5 }, () =>
    own.run({ code: 'for (;;);', globals: {} }, { signal: stop.signal, timeoutMs: 50_000 }).catch((error: { code: string }) => error.code),
  );
  setTimeout(() => stop.abort(), 200);
  expect(await Promise.all(all)).toEqual(Array(5).fill('cancelled'));
  expect(await own.run({ code: 'return 1', globals: {} }, { signal })).toBe(1);
  await expect(own.run({ code: 'return 1', globals: {} }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
});

test('many at once all get their own answer, of both kinds', async () => {
  const all = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      scripts.run({ code: 'return at', globals: { at }, ...(at % 2 === 0 ? { prelude: ['n8n' as const] } : {}) }, { signal }),
    ),
  );
  expect(all).toEqual(Array.from({ length: 40 }, (_, at) => at));
});

test('a slow one does not hold up the others', async () => {
  const slow = run('for (;;);', {}, { timeoutMs: 3000 }).catch(() => 'slow');
  const quick = run('return "quick"');
  expect(await Promise.race([slow, quick])).toBe('quick');
  await slow;
});

test('its clock is the one it is given, and its chance repeats itself', async () => {
  const globals = { $clock: { now: 1_700_000_000_000 } };
  const code = 'return [Date.now(), new Date().toISOString(), new Date(2020, 1, 1) instanceof Date, Math.random(), typeof $clock]';
  const first = await run(code, globals);
  expect(first).toEqual([1_700_000_000_000, '2023-11-14T22:13:20.000Z', true, expect.any(Number), 'undefined']);
  expect(await run(code, globals)).toEqual(first);
});

test('speaks the languages of the machine', async () => {
  const code =
    'return [(1234.5).toLocaleString("de-DE"), new Intl.DateTimeFormat("fr", { month: "long", timeZone: "UTC" }).format(new Date(0)), ["ä", "z", "a"].sort((a, b) => a.localeCompare(b))]';
  expect(await run(code)).toEqual(['1.234,5', 'janvier', ['a', 'ä', 'z']]);
  await expect(run('return new Intl.NumberFormat("not a locale!!")')).rejects.toMatchObject({
    message: expect.stringContaining('RangeError'),
  });
});

test('what it logs comes while it runs, not without end', async () => {
  const lines: string[] = [];
  const onLog = (level: string, text: string) => lines.push(`${level} ${text}`);
  const code =
    'console.log("a", { b: 1 }, [2], undefined); console.warn(new Error("w")); for (let i = 0; i < 5000; i += 1) console.error(i)';
  await scripts.run({ code, globals: {} }, { signal, onLog });
  expect(lines.slice(0, 3)).toEqual(['info a {"b":1} [2] undefined', 'warn Error: w', 'error 0']);
  expect(lines.length).toBe(500);
});

test('ends its threads when idle and when closed', async () => {
  const own = createScripts({ idleMs: 50 });
  expect(await own.run({ code: 'return 1', globals: {} }, { signal })).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await own.run({ code: 'return 2', globals: {} }, { signal })).toBe(2);
  const open = Array.from({ length: 4 }, () =>
    own.run({ code: 'for (;;);', globals: {} }, { signal }).catch((error: { code: string }) => error.code),
  );
  await own.close();
  expect(await Promise.all(open)).toEqual(Array(4).fill('cancelled'));
  await expect(own.run({ code: 'return 1', globals: {} }, { signal })).rejects.toMatchObject({ code: 'cancelled' });
});
