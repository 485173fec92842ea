// Steps and runs of one run that come to the same change ask one question, wait for it together, and all get its answer.

import { expect, test } from 'vitest';
import type { InboxItem } from '../../../shared/model/grant.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { openServing, quietly } from '../../../tests/helpers/serve-lab.ts';

type Serving = ReturnType<typeof openServing>;
const write = (path: string, id = 'w') => ({ id, kind: 'data.write-file', config: { path, text: 'x' } });
const hold = { id: 'q', kind: 'person.ask', config: { question: 'Go on?' } };
const calls = (id: string) => ({ id, kind: 'flow.workflow', config: { workflow: 'inner' } });

const isQuestion = ({ request }: InboxItem): boolean => request.kind === 'question';
const changes = (rig: Serving): InboxItem[] => rig.open().filter(({ request }) => request.kind === 'approval');
/** Steps of all its runs that wait for this question. */
function waiting(rig: Serving, item: InboxItem): string[] {
  return rig.store.runs
    .list({ limit: 20, kind: 'workflow' })
    .flatMap(({ id }) =>
      rig.store.runs
        .readEvents(id)
        .flatMap(({ event }) => (event.type === 'step-waiting' && event.inbox === item.id ? [`${id} ${event.step}`] : [])),
    );
}
function answer(rig: Serving, item: InboxItem | undefined, given: 'once' | 'always' | 'deny'): void {
  if (item?.request.kind !== 'approval') throw new Error('no approval');
  rig.lab.lab.inbox.answer(item.id, { kind: 'approval', answer: given, hash: item.request.hash });
}
async function goOn(rig: Serving): Promise<void> {
  await until(() => rig.open().some(isQuestion), 'it holds');
  const item = rig.open().find(isQuestion);
  if (item !== undefined) rig.lab.lab.inbox.answer(item.id, { kind: 'question', value: 'yes' });
}

/** A program's run that holds, and then runs another workflow that was changed meanwhile: twice side by side, or once with two steps. */
async function changed(rig: Serving, shape: 'two steps' | 'two runs'): Promise<{ call: Promise<unknown> }> {
  const outer = shape === 'two runs' ? [hold, calls('c'), calls('d')] : [hold, calls('c')];
  rig.save('inner', [write('/out/a.txt')]);
  rig.save('outer', outer, shape === 'two runs' ? ['q>c', 'q>d'] : ['q>c']);
  const call = rig
    .program()
    .call('run_workflow', { workflow: 'outer' }, quietly())
    .then(
      ({ text }) => (JSON.parse(text) as { status: string }).status,
      (error: { code?: string }) => error.code,
    );
  await rig.answer('always');
  await until(() => rig.open().some(isQuestion), 'it holds');
  rig.save('inner', shape === 'two runs' ? [write('/out/b.txt')] : [write('/out/b.txt', 'v'), write('/out/c.txt')]);
  await goOn(rig);
  await until(() => changes(rig).length > 0 && changes(rig).some((item) => waiting(rig, item).length === 2), 'both wait');
  return { call };
}

const shapes = ['two steps', 'two runs'] as const;
const writtenBy = (shape: (typeof shapes)[number]): string[] =>
  shape === 'two runs' ? ['/out/b.txt', '/out/b.txt'] : ['/out/b.txt', '/out/c.txt'];

test.each(shapes)('%s that come to the same change ask once and go on together', async (shape) => {
  const rig = openServing();
  const { call } = await changed(rig, shape);
  expect(changes(rig)).toHaveLength(1);
  answer(rig, changes(rig)[0], 'once');
  expect(await call).toBe('done');
  expect(rig.written.toSorted()).toEqual(writtenBy(shape));
  expect(rig.open()).toEqual([]);
});

test.each(shapes)('%s that are declined together do nothing, and nobody is asked again', async (shape) => {
  const rig = openServing();
  const { call } = await changed(rig, shape);
  answer(rig, changes(rig)[0], 'deny');
  expect(await call).toBe('failed');
  expect(rig.written).toEqual([]);
  expect(rig.open()).toEqual([]);
});

test.each(shapes)('%s wait for the same question after a restart; agreed to for good, it is kept with one change', async (shape) => {
  const rig = openServing();
  await changed(rig, shape);
  const [asked] = changes(rig);
  await rig.restart();
  rig.lab.lab.engine.resumeUnfinished();
  expect(changes(rig).map(({ id }) => id)).toEqual([asked?.id]);
  const before = rig.store.grants.revision();
  answer(rig, changes(rig)[0], 'always');
  const isOver = (): boolean => rig.store.runs.list({ limit: 20, kind: 'workflow' }).every(({ status }) => status === 'done');
  await until(isOver, 'all are done');
  expect(rig.written.toSorted()).toEqual(writtenBy(shape));
  expect(rig.open()).toEqual([]);
  expect(rig.store.grants.revision()).toBe(before + 1);
});

test('answered while no host ran, each of them has the answer', async () => {
  const rig = openServing();
  await changed(rig, 'two steps');
  const [item] = changes(rig);
  if (item?.request.kind !== 'approval') throw new Error('no approval');
  await rig.restart();
  rig.store.inbox.answer(item.id, { kind: 'approval', answer: 'once', hash: item.request.hash }, 5);
  rig.lab.lab.engine.resumeUnfinished();
  await until(() => rig.written.length === 2 || rig.open().length > 0, 'they go on');
  expect(rig.open()).toEqual([]);
  expect(rig.written.toSorted()).toEqual(writtenBy('two steps'));
});

test('a step that is given up while both wait leaves the question to the other one', async () => {
  const rig = openServing();
  const { call } = await changed(rig, 'two runs');
  const [item] = changes(rig);
  if (item === undefined) throw new Error('nothing asks');
  const [first = ''] = waiting(rig, item);
  await rig.lab.lab.engine.cancel(first.split(' ')[0] as RunId);
  expect(changes(rig).map(({ id }) => id)).toEqual([item.id]);
  answer(rig, item, 'once');
  await call;
  expect(rig.written).toEqual(['/out/b.txt']);
});
