import { afterEach, expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { forEachNode } from '../nodes/for-each.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import { tryNode } from '../nodes/try.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

let executed: string[] = [];
const once = testNode('test.once', {
  effect: 'once',
  run: async ({ config }) => {
    executed.push(String(config.tag));
    return { out: null };
  },
});
const given = testNode('test.given', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });
const nodes = [once, given, tryNode, forEachNode, outputNode] as AnyNodeType[];
const effect = (id: string) => ({ id, kind: 'test.once', config: { tag: id } });

const began = (step: string): RunEvent => ({ type: 'step-start', at: 2, step, node: step.split('#')[0] as string, attempt: 1 });
const failed = (step: string, retryAt?: number): RunEvent => ({
  type: 'step-failed',
  at: 3,
  step,
  node: step.split('#')[0] as string,
  attempt: 1,
  ms: 1,
  error: { code: 'it-broke', message: 'It broke.', retryable: false },
  ...(retryAt === undefined ? {} : { retryAt }),
});

/** Takes up a run that the host left after these events; gives what it asked besides. */
async function takeUp(document: WorkflowDocument, events: readonly RunEvent[]) {
  lab = openLab(nodes);
  executed = [];
  const { store, ids } = lab.lab.ports;
  const id = ids.next() as RunId;
  const origin = { kind: 'manual' as const, by: 'cli' as const };
  store.runs.create({ id, title: 'Test', kind: 'workflow', origin, startedAt: 1, document, inputs: {}, grant: { tools: [], folders: [] } });
  for (const event of events) store.runs.append(id, event);
  await store.runs.flush();
  lab.lab.engine.resumeUnfinished();
  const end = await lab.end(id);
  return {
    ...end,
    asked: store.inbox.list({ status: 'open', limit: 5 }).length,
    steps: lab.events(id).flatMap((event) => (event.type === 'step-waiting' ? [event.step] : [])),
  };
}

test('a run that had failed ends so, and what was stopped by that does not begin again', async () => {
  const document = graph([effect('f'), effect('b'), effect('c')], ['b>c']);
  const end = await takeUp(document, [began('f'), began('b'), failed('f')]);
  expect([end.status, end.error?.code]).toEqual(['failed', 'it-broke']);
  expect([executed, end.asked, end.steps]).toEqual([[], 0, []]);
});

test('so does a run in which an item of a loop had failed', async () => {
  const document = graph(
    [{ id: 'g', kind: 'test.given', config: { value: [1, 2] } }, { id: 'l', kind: 'flow.for-each' }, effect('f'), effect('b')],
    ['g>l', 'l.item>f'],
  );
  const end = await takeUp(document, [began('f#0'), began('b'), failed('f#0')]);
  expect([end.status, end.error?.code, executed, end.steps]).toEqual(['failed', 'it-broke', [], []]);
});

test('a region that had failed goes on at “Error”', async () => {
  const document = graph(
    [
      { id: 't', kind: 'flow.try' },
      { id: 'g', kind: 'test.given', config: { value: [1] } },
      { id: 'l', kind: 'flow.for-each' },
      effect('f'),
      effect('b'),
      { id: 'o', kind: 'flow.output', config: { name: 'error' } },
    ],
    ['t.item>l.in', 'l.item>f', 't.item>b', 't.error>o'],
  );
  const end = await takeUp(document, [began('f#0.0'), began('b#0'), failed('f#0.0')]);
  expect(end.status).toBe('done');
  expect(end.outputs).toEqual({ error: { code: 'it-broke', message: 'It broke.', node: 'f', step: 'f#0.0' } });
  expect([executed, end.steps]).toEqual([[], []]);
});

test('what is to be tried again, or is left out, ends nothing', async () => {
  const document = graph(
    [
      { id: 'g', kind: 'test.given', config: { value: [1, 2] } },
      { id: 'l', kind: 'flow.for-each', config: { onItemError: 'skip' } },
      effect('f'),
      { ...effect('r'), retry: { times: 1, delayMs: 0 } },
    ],
    ['g>l', 'l.item>f'],
  );
  const end = await takeUp(document, [began('f#0'), failed('f#0'), began('r'), failed('r', 4)]);
  expect(end.status).toBe('done');
  expect(executed.sort()).toEqual(['f', 'r']);
});
