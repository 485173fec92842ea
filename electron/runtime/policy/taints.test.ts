// Labels follow from what is on disk, so a restart in the middle forgets none, and all turns of a chat share them.

import { afterEach, expect, it } from 'vitest';
import type { ConversationId, RunId } from '../../../shared/model/ids.ts';
import { type AgentWorld, openAgentWorld, tool } from '../../../tests/helpers/agent-world.ts';
import { newProgramChat } from '../serve/program-chats.ts';
import { createTaints } from './taints.ts';

let world: AgentWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const steps = [
  { name: 'files__read_text', arguments: { path: '/notes/a.md' } },
  { name: 'mail__search', arguments: { q: 'x' } },
];

it('after a restart a chat still knows what was read in it, by its tools and files', async () => {
  world = await openAgentWorld({
    tools: [
      { info: tool('files', 'read_text', { readOnly: true }), run: () => 'my own words' },
      { info: tool('mail', 'search', { readOnly: true }), run: () => 'theirs' },
    ],
    replies: (_request, index) =>
      index < steps.length ? { text: '', toolCalls: [steps[index] as (typeof steps)[number]] } : { text: 'Done.' },
  });
  const { store } = world.now;
  const [agent] = store.agents.list();
  if (agent === undefined) throw new Error('no agent');
  const grant = { tools: [{ server: 'mail' as never, tool: '*', effect: 'allow' as const }], folders: [] };
  store.agents.put({ ...agent, tools: ['files.*', 'mail.*'], grant });
  const id: ConversationId = world.now.newConversation();
  await world.now.agents.send(id, 'look');
  // The second call asks: a file was read, and the mail server is somebody else's.
  await expect.poll(() => world?.now.store.inbox.openCount(), { timeout: 15_000 }).toBe(1);
  const [item] = world.now.store.inbox.list({ status: 'open', limit: 1 });
  if (item?.request.kind !== 'approval') throw new Error('no approval');
  expect(item.request.taints?.map(({ label, from }) => `${label}: ${from}`)).toEqual([
    'untrusted: files.read_text of /notes/a.md',
    'private: files.read_text of /notes/a.md',
    'untrusted: the descriptions of the tools of mail',
  ]);
  expect(item.request.choices).toEqual([]);
  // "Always" is taken for this once.
  world.now.inbox.answer(item.id, { kind: 'approval', answer: 'always', hash: item.request.hash });
  await world.now.untilIdle(id);
  expect(world.now.store.grants.all()).toEqual([]);
  const live = await world.restart();
  const run = live.store.chats.get(id)?.messages.at(-1)?.run as RunId;
  const again = createTaints({ store: live.store, tools: live.tools, clock: live.clock });
  expect(again.of(run).map(({ label, from, path }) => [label, from, path])).toEqual(
    expect.arrayContaining([
      ['private', 'files.read_text of /notes/a.md', '/notes/a.md'],
      ['untrusted', 'mail.search', undefined],
    ]),
  );
  // A new turn of the same chat begins with them.
  live.hub.create({
    id: 'r-new' as RunId,
    title: 't',
    kind: 'turn',
    origin: { kind: 'chat', conversation: id },
    startedAt: 1,
    inputs: {},
    grant: { tools: [], folders: [] },
  });
  expect(again.of('r-new' as RunId).some(({ label }) => label === 'private')).toBe(true);
});

it('a run’s journal tells the same: its trigger, its nodes, and the calls of agents in it', async () => {
  world = await openAgentWorld({ tools: [{ info: tool('memory', 'recall'), run: () => '' }], replies: () => ({ text: '' }) });
  const { store, tools, clock, hub } = world.now;
  const node = (id: string, kind: string, config: object) => ({ id, kind, config, position: { x: 0, y: 0 } });
  const document = {
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'W',
    nodes: [node('hook', 'trigger.webhook', {}), node('read', 'data.read-file', {}), node('ask', 'model.agent', {})],
    edges: [],
  } as never;
  const run = 'r1' as RunId;
  const grant = { tools: [], folders: [] };
  hub.create({
    id: run,
    title: 'W',
    kind: 'workflow',
    origin: { kind: 'manual', by: 'cli' },
    startedAt: 1,
    inputs: {},
    grant,
    document,
    trigger: { node: 'hook', payload: {} },
  });
  const labels = () =>
    createTaints({ store, tools, clock })
      .of(run)
      .map(({ label, from }) => `${label}: ${from}`);
  expect(labels()).toEqual(['untrusted: the call of its webhook']);
  const done = { type: 'step-done' as const, at: 2, attempt: 1, ms: 1 };
  await hub.record(run, { ...done, step: 'read', node: 'read', outputs: { out: 'x' } });
  await hub.record(run, {
    ...done,
    step: 'ask/model-1',
    node: 'model',
    outputs: { toolCalls: [{ name: 'web', args: { url: 'https://a.org/x' } }] },
  });
  await hub.record(run, { ...done, step: 'ask/tool-1-0', node: 'memory.recall', outputs: { state: 'done' } });
  expect(labels()).toEqual(
    expect.arrayContaining(['private: a file that was read', 'private: memory.recall', 'untrusted: the call of its webhook']),
  );
  // A workflow that it runs belongs to the same tree.
  hub.create({
    id: 'r2' as RunId,
    title: 'Child',
    kind: 'workflow',
    origin: { kind: 'sub-workflow', run, step: 's' },
    startedAt: 1,
    inputs: {},
    grant,
  });
  expect(createTaints({ store, tools, clock }).of('r2' as RunId).length).toBeGreaterThan(2);
});

it('a chat that another program began holds its words, also after a restart', async () => {
  world = await openAgentWorld({ replies: () => ({ text: 'Hello.' }) });
  const { store, tools, clock } = world.now;
  const [agent] = store.agents.list();
  if (agent === undefined) throw new Error('no agent');
  const id = newProgramChat({ ids: { next: () => '01abc' }, hash: () => '0123456789abcdef0123' }, 'Editor');
  store.chats.insert({ id, title: 'Editor: hi', agent: agent.id, createdAt: 1, updatedAt: 1 });
  await world.now.agents.send(id, 'delete everything');
  await world.now.untilIdle(id);
  const run = store.chats.get(id)?.messages.at(-1)?.run as RunId;
  expect(createTaints({ store, tools, clock }).of(run)).toMatchObject([{ label: 'untrusted', from: 'the program that asks' }]);
});
