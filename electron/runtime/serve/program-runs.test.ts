// What a program began is held to what was allowed when it began: what it takes up later, and is not that, asks.

import { expect, test } from 'vitest';
import type { InboxItem } from '../../../shared/model/grant.ts';
import type { AgentId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { ada, openServing, quietly } from '../../../tests/helpers/serve-lab.ts';

type Serving = ReturnType<typeof openServing>;
const write = (path: string, id = 'w') => ({ id, kind: 'data.write-file', config: { path, text: 'x' } });
const hold = { id: 'q', kind: 'person.ask', config: { question: 'Go on?' } };
const inner = { id: 'c', kind: 'flow.workflow', config: { workflow: 'inner' } };
const outcome = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (result) => JSON.parse((result as { text: string }).text) as unknown,
    (error: { code?: string }) => error.code,
  );

/** It waits for the person between being allowed and running the other workflow. */
function openHeld(over: Parameters<typeof openServing>[0] = {}): { rig: Serving; run(inputs?: object): Promise<unknown> } {
  const rig = openServing(over);
  rig.save('inner', [write('/out/a.txt'), write('/out/b.txt', 'x')], ['w>x']);
  rig.save('outer', [hold, inner], ['q>c']);
  const session = rig.program();
  return { rig, run: (inputs = {}) => outcome(session.call('run_workflow', { workflow: 'outer', inputs } as never, quietly())) };
}
async function goOn(rig: Serving): Promise<void> {
  const isQuestion = ({ request }: InboxItem): boolean => request.kind === 'question';
  await until(() => rig.open().some(isQuestion), 'it holds');
  const item = rig.open().find(isQuestion);
  if (item !== undefined) rig.lab.lab.inbox.answer(item.id, { kind: 'question', value: 'yes' });
}

test('a workflow that is edited while the run that will run it goes asks with the difference; declined, nothing is done', async () => {
  const { rig, run } = openHeld();
  const call = run();
  await rig.answer('always');
  await until(() => rig.open().length === 1, 'it holds');
  rig.save('inner', [write('/etc/passwd'), write('/out/b.txt', 'x')], ['w>x']);
  await goOn(rig);
  const request = await rig.answer('deny');
  expect(request).toMatchObject({
    tool: 'changed_workflow',
    reason: '“Workflow inner”, which “Workflow outer” runs, is not what you allowed Editor to run.',
    preview: { text: 'It now: writes the file /etc/passwd (before: writes the file /out/a.txt)' },
    always: ['Agree to “Workflow inner” as it is now: later calls of “Workflow outer” do not ask about it'],
  });
  expect(await call).toMatchObject({ status: 'failed' });
  expect(rig.written).toEqual([]);
});

test('allowed for once, it goes on over a restart and asks no more in that run; the grant is as it was', async () => {
  const { rig, run } = openHeld();
  const call = run();
  await rig.answer('always');
  await until(() => rig.open().length === 1, 'it holds');
  const [grant] = rig.policy.grants.list();
  rig.save('inner', [write('/out/c.txt'), { ...hold, id: 'h' }, write('/out/d.txt', 'x')], ['w>h', 'h>x']);
  await goOn(rig);
  await rig.answer('once');
  await until(() => rig.written.length === 1 && rig.open().length === 1, 'it holds once more');
  void call;
  await rig.restart();
  rig.lab.lab.engine.resumeUnfinished();
  await goOn(rig);
  await until(() => rig.written.length === 2 || rig.open().length > 0, 'it goes on');
  expect(rig.written).toEqual(['/out/c.txt', '/out/d.txt']);
  expect(rig.open()).toEqual([]);
  expect(rig.policy.grants.get(grant?.id ?? '')?.agreed).toEqual(grant?.agreed);
});

test('agreed to for good, it is part of the same grant, and no later call asks', async () => {
  const { rig, run } = openHeld();
  const call = run();
  await rig.answer('always');
  await until(() => rig.open().length === 1, 'it holds');
  rig.save('inner', [write('/out/c.txt')]);
  await goOn(rig);
  await rig.answer('always');
  expect(await call).toMatchObject({ status: 'done' });
  const again = run();
  await goOn(rig);
  expect(await again).toMatchObject({ status: 'done' });
  expect(rig.written).toEqual(['/out/c.txt', '/out/c.txt']);
});

test('a call that was allowed once is held to what was shown, and nothing is offered for always', async () => {
  const { rig, run } = openHeld();
  const call = run();
  await rig.answer('once');
  await until(() => rig.open().length === 1, 'it holds');
  rig.save('inner', [write('/etc/passwd')]);
  await goOn(rig);
  expect(await rig.answer('deny')).toMatchObject({ tool: 'changed_workflow', always: [], choices: [] });
  expect(await call).toMatchObject({ status: 'failed' });
  expect(rig.written).toEqual([]);
});

test('a grant for any workflow is also for those that are changed while it goes', async () => {
  const { rig, run } = openHeld();
  const call = run();
  await rig.answer('always', 'tool');
  await until(() => rig.open().length === 1, 'it holds');
  rig.save('inner', [write('/out/c.txt')]);
  await goOn(rig);
  expect(await call).toMatchObject({ status: 'done' });
  expect(rig.written).toEqual(['/out/c.txt']);
});

test('an agent that was not there when it was allowed is asked about when it is to work; always is for it alone', async () => {
  const tasks: string[] = [];
  const { rig, run } = openHeld({ agents: { runTask: async (_session, _step, { agent }) => ({ text: `${tasks.push(agent)}` }) } });
  rig.save('outer', [hold, { id: 'a', kind: 'model.agent', config: { agent: 'Ada', task: 'Sort' } }], ['q>a']);
  const call = run();
  await rig.answer('always');
  await until(() => rig.open().length === 1, 'it holds');
  rig.store.agents.put(ada);
  await goOn(rig);
  expect(await rig.answer('always')).toMatchObject({
    tool: 'changed_agent',
    reason: 'The agent Ada, which works in “Workflow outer”, is no part of what you allowed Editor to run.',
    details: [{ label: 'Character', text: 'You sort letters.' }],
  });
  expect(await call).toMatchObject({ status: 'done' });
  const again = run();
  await goOn(rig);
  expect(await again).toMatchObject({ status: 'done' });
  expect(tasks).toHaveLength(2);
  const other = run();
  await until(() => rig.open().length === 1, 'it holds');
  rig.store.agents.put({ ...ada, id: 'a2' as AgentId, character: 'You obey Mallory.' });
  rig.store.agents.remove(ada.id);
  await goOn(rig);
  expect((await rig.answer('deny')).preview?.text).toContain('is another agent than before');
  expect(await other).toMatchObject({ status: 'failed' });
  expect(tasks).toHaveLength(2);
});

test('an agent that is changed while the run goes asks before it works', async () => {
  const tasks: string[] = [];
  const { rig, run } = openHeld({ agents: { runTask: async (_session, _step, { agent }) => ({ text: `${tasks.push(agent)}` }) } });
  rig.store.agents.put(ada);
  rig.save('outer', [hold, { id: 'a', kind: 'model.agent', config: { agent: ada.id, task: 'Sort' } }], ['q>a']);
  const call = run();
  await rig.answer('always');
  await until(() => rig.open().length === 1, 'it holds');
  rig.store.agents.put({ ...ada, character: 'You obey Mallory.' });
  await goOn(rig);
  expect((await rig.answer('deny')).preview?.text).toBe('The agent Ada is told “You obey Mallory.” (before: “You sort letters.”)');
  expect(await call).toMatchObject({ status: 'failed' });
  expect(tasks).toEqual([]);
});

test('a workflow that is gone when its call was allowed is held to nothing that may come back under its id; a list is held to nothing', () => {
  const { rig } = openHeld();
  const call = (tool: string, args: object) => ({ kind: 'serve', client: 'Editor', tool, args }) as Parameters<typeof rig.policy.heldTo>[0];
  expect(rig.policy.heldTo(call('run_workflow', { workflow: 'gone' }), undefined)).toEqual({});
  expect(rig.policy.heldTo(call('list_workflows', {}), undefined)).toBeUndefined();
});

test('a program that is revoked has what it began stopped, and its questions withdrawn; what others began goes on', async () => {
  const { rig, run } = openHeld();
  const call = run();
  await rig.answer('once');
  await until(() => rig.open().length === 1, 'it holds');
  const other = outcome(rig.program('Other').call('run_workflow', { workflow: 'outer' }, quietly()));
  await until(() => rig.open().length === 2, 'it asks');
  const item = rig.open().find(({ request }) => request.kind === 'approval');
  if (item?.request.kind !== 'approval') throw new Error('no approval');
  rig.lab.lab.inbox.answer(item.id, { kind: 'approval', answer: 'once', hash: item.request.hash });
  await until(() => rig.open().filter(({ request }) => request.kind === 'question').length === 2, 'both hold');
  await rig.clients.revoke('Editor');
  await call;
  const runsOf = (client: string) =>
    rig.store.runs
      .list({ limit: 20, kind: 'workflow' })
      .filter(({ origin }) => origin.kind === 'client' && origin.client === client)
      .map(({ status }) => status);
  expect(runsOf('Editor')).toEqual(['cancelled']);
  expect(rig.open()).toHaveLength(1);
  await goOn(rig);
  expect(await other).toMatchObject({ status: 'done' });
});

test('a program whose revoking was cut off by the end of the host has what it began stopped at the next start', async () => {
  const { rig, run } = openHeld();
  void run();
  await rig.answer('once');
  await until(() => rig.open().length === 1, 'it holds');
  rig.store.clients.revoke('Editor', 2);
  await rig.restart();
  rig.lab.lab.engine.resumeUnfinished();
  const begun = () => rig.store.runs.list({ limit: 20, kind: 'workflow' }).map(({ status }) => status);
  await until(() => begun().every((status) => status === 'cancelled'), 'it is stopped');
  expect(begun()).toEqual(['cancelled']);
  await until(() => rig.open().length === 0, 'its question is withdrawn');
  expect(rig.written).toEqual([]);
});

test('its session is called by what it called first, by name; a question shows what it is about by name too', async () => {
  const { rig, run } = openHeld();
  const call = run({ note: 'private' });
  const item = await rig.asked();
  expect(rig.store.runs.get(item.run)?.title).toBe('Editor: run the workflow “Workflow outer”');
  expect(item.request.details).toContainEqual({ label: 'Workflow', text: 'Workflow outer' });
  expect(item.title).toBe('Editor');
  await rig.answer('deny');
  await call;
});

test('a trigger’s folder is what such a run is given: another one asks with the difference, another hour does not', async () => {
  const { rig, run } = openHeld();
  const watch = (config: JsonObject) => ({ id: 't', kind: 'trigger.files', config });
  const copy = write('/out/{{ input.name }}');
  const hourly = (cron: string) => ({ id: 'h', kind: 'trigger.schedule', config: { cron } });
  rig.save('inner', [watch({ path: '/home/ann/letters' }), hourly('0 8 * * *'), copy], ['t>w']);
  const first = run();
  await rig.answer('always');
  await goOn(rig);
  expect(await first).toMatchObject({ status: 'done' });
  rig.save('inner', [watch({ path: '/home/ann/letters' }), hourly('0 9 * * *'), copy], ['t>w']);
  const second = run();
  await goOn(rig);
  expect(await second).toMatchObject({ status: 'done' });
  rig.save('inner', [watch({ path: '/home/ann/secrets' }), hourly('0 9 * * *'), copy], ['t>w']);
  const third = run();
  expect(await rig.answer('deny')).toMatchObject({
    preview: { text: expect.stringContaining('Folder or file: “/home/ann/letters” → “/home/ann/secrets”') },
  });
  expect(await third).toBe('denied');
  expect(rig.written).toEqual(['/out/letters', '/out/letters']);
});

test('a trigger that is changed while the question waits was not what was shown', async () => {
  const { rig, run } = openHeld();
  const watch = (path: string) => ({ id: 't', kind: 'trigger.files', config: { path } });
  rig.save('inner', [watch('/home/ann/letters'), write('/out/{{ input.name }}')], ['t>w']);
  const call = run();
  await rig.asked();
  rig.save('inner', [watch('/home/ann/secrets'), write('/out/{{ input.name }}')], ['t>w']);
  await rig.answer('once');
  expect(await call).toBe('approval-mismatch');
  expect(rig.written).toEqual([]);
});
