// A real child on the other end of the pipe: one that reads slowly, and one that reads nothing.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { UnreadInput } from './unread-input.ts';

let child: ChildProcess | undefined;
afterEach(async () => {
  const left = child;
  child = undefined;
  if (left === undefined || left.exitCode !== null) return;
  const ended = once(left, 'exit');
  left.kill('SIGKILL');
  await ended;
});
const run = (code: string): Writable => {
  child = spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin?.on('error', () => undefined);
  return child.stdin as Writable;
};
const mega = 'x'.repeat(1024 * 1024);
/** Some 20 MB a second. */
const slowly = `
  const { readSync } = require('node:fs'), piece = Buffer.alloc(65536);
  const wait = new Int32Array(new SharedArrayBuffer(4));
  for (let got = 1; got > 0; Atomics.wait(wait, 0, 0, 3)) got = readSync(0, piece);
`;

it.each([
  ['at once', 1, 24],
  ['one after another', 24, 1],
])(
  'who reads slowly but steadily is not ended, however long it takes: %s',
  async (_, times, megas) => {
    const stdin = run(slowly);
    let stuck = 0;
    const input = new UnreadInput(stdin, 250, () => (stuck += 1));
    for (let each = 0; each < times; each += 1) input.write(mega.repeat(megas));
    expect(stdin.writableLength).toBeGreaterThan(16 * 1024 * 1024);
    const ended = once(child as ChildProcess, 'exit');
    stdin.end();
    await ended;
    expect(stuck).toBe(0);
    input.close();
  },
  30_000,
);

it('who reads nothing is ended, once much waits for it; little may wait', async () => {
  const stdin = run('setInterval(() => undefined, 1000)');
  let told: () => void = () => undefined;
  const stuck = new Promise<string>((resolve) => (told = () => resolve('stuck')));
  const input = new UnreadInput(stdin, 100, () => told());
  input.write(mega);
  await new Promise((resolve) => setTimeout(resolve, 400));
  await expect(Promise.race([stuck, 'waits'])).resolves.toBe('waits');
  for (let each = 0; each < 20; each += 1) input.write(mega);
  expect(await stuck).toBe('stuck');
  input.close();
}, 30_000);
