// A held run whose next step only runs its body: it is gone into, and no command waits for an end that cannot come.

import { expect, it } from 'vitest';
import type { RunId } from '../../shared/model/ids.ts';
import type { RunEvent } from '../../shared/model/run.ts';
import { emptyRunView, foldRun } from '../../shared/model/run-view.ts';
import type { HostClient } from '../wires/attach.ts';
import { letThrough, nextSteps } from './held-steps.ts';

const at = 1;
const held = (step: string, node = step) => ({ type: 'step-held', at, step, node }) as unknown as RunEvent;
const start = (step: string, node = step) => ({ type: 'step-start', at, step, node, attempt: 1 }) as unknown as RunEvent;
const done = (step: string, node = step) =>
  ({ type: 'step-done', at, step, node, attempt: 1, startedAt: at, endedAt: at, outputs: {} }) as unknown as RunEvent;
const kinds = new Map([
  ['each', 'flow.for-each'],
  ['slow', 'data.code'],
  ['x', 'data.code'],
]);

it('a step that waits for its body does not go by itself; any other does', () => {
  const inBody = foldRun(emptyRunView, [start('each'), held('x#0', 'x'), held('x#1', 'x')]);
  expect(nextSteps(inBody, kinds)).toEqual(['x#0', 'x#1']);
  expect(nextSteps(foldRun(inBody, [start('slow')]), kinds)).toEqual([]);
  expect(nextSteps(foldRun(inBody, [start('x#0', 'x')]), kinds)).toEqual([]);
});

it('the next step is the first one in the body, and it ends when that has ended', async () => {
  const asked: (string | undefined)[] = [];
  const answers = ['each', 'x#0'];
  async function* watch() {
    yield [{ seq: 0, event: held('each') }];
    yield [
      { seq: 0, event: start('each') },
      { seq: 0, event: held('x#0', 'x') },
      { seq: 0, event: held('x#1', 'x') },
    ];
    yield [{ seq: 0, event: start('x#0', 'x') }];
    // The end of another branch is not its end.
    yield [{ seq: 8, event: done('slow') }];
    yield [{ seq: 9, event: done('x#0', 'x') }];
    throw new Error('It was waited for on after its end.');
  }
  const client = {
    runs: {
      get: async () => ({ events: [{ seq: 7 }], document: { nodes: [...kinds].map(([id, kind]) => ({ id, kind })) } }),
      stepOnce: async ({ step }: { step?: string }) => {
        asked.push(step);
        return { step: answers[asked.length - 1] };
      },
      watch: async () => watch(),
    },
  } as unknown as HostClient;
  await letThrough(client, 'r' as RunId, undefined);
  expect(asked).toEqual([undefined, undefined]);
});
