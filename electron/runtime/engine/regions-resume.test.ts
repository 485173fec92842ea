// Every construct of a graph, left at every point of its journal, as a crash would leave it: it goes on without doing a
// completed step again, and ends alike.

import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import { leave } from '../../../tests/helpers/left-run.ts';
import { cleanUpNode } from '../nodes/clean-up.node.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { forEachNode } from '../nodes/for-each.node.ts';
import { mergeNode } from '../nodes/merge.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import { repeatNode } from '../nodes/repeat.node.ts';
import { setVariableNode } from '../nodes/set-variable.node.ts';
import { transformNode } from '../nodes/transform.node.ts';
import { tryNode } from '../nodes/try.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

let executed: string[] = [];
/** Adds one, and says that it did: by its own name and the suffix of its step. */
const add = (kind: string, effect: 'none' | 'idempotent') =>
  testNode(kind, {
    effect,
    needs: ['log'],
    run: async ({ scope, config, use }) => {
      executed.push(String(config.tag));
      use.log.info('it ran');
      return { out: Number(scope.input ?? 0) + 1 };
    },
  });
const fail = testNode('test.fail', {
  run: async ({ config }) => {
    throw new AppError('it-broke', String(config.message ?? 'It broke.'));
  },
});
const given = testNode('test.given', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });
const nodes = [
  add('test.pure', 'none'),
  add('test.same', 'idempotent'),
  fail,
  given,
  forEachNode,
  repeatNode,
  tryNode,
  cleanUpNode,
  mergeNode,
  setVariableNode,
  transformNode,
  outputNode,
] as AnyNodeType[];
const out = (id: string) => ({ id, kind: 'flow.output', config: { name: id } });
const same = (id: string) => ({ id, kind: 'test.same', config: { tag: id } });

async function leaveEverywhere(
  document: WorkflowDocument,
): Promise<{ status: string; outputs: Record<string, JsonValue>; code: string | undefined }> {
  lab = openLab(nodes);
  const whole = await lab.run(document);
  const rows = whole.events.slice(1).filter(({ type }) => type !== 'run-end');
  const expected = { status: whole.status, outputs: whole.outputs, code: whole.error?.code };
  for (let kept = 0; kept <= rows.length; kept += 1) {
    const id = await leave(lab, document, rows.slice(0, kept));
    executed = [];
    lab.lab.engine.resumeUnfinished();
    const end = await lab.end(id);
    expect({ kept, status: end.status, outputs: end.outputs, code: end.error?.code }).toEqual({ kept, ...expected });
    const done = lab.events(id).flatMap((event) => (event.type === 'step-done' ? [event.step] : []));
    expect(new Set(done).size).toBe(done.length);
    const doneBefore = rows
      .slice(0, kept)
      .filter((event) => event.type === 'step-done' && ['test.same', 'test.pure'].includes(kindOf(document, event.node)));
    const doneInAll = done.filter((step) => ['test.same', 'test.pure'].includes(kindOf(document, step.split('#', 1)[0] as string)));
    expect({ kept, again: executed.length - (doneInAll.length - doneBefore.length) }).toEqual({ kept, again: 0 });
  }
  return expected;
}

const kindOf = (document: WorkflowDocument, node: string): string => document.nodes.find(({ id }) => id === node)?.kind ?? '';

test('repeat inside for-each, with a variable that is set in it and read by its condition', async () => {
  const document: WorkflowDocument = {
    ...graph(
      [
        { id: 'g', kind: 'test.given', config: { value: [1, 10] } },
        { id: 'l', kind: 'flow.for-each', config: { concurrency: 1 } },
        { id: 'r', kind: 'flow.repeat', config: { until: 'vars.times % 3 = 0' } },
        same('a'),
        { id: 's', kind: 'flow.set-variable', config: { name: 'times', expression: 'vars.times + 1' } },
        { id: 'p', kind: 'test.pure', config: { tag: 'p' } },
        { id: 't', kind: 'data.transform', config: { expression: 'vars.times' } },
        out('all'),
        out('times'),
      ],
      ['g>l', 'l.item>r', 'r.item>a', 'a>s', 's>p', 'l.done>all', 'l.done>t', 't>times'],
    ),
    variables: [{ name: 'times', schema: { type: 'integer' }, initial: 0 }],
  };
  const end = await leaveEverywhere(document);
  expect(end).toEqual({ status: 'done', outputs: { all: [4, 7], times: 6 }, code: undefined });
});

test('try with rounds, a fallback, and a merge that goes on with the first', async () => {
  const document = graph(
    [
      same('a'),
      { id: 't', kind: 'flow.try', retry: { times: 1, delayMs: 0 } },
      same('b'),
      { id: 'f', kind: 'test.fail' },
      { id: 'e', kind: 'data.transform', config: { expression: 'input.step' } },
      { id: 'm', kind: 'flow.merge', config: { wait: 'first' } },
      same('z'),
      out('last'),
      out('where'),
    ],
    ['a>t', 't.item>b', 'b>f', 't.error>e', 't.done>m', 'e>m', 'm>where', 'a>z', 'z>last'],
  );
  const end = await leaveEverywhere(document);
  expect(end).toEqual({ status: 'done', outputs: { where: 'f#1', last: 2 }, code: undefined });
});

test('a run that fails and cleans up', async () => {
  const document = graph(
    [
      same('a'),
      { id: 'f', kind: 'test.fail' },
      { id: 'c', kind: 'flow.clean-up' },
      { id: 'l', kind: 'flow.for-each' },
      { id: 'v', kind: 'data.transform', config: { expression: '[1, 2]' } },
      same('u'),
      same('w'),
    ],
    ['a>f', 'c>v', 'v>l', 'l.item>u', 'l.done>w'],
  );
  const end = await leaveEverywhere(document);
  expect(end).toEqual({ status: 'failed', outputs: {}, code: 'it-broke' });
});
