import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import { cleanUpNode } from './clean-up.node.ts';
import type { AnyNodeType } from './define-node.ts';

let lab: EngineLab | undefined;
let executed: JsonValue[] = [];
let isOpen = true;
beforeEach(() => {
  executed = [];
  isOpen = true;
});
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const tell = testNode('test.tell', {
  effect: 'idempotent',
  inputs: [
    { name: 'in', label: 'In', schema: {} },
    { name: 'other', label: 'Other', schema: {} },
  ],
  run: async ({ scope }) => {
    executed.push({ ...scope.inputs });
    return { out: null };
  },
});
const work = testNode('test.work', {
  effect: 'idempotent',
  inputs: [],
  run: async () => {
    executed.push('work');
    return { out: 'opened' };
  },
});
const fail = testNode('test.fail', {
  run: async () => {
    throw new AppError('it-broke', 'It broke.');
  },
});
const gate = testNode('test.gate', {
  run: async ({ signal, scope }) => {
    if (isOpen) return { out: scope.input };
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AppError('cancelled', 'stopped'))));
  },
});
const nodes = [tell, work, fail, gate, cleanUpNode] as AnyNodeType[];

const failing = (config: Record<string, JsonValue> = {}) =>
  graph(
    [
      { id: 'a', kind: 'test.work' },
      { id: 'f', kind: 'test.fail' },
      { id: 'c', kind: 'flow.clean-up', config },
      { id: 't', kind: 'test.tell' },
    ],
    ['a>f', 'c>t', 'a>t.other'],
  );
const types = (id: Parameters<EngineLab['events']>[0]) => lab?.events(id).map((event) => event.type);

test('runs when the run has failed, with what went wrong and what was done before; the run fails after it', async () => {
  lab = openLab(nodes);
  const end = await lab.run(failing());
  expect([end.status, end.error?.code]).toEqual(['failed', 'it-broke']);
  expect(executed).toEqual(['work', { in: { status: 'failed', error: { code: 'it-broke', message: 'It broke.' } }, other: 'opened' }]);
  expect(end.events.findIndex(({ type }) => type === 'run-ending')).toBeLessThan(
    end.events.findIndex((event) => event.type === 'step-done' && event.node === 't'),
  );
  expect(end.events.at(-1)?.type).toBe('run-end');
});

test('does nothing in a run that is done, or that ends otherwise than it is for', async () => {
  lab = openLab(nodes);
  await lab.run(
    graph(
      [
        { id: 'a', kind: 'test.work' },
        { id: 'c', kind: 'flow.clean-up' },
        { id: 't', kind: 'test.tell' },
      ],
      ['c>t'],
    ),
  );
  expect(executed).toEqual(['work']);
  const end = await lab.run(failing({ when: 'stopped' }));
  expect([end.status, executed]).toEqual(['failed', ['work', 'work']]);
});

test('runs when the run is stopped; stopping it again ends that too', async () => {
  lab = openLab(nodes);
  isOpen = false;
  const document = graph(
    [
      { id: 'g', kind: 'test.gate' },
      { id: 'c', kind: 'flow.clean-up' },
      { id: 't', kind: 'test.tell' },
      { id: 'w', kind: 'test.gate' },
    ],
    ['c>t', 't>w'],
  );
  const id = lab.start(document);
  await lab.lab.engine.cancel(id);
  await until(() => executed.length === 1, 'it cleans up');
  expect(executed).toEqual([{ in: { status: 'stopped', error: null } }]);
  expect(types(id)).toContain('run-ending');
  expect(types(id)).not.toContain('run-end');
  await lab.lab.engine.cancel(id);
  expect((await lab.end(id)).status).toBe('cancelled');
});

test('a host that closes in it goes on with it, and then ends the run as it was going to', async () => {
  lab = openLab(nodes);
  isOpen = false;
  const id = lab.start(
    graph(
      [
        { id: 'a', kind: 'test.work' },
        { id: 'f', kind: 'test.fail' },
        { id: 'c', kind: 'flow.clean-up' },
        { id: 't', kind: 'test.tell' },
        { id: 'w', kind: 'test.gate' },
        { id: 'u', kind: 'test.tell' },
      ],
      ['a>f', 'c>t', 't>w', 'w>u', 'a>u.other'],
    ),
  );
  await until(() => lab?.events(id).some((event) => event.type === 'step-done' && event.node === 't') === true, 'it is in the clean-up');
  await lab.reopen();
  expect(types(id)).not.toContain('run-end');
  isOpen = true;
  executed = [];
  lab.lab.engine.resumeUnfinished();
  const end = await lab.end(id);
  expect([end.status, end.error?.code]).toEqual(['failed', 'it-broke']);
  expect(executed).toEqual([{ in: null, other: 'opened' }]);
});

test('a failure in it, or too little time for it, changes nothing of how the run ends', async () => {
  lab = openLab(nodes);
  const broken = graph(
    [
      { id: 'f', kind: 'test.fail' },
      { id: 'c', kind: 'flow.clean-up' },
      { id: 'x', kind: 'test.fail' },
    ],
    ['c>x'],
  );
  const end = await lab.run(broken);
  expect([end.status, end.error?.code]).toEqual(['failed', 'it-broke']);
  expect(end.events.some((event) => event.type === 'step-failed' && event.step === 'c')).toBe(true);
  isOpen = false;
  const slow = await lab.run(
    graph(
      [
        { id: 'f', kind: 'test.fail' },
        { id: 'c', kind: 'flow.clean-up', config: { seconds: 1 } },
        { id: 'x', kind: 'test.gate' },
      ],
      ['c>x'],
    ),
  );
  expect([slow.status, slow.error?.code]).toEqual(['failed', 'it-broke']);
  expect(slow.events.flatMap((event) => (event.type === 'step-failed' && event.step === 'c' ? [event.error.code] : []))).toEqual([
    'step-timed-out',
  ]);
});
