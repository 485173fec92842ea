import { afterEach, expect, test } from 'vitest';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import { askPersonNode } from '../nodes/ask-person.node.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { delayNode } from '../nodes/delay.node.ts';
import { subWorkflowNode } from '../nodes/sub-workflow.node.ts';
import { maxQueued } from './queue.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  gates.clear();
  begun.length = 0;
  await lab?.close();
  lab = undefined;
});

/** Each step of this kind waits until its name is let through. */
const gates = new Map<string, () => void>();
const begun: string[] = [];
const gate = testNode('test.gate', {
  inputs: [{ name: 'in', label: 'In', schema: {}, required: false }] as never,
  run: ({ config, signal }) =>
    new Promise((resolve, reject) => {
      const name = String(config.name);
      begun.push(name);
      gates.set(name, () => resolve({ out: name }));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
});
const nodes = [gate, askPersonNode, delayNode, subWorkflowNode] as AnyNodeType[];
const gated = (name: string, over: Partial<WorkflowDocument> = {}): WorkflowDocument => ({
  ...graph([{ id: 'g', kind: 'test.gate', config: { name } }]),
  ...over,
});
const open = (name: string): void => gates.get(name)?.();
const statusOf = (id: RunId) => lab?.lab.ports.store.runs.get(id)?.status;
const went = (...names: string[]) => until(() => names.every((name) => begun.includes(name)), `${names} began (${begun})`);
const limit = (engine: EngineLab, maxParallelRuns: number) => engine.lab.settings.change({ maxParallelRuns });

function startAs(engine: EngineLab, workflow: string, name: string, over: { priority?: number; maxRuns?: number } = {}): RunId {
  const { maxRuns, priority } = over;
  const document = gated(name, maxRuns === undefined ? {} : { maxRuns });
  const origin = { kind: 'manual' as const, by: 'cli' as const };
  const grant = { tools: [], folders: [] };
  return engine.lab.engine.start({ document, workflow: workflow as WorkflowId, inputs: {}, origin, grant, priority }).id;
}

test('no more go at once than the settings say; the others are stored as queued and go in turn', async () => {
  lab = openLab(nodes);
  limit(lab, 2);
  const ids = ['1', '2', '3', '4'].map((name) => startAs(lab as EngineLab, 'w', name));
  await went('1', '2');
  expect(ids.map(statusOf)).toEqual(['running', 'running', 'queued', 'queued']);
  expect(lab.lab.ports.store.runs.counts()).toMatchObject({ running: 2, queued: 2 });
  expect(lab.lab.queue.view()).toMatchObject({ limit: 2, total: 4, isPaused: false });
  open('2');
  await went('3');
  expect(begun).toEqual(['1', '2', '3']);
  limit(lab, 3);
  await went('4');
  for (const name of ['1', '3', '4']) open(name);
  for (const id of ids) expect((await lab.end(id)).status).toBe('done');
  expect(lab.lab.queue.view().total).toBe(0);
});

test('priority first, then the workflow with the fewest going, then age; a priority can change while it waits', async () => {
  lab = openLab(nodes);
  limit(lab, 1);
  startAs(lab, 'a', 'first');
  await went('first');
  startAs(lab, 'a', 'a1');
  startAs(lab, 'b', 'b1');
  startAs(lab, 'a', 'high', { priority: 3 });
  const last = startAs(lab, 'c', 'last');
  lab.lab.queue.setPriority(last, 9);
  expect(lab.lab.queue.view().entries.map((entry) => entry.priority)).toEqual([0, 9, 3, 0, 0]);
  for (const name of ['first', 'last', 'high', 'a1', 'b1']) {
    await went(name);
    open(name);
  }
  expect(begun).toEqual(['first', 'last', 'high', 'a1', 'b1']);
});

test('a workflow that lets only one run go at once holds up nobody else', async () => {
  lab = openLab(nodes);
  startAs(lab, 'a', 'a1', { maxRuns: 1 });
  const second = startAs(lab, 'a', 'a2', { maxRuns: 1 });
  startAs(lab, 'b', 'b1');
  await went('a1', 'b1');
  expect(statusOf(second)).toBe('queued');
  open('a1');
  await went('a2');
});

test('queued runs survive a restart, in their order, with the priority they were given', async () => {
  lab = openLab(nodes);
  limit(lab, 1);
  const going = startAs(lab, 'a', '1');
  const queued = ['2', '3', '4'].map((name) => startAs(lab as EngineLab, 'a', name));
  lab.lab.queue.setPriority(queued[2] as RunId, 1);
  await went('1');
  await lab.reopen();
  begun.length = 0;
  expect(queued.map(statusOf)).toEqual(['queued', 'queued', 'queued']);
  lab.lab.engine.resumeUnfinished();
  for (const name of ['1', '4', '2', '3']) {
    await went(name);
    open(name);
  }
  for (const id of [going, ...queued]) expect((await lab.end(id)).status).toBe('done');
  expect(begun).toEqual(['1', '4', '2', '3']);
});

test('cancelling a queued run works at once, and it never begins', async () => {
  lab = openLab(nodes);
  limit(lab, 1);
  startAs(lab, 'a', '1');
  const id = startAs(lab, 'a', '2');
  await lab.lab.engine.cancel(id);
  expect(statusOf(id)).toBe('cancelled');
  await went('1');
  open('1');
  startAs(lab, 'a', '3');
  await went('3');
  expect(begun).toEqual(['1', '3']);
});

test('a run that waits for a person or a time gives its place to others', async () => {
  lab = openLab(nodes);
  limit(lab, 1);
  const asking = lab.start(graph([{ id: 'q', kind: 'person.ask', config: { question: 'Go on?' } }]));
  await until(() => statusOf(asking) === 'waiting', 'it waits');
  startAs(lab, 'a', '1');
  await went('1');
  open('1');
  const sleeping = lab.start(graph([{ id: 'd', kind: 'flow.delay', config: { seconds: 600 } }]));
  startAs(lab, 'a', '2');
  await went('2');
  const item = lab.lab.ports.store.inbox.list({ status: 'open', limit: 1 })[0];
  if (item === undefined) throw new Error('no question');
  // It goes on although there is no room.
  lab.lab.inbox.answer(item.id, { kind: 'question', value: 'yes' });
  expect((await lab.end(asking)).status).toBe('done');
  await lab.lab.engine.cancel(sleeping);
});

test('a child never waits for a place that its parent has', async () => {
  lab = openLab(nodes);
  limit(lab, 1);
  const child = { ...gated('inner'), id: 'child' as WorkflowId, revision: 1, createdAt: 0, updatedAt: 0 };
  lab.lab.ports.store.workflows.insert(child);
  const parent = lab.start(graph([{ id: 's', kind: 'flow.workflow', config: { workflow: 'child', inputs: [] } }]));
  await went('inner');
  open('inner');
  expect((await lab.end(parent)).status).toBe('done');
});

test('holding everything is kept over a restart: steps end, nothing begins, and all goes on', async () => {
  lab = openLab(nodes);
  const two = graph(
    [
      { id: 'g', kind: 'test.gate', config: { name: 'a' } },
      { id: 'h', kind: 'test.gate', config: { name: 'b' } },
    ],
    ['g>h'],
  );
  const going = lab.start(two);
  await went('a');
  lab.lab.queue.setPaused(true);
  const later = startAs(lab, 'w', 'later');
  open('a');
  await until(() => lab?.events(going).some((event) => event.type === 'step-done') === true, 'the step ended');
  expect(statusOf(later)).toBe('queued');
  await lab.reopen();
  expect(lab.lab.queue.isPaused).toBe(true);
  lab.lab.engine.resumeUnfinished();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(begun).toEqual(['a']);
  lab.lab.queue.setPaused(false);
  await went('b', 'later');
  open('b');
  open('later');
  expect((await lab.end(going)).status).toBe('done');
  expect((await lab.end(later)).status).toBe('done');
});

test('a held run can be cancelled', async () => {
  lab = openLab(nodes);
  lab.lab.queue.setPaused(true);
  lab.lab.queue.setPaused(false);
  const two = graph(
    [
      { id: 'g', kind: 'test.gate', config: { name: 'a' } },
      { id: 'h', kind: 'test.gate', config: { name: 'b' } },
    ],
    ['g>h'],
  );
  const id = lab.start(two);
  await went('a');
  lab.lab.queue.setPaused(true);
  open('a');
  await lab.lab.engine.cancel(id);
  expect(statusOf(id)).toBe('cancelled');
  expect(begun).toEqual(['a']);
});

test('more than may wait are refused in words, and nothing of them is stored', async () => {
  lab = openLab(nodes);
  const { queue } = lab.lab;
  queue.setPaused(true);
  for (let i = 0; i < maxQueued; i += 1) queue.submit({ id: `r${i}` as RunId, priority: 0, at: i }, () => undefined);
  expect(() => startAs(lab as EngineLab, 'w', 'x')).toThrow(expect.objectContaining({ code: 'queue-full', retryable: true }));
  expect(lab.lab.ports.store.runs.list({ limit: 5 })).toEqual([]);
  for (let i = 0; i < maxQueued; i += 1) queue.leave(`r${i}` as RunId);
});

test('tells how far a run is, and how long it will still take by earlier runs', async () => {
  lab = openLab(nodes);
  const earlier = startAs(lab, 'w', '1');
  await went('1');
  await new Promise((resolve) => setTimeout(resolve, 60));
  open('1');
  await lab.end(earlier);
  startAs(lab, 'w', '2');
  await went('2');
  const entry = lab.lab.queue.view().entries[0];
  expect(entry).toMatchObject({ state: 'running', progress: { done: 0, total: 1 } });
  expect(entry?.progress?.leftMs).toBeGreaterThanOrEqual(0);
});

test('a queued run that is stopped right after a restart does not begin', async () => {
  lab = openLab(nodes);
  limit(lab, 1);
  const going = startAs(lab, 'a', '1');
  const queued = startAs(lab, 'a', '2');
  await went('1');
  await lab.reopen();
  begun.length = 0;
  lab.lab.engine.resumeUnfinished();
  await lab.lab.engine.cancel(queued);
  await went('1');
  open('1');
  await lab.end(going);
  const after = startAs(lab, 'a', '3');
  await went('3');
  open('3');
  await lab.end(after);
  expect(statusOf(queued)).toBe('cancelled');
  expect(begun).toEqual(['1', '3']);
});
