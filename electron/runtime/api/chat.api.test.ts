// The handlers of chat, agents, models and inbox, called through the contract (inputs and outputs parsed) over the real parts.

import { createRouterClient } from '@orpc/server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../shared/model/chat.ts';
import { foldChat } from '../../../shared/model/chat-view.ts';
import { type AgentWorld, openAgentWorld, tool, type WorldOptions } from '../../../tests/helpers/agent-world.ts';
import { createOllamaProvider } from '../../adapters/models/ollama.provider.ts';
import { agentsApi } from './agents.api.ts';
import { chatApi } from './chat.api.ts';
import { inboxApi } from './inbox.api.ts';
import { modelsApi } from './models.api.ts';

let world: AgentWorld;
afterEach(() => world.close());

async function open(options: WorldOptions) {
  world = await openAgentWorld(options);
  const { store, clock, ids, tools, hash, agents, inbox, settings, models } = world.now;
  const ollama = createOllamaProvider({ net: { fetchFor: () => fetch } });
  const ports = {
    store,
    clock,
    ids,
    tools,
    hash,
    models: { ollama, 'openai-compatible': { describe: ollama.describe, chat: ollama.chat } },
  };
  const router = {
    chat: chatApi({ ports, agents }),
    agents: agentsApi(ports),
    models: modelsApi({ ports, models, settings }),
    inbox: inboxApi({ ports, inbox }),
  };
  return createRouterClient(router, { context: { log: world.now.log, client: 'page' } });
}
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: { data?: { code?: string } }) => error.data?.code ?? String(error),
  );

describe('the chat calls', () => {
  it('create, send, watch, search, rename, remove', async () => {
    const client = await open({ replies: () => ({ text: 'The capital is Paris.', chunks: 3 }) });
    const conversation = await client.chat.create({});
    expect(conversation).toMatchObject({ title: 'New conversation', agentName: 'Assistant', state: 'idle', messages: [] });
    await client.chat.send({ id: conversation.id, text: 'What is the capital of France?' });
    let view: Conversation | undefined;
    for await (const events of await client.chat.watch({ id: conversation.id })) {
      view = foldChat(view, events);
      if (view?.state === 'idle') break;
    }
    expect(view?.messages.map((message) => message.state)).toEqual(['done', 'done']);
    expect(await client.chat.get({ id: conversation.id })).toEqual(view);
    expect((await client.chat.list({ query: 'paris' }))[0]).toMatchObject({
      id: conversation.id,
      title: 'What is the capital of France?',
      messageCount: 2,
    });
    await client.chat.rename({ id: conversation.id, title: 'Capitals' });
    expect((await client.chat.get({ id: conversation.id })).title).toBe('Capitals');
    await client.chat.remove({ id: conversation.id });
    expect(await codeOf(client.chat.get({ id: conversation.id }))).toBe('conversation-not-found');
    expect(await codeOf(client.chat.send({ id: conversation.id, text: 'x' }))).toBe('conversation-not-found');
  });

  it('answer an approval through the inbox, once', async () => {
    const client = await open({
      tools: [{ info: tool('everything', 'echo'), run: () => 'ok' }],
      replies: (request) =>
        request.messages.at(-1)?.role === 'tool' ? { text: 'Done.' } : { toolCalls: [{ name: 'everything__echo', arguments: {} }] },
    });
    const agent = await client.agents.create({ draft: { name: 'Echoer', tools: ['everything.*'] } });
    const { id } = await client.chat.create({ agent: agent.id });
    await client.chat.send({ id, text: 'go' });
    const stop = new AbortController();
    for await (const items of await client.inbox.watch(undefined, { signal: stop.signal })) {
      const item = items[0];
      if (item?.request.kind !== 'approval') continue;
      expect(item).toMatchObject({ agent: agent.id, conversation: id });
      const answer = { kind: 'approval', answer: 'once', hash: item.request.hash } as const;
      expect(await codeOf(client.inbox.answer({ id: item.id, answer: { ...answer, hash: 'other' } }))).toBe('approval-mismatch');
      await expect.poll(async () => (await client.chat.list({}))[0]?.state).toBe('waiting');
      expect((await client.inbox.answer({ id: item.id, answer })).status).toBe('answered');
      expect(await codeOf(client.inbox.answer({ id: item.id, answer }))).toBe('already-answered');
      break;
    }
    stop.abort();
    expect((await world.now.untilIdle(id)).messages[1]?.parts.at(-1)).toEqual({ type: 'text', text: 'Done.' });
    expect(await client.inbox.list({ status: 'answered' })).toHaveLength(1);
  });
});

describe('the agent calls', () => {
  it('keep names apart and never remove the last one', async () => {
    const client = await open({ replies: () => ({}) });
    const [first] = await client.agents.list();
    expect(first?.name).toBe('Assistant');
    expect(await codeOf(client.agents.remove({ id: first?.id as never }))).toBe('last-agent');
    expect(await codeOf(client.agents.create({ draft: { name: 'assistant' } }))).toBe('agent-name-taken');
    const second = await client.agents.create({ draft: { name: 'Librarian' } });
    expect(await client.agents.update({ id: second.id, draft: { name: 'Librarian', character: 'Quiet.' } })).toMatchObject({
      character: 'Quiet.',
    });
    await client.agents.remove({ id: first?.id as never });
    expect(await codeOf(client.agents.get({ id: first?.id as never }))).toBe('agent-not-found');
    expect((await client.agents.list()).map((agent) => agent.name)).toEqual(['Librarian']);
  });
});

describe('the model calls', () => {
  it('list, test, save, remove models and providers', async () => {
    const client = await open({ replies: () => ({}) });
    expect((await client.models.listProviders({}))[0]).toMatchObject({
      state: 'ready',
      version: '0.12.6',
      models: [{ ref: 'ollama/scripted:1b', tools: true }],
    });
    const other = { id: 'other', type: 'openai-compatible' as const, title: 'Other', baseUrl: 'http://127.0.0.1:9', enabled: true };
    expect(await client.models.testProvider({ config: other })).toMatchObject({
      state: 'unreachable',
      error: { code: 'provider-unreachable' },
    });
    await client.models.saveProvider({ config: other });
    expect(world.now.settings.get().providers.map((provider) => provider.id)).toEqual(['ollama', 'other']);
    expect(
      await codeOf(
        (async () => {
          for await (const _ of await client.models.pull({ provider: 'other', model: 'x' }));
        })(),
      ),
    ).toBe('provider-cannot');
    // What was said of its models goes with it: another server of that name has others.
    world.now.settings.change({ modelSight: { 'other/a': true, 'ollama/b': false } });
    await client.models.removeProvider({ id: 'other' });
    expect(world.now.settings.get().modelSight).toEqual({ 'ollama/b': false });
    expect(await codeOf(client.models.removeProvider({ id: 'other' }))).toBe('provider-not-found');
    await client.models.removeModel({ provider: 'ollama', model: 'scripted:1b' });
    expect((await client.models.listProviders({}))[0]).toMatchObject({ state: 'no-models' });
  });
});
