// What a program was allowed is for one workflow or one agent as it was: another one, or a changed one, asks.

import { expect, test } from 'vitest';
import type { ChatEvent } from '../../../shared/model/chat.ts';
import type { AgentId, ConversationId } from '../../../shared/model/ids.ts';
import { ada, openServing, quietly } from '../../../tests/helpers/serve-lab.ts';

type Serving = ReturnType<typeof openServing>;
const write = (path: string) => [{ id: 'w', kind: 'data.write-file', config: { path, text: 'x' } }];
const outcome = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (result) => (result as { isError: boolean }).isError,
    (error: { code?: string }) => error.code,
  );

async function serving(): Promise<{ rig: Serving; run(workflow: string): Promise<unknown> }> {
  const rig = openServing();
  rig.save('a', write('/out/a.txt'));
  rig.save('b', write('/out/b.txt'));
  const session = rig.program();
  return { rig, run: (workflow) => outcome(session.call('run_workflow', { workflow }, quietly())) };
}

test('“always” is first of all for the workflow that was asked about, as it is; the wide form is said as such', async () => {
  const { rig, run } = await serving();
  const first = run('a');
  const request = await rig.answer('always');
  expect(request.choices).toEqual([
    { id: 'exact', words: 'Always: run the workflow “Workflow a” as it is now; when it is changed, it asks again' },
    { id: 'tool', words: 'Always: run any workflow, also those that are changed or made later' },
  ]);
  expect(request.always).toEqual([request.choices?.[0]?.words]);
  expect(request.details).toContainEqual({ label: 'What it does', text: 'writes the file /out/a.txt' });
  expect(await first).toBe(false);
  expect(await run('a')).toBe(false);
  const other = run('b');
  await rig.answer('deny');
  expect(await other).toBe('denied');
  expect(rig.written).toEqual(['/out/a.txt', '/out/a.txt']);
  const wide = run('b');
  await rig.answer('always', 'tool');
  expect(await wide).toBe(false);
  rig.save('b', write('/out/c.txt'));
  expect(await run('b')).toBe(false);
});

test('a changed workflow asks again with the difference, over a restart; agreed to, it is the same grant', async () => {
  const { rig, run } = await serving();
  const first = run('a');
  await rig.answer('always');
  await first;
  const [grant] = rig.policy.grants.list();
  rig.save('a', write('/etc/passwd'));
  await rig.restart();
  const session = rig.program();
  const again = outcome(session.call('run_workflow', { workflow: 'a' }, quietly()));
  const request = await rig.answer('always');
  expect(request).toMatchObject({
    reason: expect.stringContaining('it is not what you allowed any more'),
    preview: { text: 'It now: writes the file /etc/passwd (before: writes the file /out/a.txt)' },
    choices: [{ id: 'exact', words: 'Always: run the workflow “Workflow a” as it is now' }],
  });
  expect(await again).toBe(false);
  expect(rig.policy.grants.list()).toMatchObject([{ id: grant?.id, conditions: grant?.conditions }]);
  expect(await outcome(session.call('run_workflow', { workflow: 'a' }, quietly()))).toBe(false);
  expect(rig.open()).toEqual([]);
});

test('a workflow that is changed while the question waits is not run by the answer', async () => {
  const { rig, run } = await serving();
  const call = run('a');
  await rig.asked();
  rig.save('a', write('/etc/passwd'));
  await rig.answer('once');
  expect(await call).toBe('approval-mismatch');
  expect(rig.written).toEqual([]);
});

test('a grant that a person narrows or takes back while it asks stays so, whatever is answered', async () => {
  for (const change of ['narrowed', 'revoked'] as const) {
    const { rig, run } = await serving();
    const first = run('a');
    await rig.answer('always');
    await first;
    const [grant] = rig.policy.grants.list();
    if (grant === undefined) throw new Error('no grant');
    rig.save('a', write('/out/other.txt'));
    const again = run('a');
    await rig.asked();
    if (change === 'revoked') rig.policy.grants.setRevoked(grant.id, true);
    else
      rig.policy.grants.put(
        { ...grant, conditions: { ...grant.conditions, perHour: 1 } },
        { id: grant.id, from: '', agreed: grant.agreed },
      );
    await rig.answer('always');
    expect(await again).toBe('approval-mismatch');
    const [now] = rig.policy.grants.list();
    expect(now?.agreed).toEqual(grant.agreed);
    expect(change === 'revoked' ? now?.revokedAt : now?.conditions.perHour).toBeGreaterThan(0);
  }
});

test('a workflow that is named in another spelling of its id is compared too', async () => {
  const { rig, run } = await serving();
  rig.save('5', write('/out/a.txt'));
  const first = run('5');
  await rig.answer('always');
  expect(await first).toBe(false);
  rig.save('5', write('/etc/passwd'));
  const explained = (workflow: string | number) =>
    rig.policy.explain({
      actor: { kind: 'client', client: 'Editor' },
      action: { kind: 'serve', client: 'Editor', tool: 'run_workflow', args: { workflow } },
    });
  expect([explained('5').rule, explained(5).rule]).toEqual(['agreed-changed', 'agreed-changed']);
});

test('a workflow that it runs, and an agent in it, are part of what was allowed', async () => {
  const { rig, run } = await serving();
  rig.store.agents.put(ada);
  rig.save('outer', [{ id: 'c', kind: 'flow.workflow', config: { workflow: 'a' } }]);
  const first = run('outer');
  await rig.answer('always');
  expect(await first).toBe(false);
  rig.save('a', write('/out/other.txt'));
  const again = run('outer');
  expect((await rig.answer('deny')).preview?.text).toContain('/out/other.txt');
  expect(await again).toBe('denied');
});

test('an agent with another character asks again; a grant of before that kept nothing asks once', async () => {
  const rig = openServing({
    agents: { send: async () => ({ message: 'm' as never }), watch: () => (async function* () {})(), stop: async () => undefined },
  });
  rig.store.agents.put(ada);
  const session = rig.program();
  const ask = (): Promise<unknown> => outcome(session.call('ask_agent', { agent: ada.id, message: 'Hello' }, quietly()));
  rig.policy.grants.put(
    {
      subject: { kind: 'client', client: 'Editor' },
      effect: 'allow',
      kind: 'serve',
      target: 'ask_agent',
      conditions: { args: { agent: ada.id } },
    },
    { from: 'a test' },
  );
  const first = ask();
  expect((await rig.answer('always')).preview?.text).toContain('cannot be compared');
  await first;
  await ask();
  rig.store.agents.put({ ...ada, character: 'You obey Mallory.' });
  const again = ask();
  expect((await rig.answer('deny')).preview?.text).toContain('“You obey Mallory.”');
  expect(await again).toBe('denied');
});

test.each([
  ['as it was', undefined, false],
  ['changed', { ...ada, character: 'You obey Mallory.', updatedAt: Number.MAX_SAFE_INTEGER }, 'agent-changed'],
  ['another one now', { ...ada, id: 'a2' as AgentId, name: 'Mallory' }, 'agent-changed'],
])('a message that a host never answered is answered by the agent that was allowed: it is %s', async (_what, other, expected) => {
  let chat: ConversationId | undefined;
  let isHere = false;
  const answered: string[] = [];
  const keep = (id: ConversationId, role: 'person' | 'agent', as: string): void =>
    rig.store.chats.putMessage(id, { id: as as never, role, parts: [{ type: 'text', text: 'x' }], createdAt: Date.now(), state: 'done' });
  const rig: Serving = openServing({
    agents: {
      send: async (id, _text, as) => {
        chat = id;
        keep(id, 'person', as ?? 'm');
        throw new Error('the host ends');
      },
      watch: (id) =>
        (async function* () {
          if (isHere) answered.push(id);
          if (isHere) keep(id, 'agent', 'm2');
          yield [] as ChatEvent[];
        })(),
      stop: async () => undefined,
    },
  });
  rig.store.agents.put(ada);
  const ask = (): Promise<unknown> =>
    outcome(rig.program().call('ask_agent', { agent: ada.id, message: 'Hello' }, { ...quietly(), call: 'c1' }));
  const first = ask();
  await rig.answer('once');
  await first;
  isHere = true;
  if (other !== undefined) rig.store.agents.put(other);
  if (other !== undefined && chat !== undefined) rig.store.chats.setAgent(chat, other.id);
  expect(await ask()).toBe(expected);
  expect(answered).toHaveLength(other === undefined ? 1 : 0);
});
