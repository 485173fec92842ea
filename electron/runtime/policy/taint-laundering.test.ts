// Ways by which what was read could come back without its labels: through another run, a fork, or a journal that could not be read once.

import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { NewRun } from '../ports.ts';
import { leak } from './taint.ts';
import { createTaints } from './taints.ts';

const node = (id: string, kind: string) => ({ id, kind, config: {}, position: { x: 0, y: 0 } });
const run = (id: string, origin: object, more: object = {}): NewRun =>
  ({ id, title: id, kind: 'workflow', origin, startedAt: 1, inputs: {}, grant: { tools: [], folders: [] }, ...more }) as unknown as NewRun;
const manual = { kind: 'manual', by: 'cli' };
const fork = (of: string) => ({ kind: 'fork', run: of, by: 'cli' });

function taintsOf(runs: readonly NewRun[], events: Record<string, RunEvent[] | AppError> = {}) {
  const get = (id: RunId) => runs.find((each) => each.id === id);
  const readEvents = (id: RunId) => {
    const found = events[id] ?? [];
    if (found instanceof AppError) throw found;
    return found.map((event, at) => ({ seq: at + 1, event }));
  };
  const store = { runs: { get, getDetails: get, readEvents }, chats: { get: () => undefined } };
  const taints = createTaints({ store, tools: { servers: () => [] }, clock: { now: () => 5 } } as unknown as Parameters<
    typeof createTaints
  >[0]);
  const asks = (id: string): boolean => leak('The run', 'the web', taints.of(id as RunId)) !== undefined;
  return { taints, asks, labels: (id: string) => taints.of(id as RunId).map(({ label, from }) => `${label}: ${from}`) };
}
const read = { type: 'step-done', at: 2, step: 'read', node: 'read', attempt: 1, ms: 1, outputs: { out: 'x' } } as RunEvent;

it.each(['trigger.run-finished', 'trigger.agent-event'])('what another run gave (%s) may be the person’s own too', (kind) => {
  const document = { nodes: [node('start', kind)], edges: [] };
  const { asks } = taintsOf([run('r', { kind: 'job', job: 'j' }, { document, trigger: { node: 'start', payload: {} } })]);
  expect(asks('r')).toBe(true);
});

it('a fork knows what the run had read that it takes up: a program’s words, a parent’s file, and that of forks before it', () => {
  const document = { nodes: [node('read', 'data.read-file')], edges: [] };
  const runs = [
    run('byProgram', { kind: 'client', client: 'Editor' }),
    run('forked', fork('byProgram')),
    run('parent', manual, { document }),
    run('child', { kind: 'sub-workflow', run: 'parent', step: 's' }),
    run('ofChild', fork('child')),
    run('again', fork('ofChild')),
    run('clean', fork('plain')),
    run('plain', manual),
  ];
  const { labels, asks } = taintsOf(runs, { parent: [read] });
  expect(labels('forked')).toEqual(['untrusted: the program that started it']);
  expect(asks('ofChild')).toBe(true);
  expect(asks('again')).toBe(true);
  expect(labels('clean')).toEqual([]);
});

it('a fork of a run that is gone could hold anything', () => {
  expect(taintsOf([run('orphan', fork('gone'))]).asks('orphan')).toBe(true);
});

it('a fork of itself, or of forks without end, ends', () => {
  expect(taintsOf([run('a', fork('b')), run('b', fork('a'))]).labels('a')).toBeDefined();
  const many = Array.from({ length: 3_000 }, (_, at) => run(`f${at}`, at === 0 ? manual : fork(`f${at - 1}`)));
  expect(taintsOf(many).asks('f2999')).toBe(true);
});

it('a journal that cannot be read is not taken for one that holds nothing, however often it is asked', () => {
  const damaged = new AppError('journal-damaged', 'A row is damaged.');
  const { taints } = taintsOf([run('r', manual)], { r: damaged });
  for (let n = 0; n < 3; n += 1) expect(() => taints.of('r' as RunId)).toThrow(damaged);
});
