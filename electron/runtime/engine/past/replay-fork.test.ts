// Replays of forks: what the fork took over is done again where it can be, and the rest is said to be from the record.

import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { RunEvent } from '../../../../shared/model/run.ts';
import type { Workflow } from '../../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode } from '../../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../../nodes/define-node.ts';
import { forEachNode } from '../../nodes/for-each.node.ts';
import { inputNode } from '../../nodes/input.node.ts';
import { outputNode } from '../../nodes/output.node.ts';
import { subWorkflowNode } from '../../nodes/sub-workflow.node.ts';
import { transformNode } from '../../nodes/transform.node.ts';
import { tryNode } from '../../nodes/try.node.ts';

let lab: EngineLab | undefined;
let outside: string[] = [];
let computed: string[] = [];
let factor = 2;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
  outside = [];
  computed = [];
  factor = 2;
});

const effect = testNode('test.effect', {
  effect: 'idempotent',
  run: async ({ scope, config }) => {
    outside.push(String(config.tag));
    if (config.tag === 'third' && outside.filter((each) => each === 'third').length < 3) throw new AppError('not-yet', 'Not yet.');
    return { out: Number(scope.input ?? 1) };
  },
});
const double = testNode('test.double', {
  run: async ({ scope, config }) => {
    computed.push(`${config.tag}${scope.index === undefined ? '' : `#${scope.index}`}`);
    return { out: Number(scope.input) * factor };
  },
});
const list = testNode('test.list', { run: async ({ scope }) => ({ out: [Number(scope.input), 5] }) });
const nodes = [effect, double, list, forEachNode, inputNode, outputNode, subWorkflowNode, transformNode, tryNode] as AnyNodeType[];
const node = (id: string, kind: string, config: object = {}, more: object = {}) => ({
  id,
  kind,
  config: { tag: id, ...config } as never,
  ...more,
});
const out = (id = 'result') => ({ id, kind: 'flow.output', config: { name: id } });
const by = 'cli' as const;
const chain = graph(
  [
    node('e', 'test.effect'),
    node('x', 'test.double'),
    node('v', 'test.list'),
    { id: 'l', kind: 'flow.for-each', config: {} },
    node('y', 'test.double'),
    { id: 's', kind: 'data.transform', config: { expression: '$sum(input)' } },
    node('w', 'test.effect'),
    node('z', 'test.double'),
    out(),
  ],
  ['e>x', 'x>v', 'v>l', 'l.item>y', 'l.done>s', 's>w', 'w>z', 'z>result'],
);

async function forked({ lab, end }: EngineLab, from: RunId, step: string, outputs?: Record<string, number>) {
  const { id } = await lab.engine.fork(from, { step, useCurrent: false, by, ...(outputs === undefined ? {} : { outputs }) });
  return end(id);
}
/** What each step of a replay says: computed, or from the record. */
async function replayed({ lab, end: endOf, events }: EngineLab, id: RunId) {
  outside = [];
  computed = [];
  const { id: again } = await lab.engine.replay(id, by);
  const end = await endOf(again);
  const done = events(again).filter((event: RunEvent) => event.type === 'step-done');
  const fromRecord = done.filter(({ from }) => from !== undefined);
  for (const { from } of fromRecord) expect(from).toEqual({ kind: 'replay', run: id });
  expect(outside).toEqual([]);
  return { ...end, fromRecord: fromRecord.map(({ step }) => step), steps: done.map(({ step }) => step) };
}

test('all that only computes is computed again, through a fork of a fork, and effects are from the record', async () => {
  lab = openLab(nodes);
  const first = await lab.run(chain);
  const fork = await forked(lab, (await forked(lab, first.id, 'z')).id, 'z');
  expect(fork).toMatchObject({ status: 'done', outputs: { result: 28 } });
  const again = await replayed(lab, fork.id);
  expect(again).toMatchObject({ status: 'done', outputs: { result: 28 }, fromRecord: ['e', 'w'] });
  expect([...computed].sort()).toEqual(['x', 'y#0', 'y#1', 'z']);
  expect(again.steps).toEqual(lab.events(fork.id).flatMap((event) => (event.type === 'step-done' ? [event.step] : [])));
  factor = 3;
  expect(await replayed(lab, fork.id)).toMatchObject({ status: 'failed', error: { code: 'replay-differs', place: 'x' } });
});

test('what a person gave in an earlier fork is from the record, also where a later fork took it over', async () => {
  lab = openLab(nodes);
  const first = await lab.run(chain);
  const fork = await forked(lab, (await forked(lab, first.id, 'x', { out: 10 })).id, 'z');
  expect(fork.outputs).toEqual({ result: 60 });
  expect(await replayed(lab, fork.id)).toMatchObject({ status: 'done', outputs: { result: 60 }, fromRecord: ['e', 'x', 'w'] });
});

test('what was taken over of a run that is gone is from the record', async () => {
  lab = openLab(nodes);
  const first = await lab.run(chain);
  const fork = await forked(lab, first.id, 'z');
  await lab.lab.ports.store.runs.remove(first.id);
  const again = await replayed(lab, fork.id);
  expect(again).toMatchObject({ status: 'done', outputs: { result: 28 } });
  expect(computed).toEqual(['z']);
});

test('the attempts of a try are gone through, and a run that a step started is replayed from its own record', async () => {
  lab = openLab(nodes);
  const child = graph(
    [{ id: 'n', kind: 'flow.input', config: { name: 'n', type: 'number' } }, node('c', 'test.double'), out()],
    ['n>c', 'c>result'],
    'Child',
  );
  const { ports } = lab.lab;
  const stored = { ...child, id: ports.ids.next() as Workflow['id'], revision: 0, createdAt: 1, updatedAt: 1 };
  ports.store.workflows.insert(stored);
  const first = await lab.run(
    graph(
      [
        { id: 't', kind: 'flow.try', retry: { times: 3, delayMs: 1 } },
        node('third', 'test.effect'),
        node('b', 'test.double'),
        { id: 'k', kind: 'flow.workflow', config: { workflow: stored.id, inputs: [{ name: 'n', value: '{{ input }}' }] } },
        node('z', 'test.double'),
        out(),
      ],
      ['t.item>third', 'third>b', 't.done>k', 'k>z', 'z>result'],
    ),
  );
  expect(first.status).toBe('done');
  const fork = await forked(lab, first.id, 'z');
  const again = await replayed(lab, fork.id);
  expect(again).toMatchObject({ status: 'done', outputs: first.outputs });
  expect(again.fromRecord.every((step) => step.startsWith('third'))).toBe(true);
  expect(computed).toContain('c');
  expect(lab.events(again.id).filter((event) => event.type === 'step-failed' && event.step.startsWith('third'))).toHaveLength(2);
});
