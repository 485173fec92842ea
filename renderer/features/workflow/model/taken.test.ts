// What a node and the timeline show of steps that this run did not do, of held ones, and of large outputs.

import { describe, expect, it } from 'vitest';
import type { RunEvent, TakenFrom } from '../../../../shared/model/run.ts';
import { emptyRunView, foldRun } from '../../../../shared/model/run-view.ts';
import { parseWorkflowDocument } from '../../../../shared/model/workflow.ts';
import { flowOf, nodeStates } from './node-state.ts';
import { nodeOfStep, stepTitle } from './step-title.ts';
import { timelineOf } from './timeline.ts';

const document = parseWorkflowDocument({
  format: 'orrery.workflow',
  formatVersion: 1,
  name: 'Line',
  nodes: ['a', 'b', 'c'].map((id, x) => ({ id, kind: `x.${id}`, position: { x, y: 0 } })),
  edges: [
    { id: 'e1', from: { node: 'a', port: 'out' }, to: { node: 'b', port: 'in' } },
    { id: 'e2', from: { node: 'b', port: 'out' }, to: { node: 'c', port: 'in' } },
  ],
});
const done = (step: string, from?: TakenFrom['kind'], more: object = { outputs: { out: 1 } }): RunEvent =>
  ({
    type: 'step-done',
    at: 1010,
    step,
    node: nodeOfStep(step),
    attempt: 1,
    ms: 5,
    ...(from && { from: { kind: from } }),
    ...more,
  }) as RunEvent;
const statesOf = (...events: RunEvent[]) => nodeStates(document, foldRun(emptyRunView, events).steps);

describe('steps that a run did not do itself', () => {
  it('tells pinned from taken, and neither where one round was done again', () => {
    const states = statesOf(done('a', 'pin'), done('b', 'fork'), done('c#0', 'fork'), done('c#1'));
    expect(['a', 'b', 'c'].map((node) => states.get(node)?.taken)).toEqual(['pin', 'earlier', undefined]);
  });

  it('draws a node again when it turns out to be taken', () => {
    const before = statesOf(done('a'));
    const after = nodeStates(document, foldRun(emptyRunView, [done('a', 'fork')]).steps, before);
    expect(after.get('a')).not.toBe(before.get('a'));
  });

  it('has no bar on the timeline, and neither has a step that is held', () => {
    const { steps } = foldRun(emptyRunView, [done('a', 'cache'), done('b'), { type: 'step-held', at: 1011, step: 'c', node: 'c' }]);
    const { rows } = timelineOf(steps, nodeStates(document, steps), 1000, undefined, 1020);
    expect(rows.map(({ node, isTaken }) => [node, isTaken]).toSorted()).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });
});

it('a large output flows over its edge as a small one does', () => {
  const large = { out: { hash: 'a'.repeat(64), bytes: 2_000_000, preview: '[1,' } };
  const states = statesOf(done('a', undefined, { outputs: {}, large }), done('b'));
  expect(flowOf('out', states.get('a'), states.get('b'))).toBe('done');
});

it('names steps by their node, and rounds as people count', () => {
  const titles = new Map([['cell', 'Each cell']]);
  expect(stepTitle(titles, 'cell#3.0')).toBe('Each cell · 4.1');
  expect(stepTitle(titles, 'other')).toBe('other');
  expect(nodeOfStep('cell#2/tool-1-0')).toBe('cell');
});
