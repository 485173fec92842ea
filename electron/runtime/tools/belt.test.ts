// What happens to a call whose arguments do not fit, before a person is asked about it.

import { afterEach, expect, it } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { type AgentWorld, openAgentWorld, tool } from '../../../tests/helpers/agent-world.ts';

let world: AgentWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const schema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
const tools = [
  { info: tool('everything', 'echo', { inputSchema: schema }), run: (args: { text?: unknown }) => `Echo: ${String(args.text)}` },
  { info: tool('files', 'act', { inputSchema: schema, destructive: true }), run: () => 'acted' },
];

it('a model is told which argument is wrong and mends it; the person is asked about the mended call alone', async () => {
  world = await openAgentWorld({
    tools,
    replies: (request, index) => {
      const last = request.messages.at(-1);
      if (last?.role === 'tool' && !last.content.includes('missing')) return { text: `It said: ${last.content}` };
      return { text: '', toolCalls: [{ name: 'everything__echo', arguments: index === 0 ? { txt: 'hi' } : { text: 'hi' } }] };
    },
  });
  const { store, agents, inbox, newConversation } = world.now;
  const agent = store.agents.list()[0];
  if (agent === undefined) throw new Error('no agent');
  store.agents.put({ ...agent, tools: ['everything.*'] });
  const id = newConversation();
  await agents.send(id, 'echo hi');
  await expect.poll(() => store.inbox.openCount(), { timeout: 15_000 }).toBe(1);
  const items = store.inbox.list({ status: 'open', limit: 10 });
  expect(items).toHaveLength(1);
  const item = items[0];
  if (item?.request.kind !== 'approval') throw new Error('no approval');
  expect(item.request.args).toEqual({ text: 'hi' });
  expect(world.calls).toEqual([]);
  inbox.answer(item.id, { kind: 'approval', answer: 'once', hash: item.request.hash });
  const done = await world.now.untilIdle(id);
  const calls = done.messages[1]?.parts.filter((part) => part.type === 'tool-call');
  expect(calls).toMatchObject([
    { state: 'failed', result: { isError: true, content: [{ text: expect.stringContaining('“text” is missing') }] } },
    { state: 'done' },
  ]);
  expect(world.calls).toHaveLength(1);
});

it('a workflow’s call and a person’s are answered alike, and nothing is called', async () => {
  world = await openAgentWorld({ tools, replies: () => ({ text: '' }) });
  const { belt } = world.now;
  const context = { signal: new AbortController().signal, waiting: async () => undefined, answered: async () => undefined };
  const source = { kind: 'person' as const };
  const run = { id: 'r1' as RunId, title: 'A run', grant: { tools: [], folders: [] } };
  for (const [actor, server, name] of [
    ['workflow', 'files', 'act'],
    ['person', 'everything', 'echo'],
  ] as const) {
    const call = { actor: { kind: actor }, server, tool: name, run, step: 's', source, context };
    const result = await belt.call({ ...call, args: { text: 5 } });
    expect(result).toEqual({
      isError: true,
      content: [
        { type: 'text', text: `The arguments do not fit ${server}.${name}: “text” must be string, not number. Nothing was called.` },
      ],
    });
    expect(world.calls).toEqual([]);
    expect((await belt.call({ ...call, args: { text: 'ok' } })).isError).toBe(false);
    world.calls.length = 0;
  }
});
