import { describe, expect, it } from 'vitest';
import { inboxId } from '../../../../shared/model/ids.ts';
import type { RunEvent } from '../../../../shared/model/run.ts';
import { emptyRunView, foldRun, type StepView } from '../../../../shared/model/run-view.ts';
import { parseWorkflowDocument } from '../../../../shared/model/workflow.ts';
import { renderSummary } from './catalog.ts';
import { flowOf, iterationOf, nodeStates } from './node-state.ts';
import { draftOf, readDraft, runInputs } from './run-inputs.ts';
import { timelineOf } from './timeline.ts';

const document = parseWorkflowDocument({
  format: 'orrery.workflow',
  formatVersion: 1,
  name: 'Loop',
  nodes: ['list', 'each', 'read', 'end'].map((id, x) => ({ id, kind: `x.${id}`, position: { x, y: 0 } })),
  edges: [
    { id: 'e1', from: { node: 'list', port: 'out' }, to: { node: 'each', port: 'in' } },
    { id: 'e2', from: { node: 'each', port: 'item' }, to: { node: 'read', port: 'in' } },
    { id: 'e3', from: { node: 'each', port: 'done' }, to: { node: 'end', port: 'in' } },
  ],
});
const done = (step: string, at: number, ms: number, outputs: Record<string, string>): RunEvent => ({
  type: 'step-done',
  at,
  step,
  node: step.split('#')[0] ?? step,
  attempt: 1,
  ms,
  outputs,
});
const midway: RunEvent[] = [
  { type: 'run-start', at: 1000, inputs: {} },
  done('list', 1012, 12, { out: 'x' }),
  { type: 'step-start', at: 1013, step: 'each', node: 'each', attempt: 1 },
  { type: 'step-progress', at: 1013, step: 'each', node: 'each', done: 2, total: 3 },
  done('read#0', 1020, 5, { out: 'a' }),
  done('read#1', 1030, 5, { out: 'b' }),
];

describe('what a run draws', () => {
  it('sums a loop’s rounds on its node and keeps it running between rounds', () => {
    const view = foldRun(emptyRunView, midway);
    const states = nodeStates(document, view.steps);
    expect(states.get('list')).toMatchObject({ status: 'done', ms: 12, total: 0, fired: ['out'] });
    expect(states.get('each')).toMatchObject({ status: 'running', done: 2, total: 3 });
    expect(states.get('read')).toMatchObject({ status: 'running', done: 2, total: 3, count: 2 });
    expect(flowOf('out', states.get('list'), states.get('each'))).toBe('running');
    expect(flowOf('item', states.get('each'), states.get('read'))).toBe('running');
    expect(flowOf('done', states.get('each'), states.get('end'))).toBe('idle');
  });

  it('keeps the objects of nodes that did not change', () => {
    const first = foldRun(emptyRunView, midway);
    const before = nodeStates(document, first.steps);
    const second = foldRun(first, [done('read#2', 1040, 5, { out: 'c' }), done('each', 1041, 28, { done: 'abc' })]);
    const after = nodeStates(document, second.steps, before);
    expect(after.get('list')).toBe(before.get('list'));
    expect(after.get('read')).toMatchObject({ status: 'done', done: 3, total: 3 });
    expect(flowOf('done', after.get('each'), after.get('end'))).toBe('done');
  });

  it('counts a loop’s rounds by its steps when progress was not kept', () => {
    const kept = midway.filter((event) => event.type !== 'step-progress');
    const view = foldRun(emptyRunView, [...kept, done('read#2', 1040, 5, { out: 'c' }), done('each', 1041, 28, { done: 'abc' })]);
    const states = nodeStates(document, view.steps);
    expect(states.get('each')).toMatchObject({ status: 'done', done: 3, total: 3 });
    expect(flowOf('item', states.get('each'), states.get('read'))).toBe('done');
  });

  it('keeps a waiting step waiting when its start is told again', () => {
    const start: RunEvent = { type: 'step-start', at: 1, step: 'ask', node: 'ask', attempt: 1 };
    const asked: RunEvent[] = [start, { type: 'step-waiting', at: 2, step: 'ask', node: 'ask', inbox: inboxId.parse('i1') }, start];
    expect(foldRun(emptyRunView, asked).steps.get('ask')?.status).toBe('waiting');
    expect(foldRun(emptyRunView, [...asked, { ...start, attempt: 2 }]).steps.get('ask')?.status).toBe('running');
  });

  it('reads iterations from step names', () => {
    expect([iterationOf('cell#3.0'), iterationOf('plain'), iterationOf('a#12')]).toEqual([[3, 0], [], [12]]);
  });

  it('lays out the timeline in time order, up to now', () => {
    const view = foldRun(emptyRunView, midway);
    const { rows, span } = timelineOf(view.steps, nodeStates(document, view.steps), 1000, undefined, 1100);
    expect(span).toBe(100);
    expect(rows.map((row) => [row.node, row.from, row.to])).toEqual([
      ['list', 0, 12],
      ['each', 13, 100],
      ['read', 15, 100],
    ]);
  });
});

describe('summaries', () => {
  it('fill keys and drop everything else', () => {
    const config = { path: '/tmp/a.txt', deep: { n: 3 }, list: [1, 2] };
    expect(renderSummary('{{ path }} · {{ deep.n }} of {{ list | size }}', config)).toBe('/tmp/a.txt · 3 of 2');
    expect(renderSummary('{{ constructor }}{{ __proto__ }}{% for x in y %}{{ none }} · ', config)).toBe('');
    expect(renderSummary(undefined, config)).toBe('');
    expect(renderSummary('{{ path }}', { path: '{{ vars.folder | strip }}/a.md' })).toBe('vars.folder/a.md');
  });
});

describe('run inputs', () => {
  const asks = parseWorkflowDocument({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Asks',
    nodes: [
      ['folder', 'folder', true, undefined],
      ['limit', 'number', false, 10],
      ['shout', 'toggle', false, true],
      ['extra', 'json', false, undefined],
    ].map(([name, type, required, value], x) => ({
      id: `n${x}`,
      kind: 'flow.input',
      position: { x, y: 0 },
      config: { name, type, required, ...(value === undefined ? {} : { default: value }) },
    })),
    edges: [],
  });

  it('start with defaults and read typed values', () => {
    const inputs = runInputs(asks);
    const draft = draftOf(inputs);
    expect(draft).toEqual({ folder: '', limit: '10', shout: true, extra: '' });
    expect(readDraft(inputs, { ...draft, folder: '/tmp', extra: '{"a":1}' })).toEqual({
      values: { folder: '/tmp', limit: 10, shout: true, extra: { a: 1 } },
    });
  });

  it('name every fault', () => {
    const result = readDraft(runInputs(asks), { folder: ' ', limit: 'ten', shout: false, extra: '{' });
    expect(Object.keys('faults' in result ? result.faults : {})).toEqual(['folder', 'limit', 'extra']);
  });
});

it('a node in a loop counts the rounds in which it ran, not those that went another way', () => {
  const step = (round: number, status: 'done' | 'skipped'): StepView => ({
    step: `read#${round}`,
    node: 'read',
    status,
    attempt: 1,
    startedAt: round,
  });
  const steps = new Map([step(0, 'done'), step(1, 'skipped'), step(2, 'done')].map((one) => [one.step, one]));
  expect(nodeStates(document, steps).get('read')).toMatchObject({ status: 'done', count: 3, ran: 2 });
});
