// Looking at earlier runs and taking them up again, on the command line: the built program, real folders, its exit codes.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliFile, removeFolder, temporaryFolder } from '../helpers/headless-host.ts';

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

const home = temporaryFolder('cli-past');
const data = path.join(home, 'data');
const file = path.join(home, 'sum.json');
const written = path.join(home, 'out.txt');

const orrery = (...args: string[]): Promise<Result> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [cliFile, ...args],
      { env: { ...process.env, ORRERY_DATA: data }, timeout: 120_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    );
  });
const json = async (...args: string[]) => {
  const { stdout, stderr, code } = await orrery(...args, '--json');
  return { code, stderr, value: stdout === '' ? undefined : JSON.parse(stdout) };
};

const node = (id: string, kind: string, config: object) => ({ id, kind, config, position: { x: 0, y: 0 } });
const edge = (from: string, to: string) => {
  const [node = '', port = 'out'] = from.split('.');
  return { id: `${from}-${to}`, from: { node, port }, to: { node: to, port: 'in' } };
};

beforeAll(() => {
  writeFileSync(
    file,
    JSON.stringify({
      format: 'orrery.workflow',
      formatVersion: 1,
      name: 'Sum and write',
      nodes: [
        node('n', 'flow.input', { name: 'n', type: 'number' }),
        node('sum', 'data.transform', { expression: '$sum([1..input])' }),
        node('file', 'data.write-file', { path: written, text: 'The sum is {{ input }}.' }),
        node('result', 'flow.output', { name: 'result' }),
        node('sum-out', 'flow.output', { name: 'sum' }),
      ],
      edges: [edge('n', 'sum'), edge('sum', 'file'), edge('file', 'result'), edge('sum', 'sum-out')],
    }),
  );
});
afterAll(() => removeFolder(home));

test('a run is listed by filters, replayed without touching anything, forked at a step, and compared', async () => {
  const first = await json('run', file, '--set', 'n=4', '--allow', home);
  expect(first).toMatchObject({ code: 0, value: { run: { number: 1, status: 'done' }, outputs: { sum: 10 } } });
  expect(readFileSync(written, 'utf8')).toBe('The sum is 10.');
  rmSync(written);

  const replay = await json('runs', 'replay', '1');
  expect(replay).toMatchObject({ code: 0, value: { run: { status: 'done', origin: { kind: 'replay' } }, outputs: first.value.outputs } });
  expect(existsSync(written)).toBe(false);

  const fork = await json('runs', 'fork', '1', '--step', 'sum', '--outputs', '{"out": 99}');
  expect(fork).toMatchObject({ code: 0, value: { run: { origin: { kind: 'fork', step: 'sum' } }, outputs: { sum: 99 } } });
  expect(readFileSync(written, 'utf8')).toBe('The sum is 99.');
  expect((await json('runs', 'fork', '1', '--set', 'n=5')).value.outputs.sum).toBe(15);

  const compared = await json('runs', 'compare', '1', '3');
  expect(compared.value.inputs).toBe('same');
  expect(
    compared.value.steps.filter((step: { state: string }) => step.state === 'changed').map((step: { step: string }) => step.step),
  ).toContain('sum');
  expect((await orrery('runs', 'compare', '1', '2')).stdout).toMatch(/All \d+ steps are the same/);

  const numbers = async (...filter: string[]) => (await json('runs', 'list', ...filter)).value.map((run: { number: number }) => run.number);
  expect(await numbers('--origin', 'fork')).toEqual([4, 3]);
  expect(await numbers('--origin', 'replay,manual')).toEqual([2, 1]);
  expect(await numbers('--status', 'failed')).toEqual([]);
  expect(await numbers('--since', '1h', '--query', 'sum')).toEqual([4, 3, 2, 1]);
  expect(await json('runs', 'list', '--status', 'fine')).toMatchObject({ code: 2 });
  expect(await json('runs', 'list', '--since', 'then')).toMatchObject({ code: 2 });
  expect(await json('runs', 'fork', '1', '--step', 'nope')).toMatchObject({ code: 2 });
});

test('a run is stepped through over several starts of the program', async () => {
  rmSync(written, { force: true });
  const held = await json('run', file, '--set', 'n=2', '--allow', home, '--step-through');
  expect(held).toMatchObject({ code: 3, value: { run: { status: 'paused' }, next: ['n'] } });
  const { number } = held.value.run;
  expect(await json('runs', 'step', `${number}`)).toMatchObject({ code: 0, value: { status: 'paused' } });
  expect(await json('runs', 'step', `${number}`, 'sum')).toMatchObject({ code: 0, value: { status: 'paused' } });
  expect(existsSync(written)).toBe(false);
  expect(await json('runs', 'resume', `${number}`)).toMatchObject({ code: 0, value: { outputs: { sum: 3 } } });
  expect(readFileSync(written, 'utf8')).toBe('The sum is 3.');
  expect(await json('runs', 'pause', `${number}`)).toMatchObject({ code: 1 });
});

test('a named step inside a loop is reached over several starts of the program', async () => {
  const loop = path.join(home, 'loop.json');
  writeFileSync(
    loop,
    JSON.stringify({
      ...{ format: 'orrery.workflow', formatVersion: 1, name: 'Loop' },
      nodes: [
        node('list', 'data.transform', { expression: '[1, 2, 3]' }),
        node('each', 'flow.for-each', { concurrency: 3 }),
        { ...node('x', 'data.transform', { expression: 'input * 10' }), title: 'Ten times' },
        node('result', 'flow.output', { name: 'result' }),
      ],
      edges: [edge('list', 'each'), edge('each.item', 'x'), edge('each.done', 'result')],
    }),
  );
  const held = await json('run', loop, '--step-through');
  const number = String(held.value.run.number);
  expect(await json('runs', 'step', number)).toMatchObject({ code: 0 });
  expect(await json('runs', 'step', number, 'Ten times#2')).toMatchObject({ code: 0, value: { status: 'paused' } });
  expect(await json('runs', 'step', number, 'x#9')).toMatchObject({ code: 1 });
  expect(await json('runs', 'resume', number)).toMatchObject({ code: 0, value: { outputs: { result: [10, 20, 30] } } });
});

test('what a run changed is shown and undone by the run’s number', async () => {
  rmSync(written, { force: true });
  const { value } = await json('run', file, '--set', 'n=3', '--allow', home);
  const number = String(value.run.number);
  expect(readFileSync(written, 'utf8')).toBe('The sum is 6.');
  const [newest = ''] = (await orrery('undo', 'list')).stdout.split('\n');
  expect(newest.match(/Sum and write/g)).toHaveLength(1);
  expect((await orrery('undo', 'show', number)).stdout).toContain('out.txt');
  expect(await orrery('undo', 'run', '9999', '--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('no run 9999') });
  expect((await orrery('undo', 'step', number, 'sum', '--yes')).stdout).toContain('changed nothing');
  expect(await orrery('undo', 'step', number, 'absent', '--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('no step') });
  expect(await orrery('undo', 'run', number, '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 undone') });
  expect(existsSync(written)).toBe(false);
  const whole = await orrery('runs', 'fork', number);
  expect(whole).toMatchObject({ code: 0, stderr: expect.stringContaining('all of it was taken over') });
  expect(existsSync(written)).toBe(false);
});
