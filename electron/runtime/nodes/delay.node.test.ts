import { expect, test } from 'vitest';
import { cancelled } from '../../../shared/errors.ts';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { delayNode } from './delay.node.ts';

test('sleeps as long as it says and passes its input on', async () => {
  const slept: number[] = [];
  const clock = { now: () => Date.now(), sleep: async (ms: number) => void slept.push(ms) };
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
