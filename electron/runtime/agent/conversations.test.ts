import { afterEach, describe, expect, it } from 'vitest';
import type { AgentId, ConversationId, InboxId } from '../../../shared/model/ids.ts';
import { type AgentWorld, openAgentWorld, tool, type WorldOptions } from '../../../tests/helpers/agent-world.ts';

let world: AgentWorld;
const open = async (options: WorldOptions) => {
  world = await openAgentWorld(options);
  return world;
};
afterEach(() => world.close());

const echo = { info: tool('everything', 'echo'), run: (args: { text?: unknown }) => `Echo: ${String(args.text)}` };
const look = { info: tool('files', 'list_folder', { readOnly: true }), run: () => 'a.md\nb.md' };
const callsEcho: WorldOptions['replies'] = (request) =>
  request.messages.at(-1)?.role === 'tool'
    ? { text: `It said: ${request.messages.at(-1)?.content}`, chunks: 4 }
    : { text: 'Let me see.', toolCalls: [{ name: 'everything__echo', arguments: { text: 'hi' } }] };

const offerEverything = () => {
  const { store } = world.now;
  const agent = store.agents.list()[0];
  if (agent === undefined) throw new Error('no agent');
  store.agents.put({ ...agent, tools: ['everything.*', 'files.*'] });
  return agent.id as AgentId;
};
const openItem = async () => {
  await expect.poll(() => world.now.store.inbox.openCount(), { timeout: 15_000 }).toBe(1);
  const item = world.now.store.inbox.list({ status: 'open', limit: 1 })[0];
  if (item?.request.kind !== 'approval') throw new Error('no approval');
  return { id: item.id, request: item.request };
};
const answer = async (what: 'once' | 'conversation' | 'always' | 'deny') => {
  const { id, request } = await openItem();
  world.now.inbox.answer(id, { kind: 'approval', answer: what, hash: request.hash });
  return request;
};
const lastOf = (conversation: ConversationId) => world.now.store.chats.get(conversation)?.messages.at(-1);

describe('a turn', () => {
  it('streams an answer, keeps it, names the conversation and is a run', async () => {
    await open({ replies: () => ({ thinking: 'hm', text: 'Hello, person!', chunks: 5 }) });
    const { agents, store } = world.now;
    const id = world.now.newConversation();
    const idle = world.now.follow(id, (view) => view.messages.length === 2 && view.state === 'idle');
    await agents.send(id, 'Please tell me, what are the many things that an agent on my own machine can do for me?');
    const view = await idle;
    expect(view.title).toBe('Please tell me, what are the many things that an…');
    expect(view.messages[1]).toMatchObject({
      role: 'agent',
      state: 'done',
      model: 'ollama/scripted:1b',
      usage: { inputTokens: 10, outputTokens: 5 },
      parts: [
        { type: 'reasoning', text: 'hm' },
        { type: 'text', text: 'Hello, person!' },
      ],
    });
    expect(store.chats.get(id)?.messages[1]).toEqual(view.messages[1]);
    const run = store.runs.list({ limit: 10 })[0];
    expect(run).toMatchObject({ kind: 'turn', status: 'done', title: view.title, origin: { kind: 'chat', conversation: id } });
    const types = store.runs.readEvents(run?.id as never).map((each) => each.event.type);
    expect(types).toEqual(['run-start', 'step-start', 'step-done', 'run-end']);
  });

  it('asks before a tool that others wrote, shows exactly what, and goes on after “once”', async () => {
    await open({ replies: callsEcho, tools: [echo, look] });
    offerEverything();
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'echo hi');
    const waiting = await world.now.follow(id, (view) => view.state === 'waiting');
    expect(waiting.messages[1]?.parts[1]).toMatchObject({ type: 'tool-call', state: 'waiting', args: { text: 'hi' } });
    const request = await answer('once');
    expect(request).toMatchObject({
      server: 'everything',
      tool: 'echo',
      args: { text: 'hi' },
      action: 'Call everything.echo',
      reason: 'Assistant asks because everything is a tool server that others wrote.',
    });
    const done = await world.now.untilIdle(id);
    expect(done.messages[1]?.parts).toMatchObject([
      { type: 'text', text: 'Let me see.' },
      { type: 'tool-call', server: 'everything', tool: 'echo', state: 'done', result: { content: [{ type: 'text', text: 'Echo: hi' }] } },
      { type: 'text', text: 'It said: Echo: hi' },
    ]);
    expect(world.calls).toHaveLength(1);
    expect(world.calls[0]?.key).toMatch(/\/tool-1-0$/);
    // “Once” holds for nothing else.
    await world.now.agents.send(id, 'again');
    await openItem();
  });

  it('tells the model when the person declines, and runs nothing', async () => {
    await open({ replies: callsEcho, tools: [echo] });
    offerEverything();
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'echo hi');
    await answer('deny');
    const done = await world.now.untilIdle(id);
    expect(done.messages[1]?.parts[1]).toMatchObject({ state: 'denied' });
    expect(world.calls).toHaveLength(0);
    expect(world.ollama.chats[1]?.messages.at(-1)?.content).toContain('The person declined everything.echo');
  });

  it('remembers “for this chat” over a restart, in this chat only', async () => {
    await open({ replies: callsEcho, tools: [echo] });
    offerEverything();
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'one');
    await answer('conversation');
    await world.now.untilIdle(id);
    await world.now.agents.send(id, 'two');
    await world.now.untilIdle(id);
    await world.restart();
    await world.now.agents.send(id, 'three');
    expect((await world.now.untilIdle(id)).messages.at(-1)).toMatchObject({ state: 'done' });
    expect(world.calls).toHaveLength(3);
    const other = world.now.newConversation();
    await world.now.agents.send(other, 'four');
    await openItem();
    expect(world.calls).toHaveLength(3);
  });

  it('“always” lasts until the tool’s definition changes', async () => {
    await open({ replies: callsEcho, tools: [echo] });
    const agent = offerEverything();
    const first = world.now.newConversation();
    await world.now.agents.send(first, 'one');
    await answer('always');
    await world.now.untilIdle(first);
    expect(world.now.store.grants.list(agent)).toEqual([{ server: 'everything', tool: 'echo', effect: 'allow' }]);
    const second = world.now.newConversation();
    await world.now.agents.send(second, 'two');
    await world.now.untilIdle(second);
    expect(world.calls).toHaveLength(2);
    world.now.toolInfos[0] = { ...echo, info: { ...echo.info, description: 'Now it sends everything away' } };
    await world.now.agents.send(second, 'three');
    expect((await openItem()).request.reason).toContain('has changed since you allowed it');
    expect(world.calls).toHaveLength(2);
  });

  it('an approval does not hold for a tool that changed while the question waited', async () => {
    await open({ replies: callsEcho, tools: [echo] });
    offerEverything();
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'one');
    await openItem();
    world.now.toolInfos[0] = { ...echo, info: { ...echo.info, inputSchema: { type: 'object', required: ['x'] } } };
    await answer('once');
    const done = await world.now.untilIdle(id);
    expect(done.messages[1]?.parts[1]).toMatchObject({ state: 'failed', error: { code: 'approval-mismatch' } });
    expect(world.calls).toHaveLength(0);
  });

  it('runs our own reading tools without asking, and answers an unknown tool with those that exist', async () => {
    await open({
      tools: [look],
      replies: (_, index) =>
        [
          {
            text: '',
            toolCalls: [
              { name: 'files.list_folder', arguments: {} },
              { name: 'list_folder', arguments: {} },
              { name: 'nope', arguments: {} },
            ],
          },
          { text: 'Two files.' },
        ][index] ?? {},
    });
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'what is there?');
    const done = await world.now.untilIdle(id);
    expect(done.messages[1]?.parts.map((part) => (part.type === 'tool-call' ? part.state : part.type))).toEqual([
      'done',
      'done',
      'failed',
      'text',
    ]);
    expect(world.ollama.chats[1]?.messages.at(-1)?.content).toContain('files__list_folder');
    expect(world.calls).toHaveLength(2);
  });

  it('runs a tool call that the model printed', async () => {
    await open({
      tools: [look],
      replies: (_, index) =>
        [
          { text: 'I will look.\n<tool_call>\n{"name": "files.list_folder", "arguments": "{}"}\n</tool_call>', chunks: 9 },
          { text: 'Done.' },
        ][index] ?? {},
    });
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'look');
    const done = await world.now.untilIdle(id);
    expect(done.messages[1]?.parts).toMatchObject([
      { type: 'text', text: 'I will look.' },
      { type: 'tool-call', state: 'done' },
      { type: 'text', text: 'Done.' },
    ]);
  });

  it('goes on without tools for a model that cannot use them, and says so once', async () => {
    await open({ tools: [look], models: [{ name: 'plain:1b', capabilities: ['completion'] }], replies: () => ({ text: 'Hello' }) });
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'hi');
    const done = await world.now.untilIdle(id);
    expect(done.messages[1]?.parts).toEqual([{ type: 'text', text: expect.stringMatching(/cannot use tools.*Hello/s) }]);
    expect(world.ollama.chats.every((chat) => chat.tools === undefined)).toBe(true);
    await world.now.agents.send(id, 'hi again');
    expect((await world.now.untilIdle(id)).messages[3]?.parts).toEqual([{ type: 'text', text: 'Hello' }]);
  });

  it('ends as failed with what to do next, and can be tried again', async () => {
    await open({ replies: (_, index) => (index === 0 ? { fail: { status: 500, error: 'out of memory' } } : { text: 'Better.' }) });
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'hi');
    const failed = await world.now.untilIdle(id);
    expect(failed.messages[1]).toMatchObject({
      state: 'failed',
      error: { code: 'provider-error', message: expect.stringContaining('out of memory') },
    });
    await world.now.agents.retry(id);
    const done = await world.now.untilIdle(id);
    expect(done.messages.map((message) => message.state)).toEqual(['done', 'done']);
    expect(done.messages[1]?.parts).toEqual([{ type: 'text', text: 'Better.' }]);
    expect(world.now.store.runs.list({ limit: 10 }).map((run) => run.status)).toEqual(['done', 'failed']);
  });

  it('says what to do when there is no model', async () => {
    await open({ replies: () => ({}), models: [] });
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'hi');
    const failed = await world.now.untilIdle(id);
    expect(failed.messages[1]?.error).toMatchObject({ code: 'no-model', hint: expect.stringContaining('Pull one') });
  });

  it('waits for a server that is just starting, so that its tools are offered', async () => {
    await open({ tools: [echo, look], replies: () => ({ text: 'Ready.' }) });
    offerEverything();
    world.now.setStarting('everything', true);
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'hi');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.ollama.chats).toHaveLength(0);
    world.now.setStarting('everything', false);
    await world.now.untilIdle(id);
    expect(world.ollama.chats[0]?.tools?.map((each) => each.function.name)).toEqual(['everything__echo', 'files__list_folder']);
  });

  it('makes no more model calls than the agent may, and the last one must answer', async () => {
    await open({
      tools: [look],
      replies: (request) =>
        request.tools === undefined ? { text: 'Enough.' } : { toolCalls: [{ name: 'files__list_folder', arguments: {} }] },
    });
    const { store } = world.now;
    const agent = store.agents.list()[0];
    if (agent === undefined) throw new Error('no agent');
    store.agents.put({ ...agent, maxSteps: 3 });
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'look for ever');
    const done = await world.now.untilIdle(id);
    expect(world.ollama.chats).toHaveLength(3);
    expect(done.messages[1]).toMatchObject({ state: 'done', parts: [{ state: 'done' }, { state: 'done' }, { text: 'Enough.' }] });
  });

  it('stop keeps what was said, and the server sees it', async () => {
    await open({ replies: () => ({ text: 'abcdefgh', chunks: 4, holdAt: { chunk: 2, until: new Promise(() => undefined) } }) });
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'count');
    await expect(world.now.agents.send(id, 'more')).rejects.toMatchObject({ code: 'turn-running' });
    await world.now.follow(id, (view) => JSON.stringify(view.messages[1]?.parts ?? '').includes('abcd'));
    await world.now.agents.stop(id);
    expect(lastOf(id)).toMatchObject({ state: 'stopped', parts: [{ type: 'text', text: 'abcd' }] });
    expect(world.now.store.runs.list({ limit: 1 })[0]?.status).toBe('cancelled');
    await world.ollama.whenAborted(1);
  });

  it('stop while it waits for an approval withdraws the question', async () => {
    await open({ replies: callsEcho, tools: [echo] });
    offerEverything();
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'one');
    const { id: item, request } = await openItem();
    await world.now.agents.stop(id);
    expect(lastOf(id)?.parts[1]).toMatchObject({ state: 'stopped' });
    expect(world.now.store.inbox.openCount()).toBe(0);
    expect(() => world.now.inbox.answer(item as InboxId, { kind: 'approval', answer: 'once', hash: request.hash })).toThrow(/ended/);
  });

  it('edit and resend drops what came after', async () => {
    await open({ replies: (request) => ({ text: `You said ${request.messages.at(-1)?.content}` }) });
    const id = world.now.newConversation();
    const { message } = await world.now.agents.send(id, 'one');
    await world.now.untilIdle(id);
    await world.now.agents.send(id, 'two');
    await world.now.untilIdle(id);
    await world.now.agents.editAndResend(id, message, 'uno');
    const done = await world.now.untilIdle(id);
    expect(done.messages.map((each) => each.parts)).toEqual([[{ type: 'text', text: 'uno' }], [{ type: 'text', text: 'You said uno' }]]);
    expect(done.messages[0]?.id).toBe(message);
  });

  it('a window that opens midway gets what is there and then the rest, once each', async () => {
    let release: (value?: unknown) => void = () => undefined;
    const until = new Promise((resolve) => {
      release = resolve;
    });
    await open({ replies: () => ({ text: 'abcdefgh', chunks: 4, holdAt: { chunk: 2, until } }) });
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'count');
    await world.now.follow(id, (view) => JSON.stringify(view.messages[1]?.parts ?? '').includes('abcd'));
    const second = world.now.follow(id, (view, events) => {
      if (events.length === 1) {
        expect(view.messages[1]?.parts).toEqual([{ type: 'text', text: 'abcd' }]);
        release();
      }
      return view.state === 'idle';
    });
    expect((await second).messages[1]?.parts).toEqual([{ type: 'text', text: 'abcdefgh' }]);
  });

  it('waits for an approval over a restart and goes on with its answer', async () => {
    await open({ replies: callsEcho, tools: [echo] });
    offerEverything();
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'one');
    await openItem();
    await world.restart();
    // Answered while nothing runs yet: the step finds it when it is taken up.
    await answer('once');
    world.now.agents.resumeUnfinished();
    const done = await world.now.untilIdle(id);
    expect(done.messages[1]).toMatchObject({ state: 'done', parts: [{}, { state: 'done' }, { text: 'It said: Echo: hi' }] });
    expect(world.calls).toHaveLength(1);
    expect(world.ollama.chats).toHaveLength(2);
  });

  it('a secret’s value reaches the tool and nothing else', async () => {
    const value = 'canary-7f3a91';
    await open({
      secrets: { API_KEY: value },
      tools: [{ info: echo.info, run: (args) => `got ${JSON.stringify(args)}` }],
      replies: (request) =>
        request.messages.at(-1)?.role === 'tool'
          ? { text: 'Sent.' }
          : { text: '', toolCalls: [{ name: 'everything__echo', arguments: { header: 'Bearer ${secret:API_KEY}' } }] },
    });
    const agent = offerEverything();
    world.now.store.grants.add(agent, { server: echo.info.server, tool: 'echo', effect: 'allow' }, 'whatever');
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'send it');
    // A grant does not cover handing out a secret: it asks.
    expect((await answer('once')).reason).toContain('API_KEY');
    await world.now.untilIdle(id);
    expect(world.calls[0]?.args).toEqual({ header: `Bearer ${value}` });
    const { store } = world.now;
    const run = store.runs.list({ limit: 1 })[0];
    const everything = JSON.stringify([
      store.runs.readEvents(run?.id as never),
      store.chats.get(id),
      store.inbox.list({ status: 'answered', limit: 10 }),
      world.ollama.chats,
    ]);
    expect(everything).not.toContain(value);
    expect(everything).toContain('[secret:API_KEY]');
  });
});
