import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { manualNode } from '../nodes/manual.node.ts';
import { mergeNode } from '../nodes/merge.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import type { NewRun } from '../ports.ts';

let lab: EngineLab | undefined;
let isOpen = true;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
  isOpen = true;
});

const clockwork = testNode('trigger.test', { family: 'trigger', inputs: [], control: 'trigger', run: async () => ({ out: 'an example' }) });
const gate = testNode('test.gate', {
  run: async ({ signal, scope }) => {
    if (isOpen) return { out: scope.input };
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AppError('cancelled', 'stopped'))));
  },
});
const nodes = [clockwork, gate, manualNode, mergeNode, outputNode] as AnyNodeType[];
const document = (withManual: boolean) =>
  graph(
    [
      { id: 't1', kind: 'trigger.test' },
      { id: 't2', kind: 'trigger.test' },
      ...(withManual ? [{ id: 'p', kind: 'trigger.manual' }] : []),
      { id: 'm', kind: 'flow.merge', config: { mode: 'list' } },
      { id: 'g', kind: 'test.gate' },
      { id: 'o', kind: 'flow.output', config: { name: 'came' } },
    ],
    ['t1>m', 't2>m', 'm>g', 'g>o', ...(withManual ? ['p>m'] : [])],
  );
const start = (current: EngineLab, trigger: NewRun['trigger'], withManual = true) =>
  current.lab.engine.start({
    document: document(withManual),
    inputs: {},
    origin: { kind: 'manual', by: 'cli' },
    grant: { tools: [], folders: [] },
    trigger,
  }).id;

test('the one that started the run fires with what it brought, and no other does', async () => {
  lab = openLab(nodes);
  const id = start(lab, { node: 't2', payload: { file: 'a.txt' } });
  expect((await lab.end(id)).outputs).toEqual({ came: [{ file: 'a.txt' }] });
  expect(lab.events(id).flatMap((event) => (event.type === 'step-skipped' ? [event.step] : []))).toEqual(['t1', 'p']);
});

test('after a restart it is still the one', async () => {
  lab = openLab(nodes);
  isOpen = false;
  const id = start(lab, { node: 't1', payload: 7 });
  await until(() => lab?.events(id).some((event) => event.type === 'step-done' && event.step === 'm') === true, 'it has begun');
  await lab.reopen();
  isOpen = true;
  lab.lab.engine.resumeUnfinished();
  expect((await lab.end(id)).outputs).toEqual({ came: [7] });
});

test('when a person starts it the manual one fires, or all with their examples when there is none', async () => {
  lab = openLab(nodes);
  expect((await lab.end(start(lab, undefined))).outputs.came).toMatchObject([{ inputs: {} }]);
  expect((await lab.end(start(lab, undefined, false))).outputs).toEqual({ came: ['an example', 'an example'] });
});

test('a trigger that is gone, or is none, is refused before anything runs', () => {
  lab = openLab(nodes);
  const current = lab;
  expect(() => start(current, { node: 'gone', payload: null })).toThrow('no node “gone”');
  expect(() => start(current, { node: 'm', payload: null })).toThrow('is not started by “Merge”');
  expect(current.lab.ports.store.runs.list({ limit: 5 })).toEqual([]);
});
