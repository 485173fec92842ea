// How a command ends when not by itself: its host dies, or somebody ends the command.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { projectRoot, removeFolder, temporaryFolder } from '../helpers/headless-host.ts';

const home = temporaryFolder('cli-ends');
const entry = path.join(projectRoot, 'electron/cli/index.ts');
const slow = path.join(home, 'slow.json');
const at = { x: 0, y: 0 };
writeFileSync(
  slow,
  JSON.stringify({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Slow',
    nodes: [
      { id: 'm', kind: 'trigger.manual', version: 1, config: {}, position: at },
      { id: 'd', kind: 'flow.delay', version: 1, config: { seconds: 600 }, position: at },
    ],
    edges: [{ id: 'e', from: { node: 'm', port: 'out' }, to: { node: 'd', port: 'in' } }],
  }),
);
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await removeFolder(home);
});

function orrery(data: string, ...args: string[]) {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...process.env, ORRERY_DATA: path.join(home, data) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const seen = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    seen.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    seen.err += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...seen }));
  return { child, seen, ended };
}

/** As another client sees it: a run is going. Nobody asks before its command has the folder: whoever asks first would have it. */
async function untilRunning(data: string): Promise<void> {
  for (let tries = 0; tries < 600 && !existsSync(path.join(home, data, 'host.json')); tries += 1) await sleep(50);
  for (let tries = 0; tries < 60; tries += 1) {
    const list = await orrery(data, 'runs', 'list', '--json').ended;
    if (list.code === 0 && list.out.includes('"running"')) return;
    await sleep(100);
  }
  throw new Error('The run did not begin.');
}

test('the host dies: the command says so at once, and does not call it a stop', async () => {
  const host = orrery('a', 'serve', '--port', '0');
  while (!host.seen.out.includes('Orrery is at')) await sleep(20);
  const run = orrery('a', 'run', slow, '--json');
  await untilRunning('a');
  host.child.kill('SIGKILL');
  const end = await run.ended;
  expect(end.out).toBe('');
  expect(JSON.parse(end.err)).toMatchObject({ error: { code: 'host-gone' } });
  expect(end.code).toBe(4);
}, 60_000);

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s to a command that is its own host: closed in order, the run is kept for later',
  async (signal) => {
    const run = orrery(signal, 'run', slow, '--json');
    await untilRunning(signal);
    run.child.kill(signal);
    const end = await run.ended;
    expect(end.code).toBe(143);
    expect(JSON.parse(end.err)).toMatchObject({ error: { code: 'ended-by-signal' } });
    const list = await orrery(signal, 'runs', 'list', '--json').ended;
    expect(list.out).toContain('"running"');
  },
  60_000,
);

test.each([
  ['an unknown option', ['memory', 'add', 'x', '--bogus'], 'input-usage'],
  ['a command that is not there', ['frobnicate'], 'input-usage'],
  ['a file that is no JSON', ['run', path.join(home, 'broken.json')], 'json-malformed'],
  ['a port that is none', ['serve', '--port', '99999'], 'input-port'],
])(
  '%s with --json: one JSON object on stderr, nothing on stdout, exit 2',
  async (_name, args, code) => {
    writeFileSync(path.join(home, 'broken.json'), '{"format":');
    const end = await orrery('usage', ...args, '--json').ended;
    expect(end.out).toBe('');
    expect(JSON.parse(end.err)).toMatchObject({ error: { code } });
    expect(end.code).toBe(2);
  },
  60_000,
);
