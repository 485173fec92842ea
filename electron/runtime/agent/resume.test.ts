// A turn is cut off after every kept event in turn; the next start must end it the same way, without repeating a model or
// tool call that was done, and without repeating a `once` call whose outcome is unknown.

import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../../../shared/model/chat.ts';
import type { ConversationId, MessageId, RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { type AgentWorld, openAgentWorld, tool, type WorldOptions } from '../../../tests/helpers/agent-world.ts';

const worlds: AgentWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const options: WorldOptions = {
  tools: [
    { info: tool('system', 'list_folder', { readOnly: true }), run: () => 'a.md' },
    { info: tool('files', 'write_text', { idempotent: true }), run: () => 'Wrote it.' },
    { info: tool('everything', 'send'), run: () => 'Sent.' },
  ],
  // Goes by what is in the request, not by how often it was asked: a resumed turn asks fewer times.
  replies: (request) => {
    const results = request.messages.filter((message) => message.role === 'tool').length;
    if (results === 0)
      return {
        text: 'Looking.',
        toolCalls: [
          { name: 'system__list_folder', arguments: {} },
          { name: 'files__write_text', arguments: { path: 'x', text: 'y' } },
        ],
      };
    if (results === 2) return { text: 'Sending.', toolCalls: [{ name: 'everything__send', arguments: { to: 'me' } }] };
    return { text: 'All done.', chunks: 3 };
  },
};

async function prepared() {
  const world = await openAgentWorld(options);
  worlds.push(world);
  const { store } = world.now;
  const agent = store.agents.list()[0];
  if (agent === undefined) throw new Error('no agent');
  const tools = ['files', 'everything'].map((server) => ({ server: server as never, tool: '*', effect: 'allow' as const }));
  store.agents.put({ ...agent, tools: ['system.*', 'files.*', 'everything.*'], grant: { tools, folders: [] } });
  return world;
}

async function wholeTurn() {
  const world = await prepared();
  const id = world.now.newConversation();
  await world.now.agents.send(id, 'go');
  const done = await world.now.untilIdle(id);
  const run = world.now.store.runs.list({ limit: 1 })[0];
  if (run === undefined) throw new Error('no run');
  return { events: world.now.store.runs.readEvents(run.id).map((each) => each.event), message: done.messages[1] as Message };
}

/** The data folder as a crash left it: the messages as they were stored at the start, and this much of the journal. */
async function cutOff(events: readonly RunEvent[]) {
  const world = await prepared();
  const { store, hub, ids } = world.now;
  const id = world.now.newConversation();
  const run = ids.next() as RunId;
  const message = (role: Message['role'], over: Partial<Message>): Message => ({
    id: ids.next() as MessageId,
    role,
    parts: [],
    createdAt: Date.now(),
    state: 'done',
    ...over,
  });
  store.chats.putMessage(id, message('person', { parts: [{ type: 'text', text: 'go' }] }));
  hub.create({
    id: run,
    title: 'go',
    kind: 'turn',
    origin: { kind: 'chat', conversation: id },
    startedAt: Date.now(),
    inputs: {},
    grant: { tools: [], folders: [] },
  });
  store.chats.putMessage(id, message('agent', { run, state: 'running' }));
  for (const event of events.slice(1)) await hub.record(run, event);
  await world.restart();
  return { world, id, run };
}

/** Times and what they make differ between runs. */
const shape = (message: Message | undefined) =>
  message?.parts.map((part) =>
    part.type === 'tool-call' ? [part.type, part.server, part.tool, part.args, part.state, part.result] : part,
  );
const isDone = (events: readonly RunEvent[], step: string) => events.some((event) => event.type === 'step-done' && event.step === step);
const isBegun = (events: readonly RunEvent[], step: string) => events.some((event) => event.type === 'step-start' && event.step === step);

/** What it was, as its approval says it, and where to look. */
const asked = /^(Write x: x|Call everything\.\w+)/;
const answerUnknown = async (world: AgentWorld, what: 'redo' | 'done' | 'skip') => {
  await expect.poll(() => world.now.store.inbox.openCount(), { timeout: 15_000 }).toBe(1);
  const item = world.now.store.inbox.list({ status: 'open', limit: 1 })[0];
  expect(item?.request).toMatchObject({ kind: 'unknown-outcome', what: expect.stringMatching(asked) });
  world.now.inbox.answer(item?.id as never, { kind: 'unknown-outcome', answer: what });
};

describe('a turn that was cut off', () => {
  it('after any kept event goes on to the same end and repeats nothing that was done', { timeout: 120_000 }, async () => {
    const whole = await wholeTurn();
    expect(shape(whole.message)).toHaveLength(6);
    expect(whole.events.at(-1)?.type).toBe('run-end');
    for (let kept = 1; kept < whole.events.length; kept += 1) {
      const events = whole.events.slice(0, kept);
      const { world, id, run } = await cutOff(events);
      world.now.agents.resumeUnfinished();
      if (isBegun(events, 'tool-2-0') && !isDone(events, 'tool-2-0')) await answerUnknown(world, 'redo');
      const view = await world.now.untilIdle(id);
      const where = `after ${kept} of ${whole.events.length}: ${events.at(-1)?.type}`;
      expect(shape(view.messages[1]), where).toEqual(shape(whole.message));
      expect(view.messages[1]?.state, where).toBe('done');
      expect(world.now.store.runs.get(run)?.status, where).toBe('done');
      const modelsDone = [1, 2, 3].filter((n) => isDone(events, `model-${n}`)).length;
      expect(world.ollama.chats.length, where).toBe(3 - modelsDone);
      const toolsLeft = ['tool-1-0', 'tool-1-1', 'tool-2-0'].filter((step) => !isDone(events, step));
      expect(world.calls.map((call) => call.key?.split('/')[1]).sort(), where).toEqual(toolsLeft);
      await world.close();
      worlds.splice(worlds.indexOf(world), 1);
    }
  });

  it('with an unknown outcome takes the person’s word that it happened, or that it is given up', { timeout: 60_000 }, async () => {
    const whole = await wholeTurn();
    const cut = whole.events.findIndex((event) => event.type === 'step-start' && event.step === 'tool-2-0') + 1;
    for (const [what, state] of [
      ['done', 'done'],
      ['skip', 'failed'],
    ] as const) {
      const { world, id } = await cutOff(whole.events.slice(0, cut));
      world.now.agents.resumeUnfinished();
      await answerUnknown(world, what);
      const view = await world.now.untilIdle(id);
      expect(view.messages[1]?.parts.at(-2)).toMatchObject({ type: 'tool-call', tool: 'send', state });
      expect(view.messages[1]?.parts.at(-1)).toMatchObject({ type: 'text', text: 'All done.' });
      expect(world.calls).toHaveLength(0);
    }
  });

  it('shows what is there so far to a window that opens while it is taken up', async () => {
    const whole = await wholeTurn();
    const cut = whole.events.findIndex((event) => event.type === 'step-start' && event.step === 'tool-2-0') + 1;
    const { world, id } = await cutOff(whole.events.slice(0, cut));
    world.now.agents.resumeUnfinished();
    await expect.poll(() => world.now.store.inbox.openCount(), { timeout: 15_000 }).toBe(1);
    const view = await world.now.follow(id as ConversationId, (now) => (now.messages[1]?.parts.length ?? 0) >= 5);
    expect(view.state).not.toBe('idle');
    expect(view.messages[1]?.parts[0]).toEqual({ type: 'text', text: 'Looking.' });
  });

  it('whose run nobody wrote a message for is simply ended', async () => {
    const world = await prepared();
    const id = world.now.newConversation();
    const run = world.now.ids.next() as RunId;
    const grant = { tools: [], folders: [] };
    world.now.hub.create({
      id: run,
      title: 'x',
      kind: 'turn',
      origin: { kind: 'chat', conversation: id },
      startedAt: Date.now(),
      inputs: {},
      grant,
    });
    await world.restart();
    world.now.agents.resumeUnfinished();
    await expect.poll(() => world.now.store.runs.get(run)?.status, { timeout: 10_000 }).toBe('cancelled');
  });

  it('stops when its run is cancelled from elsewhere', async () => {
    const world = await openAgentWorld({
      replies: () => ({ text: 'abcd', chunks: 4, holdAt: { chunk: 2, until: new Promise(() => undefined) } }),
    });
    worlds.push(world);
    const id = world.now.newConversation();
    await world.now.agents.send(id, 'count');
    await world.now.follow(id, (view) => JSON.stringify(view.messages[1]?.parts ?? '').includes('ab'));
    const run = world.now.store.runs.list({ limit: 1 })[0];
    await world.now.hub.record(run?.id as RunId, { type: 'run-end', at: Date.now(), status: 'cancelled' });
    const view = await world.now.untilIdle(id);
    expect(view.messages[1]).toMatchObject({ state: 'stopped', parts: [{ text: 'ab' }] });
    const ends = world.now.store.runs.readEvents(run?.id as RunId).filter((each) => each.event.type === 'run-end');
    expect(ends).toHaveLength(1);
  });
});
