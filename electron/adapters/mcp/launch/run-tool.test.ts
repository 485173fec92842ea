// What runs an installer: to its end, with what it said; ended when it is given up, and left to the guard while it runs.

import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { runTool, type ToolOptions } from './run-tool.ts';

const run = (code: string, more: Partial<ToolOptions> = {}) =>
  runTool(process.execPath, ['-e', code], { env: { PATH: process.env.PATH ?? '' }, cwd: tmpdir(), timeoutMs: 60_000, ...more });
const forEver = 'setInterval(() => 0, 1000)';

it('tells how it ended and what it said', async () => {
  expect(await run('console.log("out"); console.error("err"); process.exit(3)')).toEqual({
    code: 3,
    stdout: 'out\n',
    stderr: 'err\n',
    isLate: false,
  });
  expect(await runTool('/nowhere/at-all', [], { env: {}, cwd: tmpdir(), timeoutMs: 1000 })).toMatchObject({
    code: null,
    stderr: expect.stringContaining('ENOENT'),
  });
});

it('ends it when it takes too long, when it is given up, and when it was given up before', async () => {
  expect(await run(forEver, { timeoutMs: 200 })).toMatchObject({ code: null, isLate: true });
  const stop = new AbortController();
  const running = run(forEver, { signal: stop.signal });
  stop.abort();
  expect(await running).toMatchObject({ code: null, isLate: false });
  expect(await run(forEver, { signal: stop.signal })).toMatchObject({ code: null, isLate: false });
});

it('is in the charge of the guard from its start to its end', async () => {
  const told: [string, number][] = [];
  const guard = {
    add: (group: number) => void told.push(['add', group]),
    remove: (group: number) => void told.push(['remove', group]),
  };
  const { stdout } = await run('console.log(process.pid)', { guard });
  expect(told).toEqual([
    ['add', Number(stdout)],
    ['remove', Number(stdout)],
  ]);
});
