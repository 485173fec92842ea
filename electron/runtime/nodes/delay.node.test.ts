import { expect, test } from 'vitest';
import { cancelled } from '../../../shared/errors.ts';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { delayNode } from './delay.node.ts';

test('sleeps as long as it says and passes its input on', async () => {
  const slept: number[] = [];
  const clock = { now: () => 1_000_000, sleep: async (ms: number) => void slept.push(ms) };
  const node = openNode(delayNode, { clock });
  const end = await node.run({ seconds: 90 }, { given: ['kept'] });
  expect(end.outputs).toEqual({ out: 'kept' });
  expect(slept).toEqual([90_000]);
});

test('stops waiting when the run is stopped', async () => {
  let isAsleep = false;
  const clock = {
    now: () => Date.now(),
    sleep: (_ms: number, signal: AbortSignal) =>
      new Promise<void>((_, reject) => {
        isAsleep = true;
        signal.addEventListener('abort', () => reject(cancelled()));
      }),
  };
  const node = openNode(delayNode, { clock });
  const run = node.start({ seconds: 86_400 });
  await until(() => isAsleep, 'it sleeps');
  await node.lab.lab.engine.cancel(run);
  expect((await node.end(run)).status).toBe('cancelled');
});

test('after a restart it waits only for what is left, also after a second one', async () => {
  const slept: number[] = [];
  let now = 1_000_000;
  let isOver = false;
  const clock = {
    now: () => now,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        slept.push(ms);
        if (isOver) resolve();
        else signal.addEventListener('abort', () => reject(cancelled()));
      }),
  };
  const node = openNode(delayNode, { clock });
  const run = node.start({ seconds: 600 });
  for (const left of [600_000, 400_000, 0]) {
    await until(() => slept.length > 0, 'it sleeps');
    expect(slept.splice(0)).toEqual([left]);
    now += left === 600_000 ? 200_000 : 3_600_000;
    isOver = left === 400_000;
    if (left === 0) break;
    await node.lab.reopen();
    node.lab.lab.engine.resumeUnfinished();
  }
  expect((await node.end(run)).status).toBe('done');
});

test('a clock that was put back makes it wait no longer than it says', async () => {
  const slept: number[] = [];
  let now = 1_000_000;
  const clock = {
    now: () => now,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        slept.push(ms);
        if (slept.length > 1) resolve();
        else signal.addEventListener('abort', () => reject(cancelled()));
      }),
  };
  const node = openNode(delayNode, { clock });
  const run = node.start({ seconds: 60 });
  await until(() => slept.length > 0, 'it sleeps');
  now -= 500_000;
  await node.lab.reopen();
  node.lab.lab.engine.resumeUnfinished();
  expect((await node.end(run)).status).toBe('done');
  expect(slept).toEqual([60_000, 60_000]);
});
