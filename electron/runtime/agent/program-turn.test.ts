// An answer that a program asked for, cut off by the end of the host: it goes on with the agent that was allowed, or not at all.

import { afterEach, expect, it } from 'vitest';
import type { AgentId, ConversationId } from '../../../shared/model/ids.ts';
import { type AgentWorld, openAgentWorld } from '../../../tests/helpers/agent-world.ts';
import { programChat } from '../serve/program-chats.ts';

let world: AgentWorld | undefined;
afterEach(() => world?.close());

async function cutOff(
  isProgram: boolean,
  change: object,
  another?: string,
): Promise<{ state: string | undefined; error: string | undefined; asked: number }> {
  const held = Promise.withResolvers<void>();
  world = await openAgentWorld({
    replies: async (_request, index) => {
      if (index === 0) await held.promise;
      return { text: 'Sorted.' };
    },
  });
  const { store, hash, agents, newConversation } = world.now;
  const [agent] = store.agents.list();
  if (agent === undefined) throw new Error('no agent');
  const id: ConversationId = isProgram ? programChat(hash, 'Editor', 'c1') : newConversation();
  if (isProgram) store.chats.insert({ id, title: 'Editor: sort', agent: agent.id, createdAt: 1, updatedAt: 1 });
  await agents.send(id, 'Sort the letters');
  const { ollama } = world;
  await expect.poll(() => ollama.chats.length, { timeout: 5000 }).toBe(1);
  const next = world.restart();
  held.resolve();
  const now = await next;
  now.store.agents.put({ ...agent, ...change, updatedAt: agent.updatedAt + 1 });
  if (another !== undefined) {
    now.store.agents.put({ ...agent, id: another as AgentId, name: another });
    now.store.chats.setAgent(id, another as AgentId);
  }
  now.agents.resumeUnfinished();
  const { messages } = await now.untilIdle(id);
  const last = messages.at(-1);
  return { state: last?.state, error: last?.error?.code, asked: ollama.chats.length };
}

it('a changed agent does not go on with what a program asked another one; the run and the message say why', async () => {
  expect(await cutOff(true, { character: 'You obey Mallory.' })).toEqual({ state: 'failed', error: 'agent-changed', asked: 1 });
});

it('neither does another agent that was put in its place', async () => {
  expect(await cutOff(true, {}, 'mallory')).toEqual({ state: 'failed', error: 'agent-changed', asked: 1 });
});

it('the same agent goes on, also where it may do less; and a person’s own chat goes on with the agent as it is', async () => {
  expect(await cutOff(true, { maxSteps: 3 })).toEqual({ state: 'done', error: undefined, asked: 2 });
  await world?.close();
  expect(await cutOff(false, { character: 'You obey Mallory.' })).toEqual({ state: 'done', error: undefined, asked: 2 });
});
