// A turn of a chat, replayed from its record: the model and the tools are not asked again, and what differs is found.

import { afterEach, describe, expect, it } from 'vitest';
import type { ConversationId, RunId } from '../../../shared/model/ids.ts';
import { type AgentWorld, openAgentWorld, tool, type WorldOptions } from '../../../tests/helpers/agent-world.ts';

let world: AgentWorld;
afterEach(() => world.close());

const echo = { info: tool('files', 'read_text', { readOnly: true }), run: (args: { path?: unknown }) => `Text of ${String(args.path)}` };
const reads: WorldOptions['replies'] = (request) =>
  request.messages.at(-1)?.role === 'tool'
    ? { text: `It says: ${request.messages.at(-1)?.content}`, chunks: 4 }
    : { thinking: 'hm', text: 'Let me see.', toolCalls: [{ name: 'files__read_text', arguments: { path: '/a' } }] };

async function turned(options: WorldOptions): Promise<{ conversation: ConversationId; run: RunId }> {
  world = await openAgentWorld(options);
  const { store } = world.now;
  const agent = store.agents.list()[0];
  if (agent === undefined) throw new Error('no agent');
  store.agents.put({ ...agent, tools: ['files.*'] });
  const conversation = world.now.newConversation();
  await world.now.agents.send(conversation, 'What is in it?');
  await world.now.untilIdle(conversation);
  const run = store.runs.list({ limit: 10 })[0]?.id;
  if (run === undefined) throw new Error('no run');
  return { conversation, run };
}
const events = (run: RunId) => world.now.store.runs.readEvents(run).map((each) => each.event);

describe('a turn that is replayed', () => {
  it('comes to the same message without a model or a tool, and leaves the chat as it is', async () => {
    const { conversation, run } = await turned({ replies: reads, tools: [echo] });
    const { store, agents } = world.now;
    const before = store.chats.get(conversation);
    const asked = world.ollama.chats.length;
    const again = await agents.replayTurn(run, 'headless');
    expect(again.error).toBeUndefined();
    expect(again).toMatchObject({ kind: 'turn', status: 'done', origin: { kind: 'replay', run } });
    expect(world.ollama.chats.length).toBe(asked);
    expect(world.calls).toHaveLength(1);
    expect(store.chats.get(conversation)).toEqual(before);
    const done = (id: RunId) =>
      events(id).flatMap((event) => (event.type === 'step-done' ? [[event.step, JSON.stringify(event.outputs)]] : []));
    expect(done(again.id)).toEqual(done(run));
    expect(done(run).map(([step]) => step)).toEqual(['model-1', 'tool-1-0', 'model-2']);
    expect(events(again.id).filter((event) => event.type === 'step-done')).toEqual(
      expect.arrayContaining([expect.objectContaining({ from: { kind: 'replay', run } })]),
    );
    expect(events(again.id).at(-1)).toMatchObject({ type: 'run-end', outputs: { text: 'Let me see.It says: Text of /a' } });
    // A replay is replayed like what it replays.
    expect((await agents.replayTurn(again.id, 'cli')).status).toBe('done');
  });

  it('comes to the same where the model called a tool that there is not', async () => {
    const { run } = await turned({
      replies: (request) =>
        request.messages.at(-1)?.role === 'tool' ? { text: 'I cannot.' } : { toolCalls: [{ name: 'fly_to_the_moon', arguments: {} }] },
      tools: [echo],
    });
    const again = await world.now.agents.replayTurn(run, 'headless');
    expect(again.error).toBeUndefined();
    expect(again.status).toBe('done');
  });

  it('finds what the chat keeps otherwise than the record gives', async () => {
    const { conversation, run } = await turned({ replies: reads, tools: [echo] });
    const { store, agents } = world.now;
    const message = store.chats.get(conversation)?.messages.at(-1);
    if (message === undefined) throw new Error('no message');
    store.chats.putMessage(conversation, {
      ...message,
      parts: [...message.parts.slice(0, -1), { type: 'text', text: 'It says: something else' }],
    });
    expect(await agents.replayTurn(run, 'headless')).toMatchObject({
      status: 'failed',
      error: { code: 'replay-differs', details: { step: 'turn', port: 'message' } },
    });
  });

  it('fails as the turn on record failed', async () => {
    const { run } = await turned({ replies: () => ({ text: '' }) });
    const recorded = world.now.store.runs.get(run);
    expect(recorded?.status).toBe('failed');
    expect(await world.now.agents.replayTurn(run, 'headless')).toMatchObject({ status: 'failed', error: { code: recorded?.error?.code } });
  });

  it('says of what cannot be replayed that it cannot', async () => {
    await turned({ replies: reads, tools: [echo] });
    await expect(world.now.agents.replayTurn('nowhere' as RunId, 'cli')).rejects.toMatchObject({ code: 'run-not-found' });
    world.now.hub.create({
      id: 'session1' as RunId,
      title: 'Editor',
      kind: 'turn',
      origin: { kind: 'client', client: 'editor' },
      startedAt: 1,
      inputs: {},
      grant: { tools: [], folders: [] },
    });
    await expect(world.now.agents.replayTurn('session1' as RunId, 'cli')).rejects.toMatchObject({ code: 'run-not-replayable' });
  });
});
