import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import { leave } from '../../../tests/helpers/left-run.ts';
import { askPersonNode } from '../nodes/ask-person.node.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { readJournal } from './journal.ts';

let lab: EngineLab | undefined;
let isOpen = false;
beforeEach(() => {
  isOpen = false;
});
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const gate = testNode('test.gate', {
  effect: 'idempotent',
  run: async ({ signal, scope }) => {
    if (isOpen) return { out: scope.input };
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AppError('cancelled', 'stopped'))));
  },
});
const nodes = [gate, askPersonNode] as AnyNodeType[];
const within = (deadlineMs: number, document: WorkflowDocument): WorkflowDocument => ({ ...document, deadlineMs });
const slow = graph([{ id: 'g', kind: 'test.gate', title: 'Slow one' }]);

test('a run that takes longer fails, and says what was still going', async () => {
  lab = openLab(nodes);
  const end = await lab.run(within(30, slow));
  expect([end.status, end.error?.code]).toEqual(['failed', 'run-deadline']);
  expect(end.error?.message).toBe('The run took longer than its deadline of 30 ms. Still going: “Slow one”.');
  expect(end.error?.details).toEqual({ steps: ['g'] });
});

test('a run that is done in time is not touched', async () => {
  lab = openLab(nodes);
  isOpen = true;
  expect((await lab.run(within(3_600_000, slow))).status).toBe('done');
});

test('waiting for a person does not count', async () => {
  lab = openLab(nodes);
  const limitMs = 1500;
  const id = lab.start(within(limitMs, graph([{ id: 'q', kind: 'person.ask', config: { question: 'Well?' } }])));
  await until(() => lab?.lab.ports.store.runs.get(id)?.status === 'waiting', 'it waits');
  await new Promise((resolve) => setTimeout(resolve, limitMs + 500));
  expect(lab.lab.ports.store.runs.get(id)?.status).toBe('waiting');
  const [item] = lab.lab.ports.store.inbox.list({ status: 'open', limit: 5 });
  if (item === undefined) throw new Error('Nothing is asked.');
  lab.lab.inbox.answer(item.id, { kind: 'question', value: 'yes' } as never);
  expect((await lab.end(id)).status).toBe('done');
});

test('while every run is held it does not count', async () => {
  lab = openLab(nodes);
  const { engine, queue, ports } = lab.lab;
  const limitMs = 800;
  const id = lab.start(within(limitMs, graph([{ id: 'g', kind: 'test.gate' }])));
  await until(() => lab?.events(id).some((event) => event.type === 'step-start') === true, 'it goes');
  queue.setPaused(true);
  await new Promise((resolve) => setTimeout(resolve, limitMs + 500));
  expect(ports.store.runs.get(id)?.status).toBe('running');
  queue.setPaused(false);
  expect((await engine.waitForEnd(id, AbortSignal.timeout(20_000))).error?.code).toBe('run-deadline');
  // What the journal says, so that a later restart does not count that time either.
  expect(lab.events(id)).toContainEqual(expect.objectContaining({ type: 'run-status', status: 'running' }));
});

test('what was spent before a restart counts, the time without a host does not', async () => {
  lab = openLab(nodes);
  const hour = 3_600_000;
  const spent = (at: number): RunEvent => ({ type: 'step-start', at, step: 'g', node: 'g', attempt: 1 });
  // 59 minutes spent of 60, and then nothing for a day.
  const some = await leave(lab, within(hour, slow), [spent(1000 + hour - 60_000)], 1000);
  const all = await leave(lab, within(hour, slow), [spent(1000 + hour)], 1000);
  lab.lab.engine.resumeUnfinished();
  expect((await lab.end(all)).error?.code).toBe('run-deadline');
  expect(lab.lab.ports.store.runs.get(some)?.status).toBe('running');
  await lab.reopen();
  isOpen = true;
  lab.lab.engine.resumeUnfinished();
  expect((await lab.end(some)).status).toBe('done');
  expect(readJournal(lab.lab.ports.store.runs.readEvents(some)).spentMs).toBeLessThan(hour);
});

test('a journal tells how long it was running', () => {
  const at = (time: number, event: Record<string, unknown>) => ({ seq: time, event: { at: time, ...event } as unknown as RunEvent });
  const { spentMs } = readJournal([
    at(0, { type: 'run-start', inputs: {} }),
    at(10, { type: 'run-status', status: 'waiting' }),
    at(500, { type: 'run-status', status: 'running' }),
    at(505, { type: 'step-skipped', step: 'a', node: 'a' }),
    at(90_000, { type: 'run-status', status: 'running' }),
    at(90_001, { type: 'step-skipped', step: 'b', node: 'b' }),
  ]);
  expect(spentMs).toBe(10 + 5 + 1);
});
