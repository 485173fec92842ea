import { afterEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { type AgentWorld, openAgentWorld, tool } from '../../../tests/helpers/agent-world.ts';

let world: AgentWorld;
afterEach(() => world.close());

describe('a turn inside a workflow', () => {
  it('runs its steps below the workflow’s step, gives the last answer, and waits for approvals', async () => {
    world = await openAgentWorld({
      tools: [{ info: tool('everything', 'echo'), run: () => 'echoed' }],
      replies: (request) =>
        request.messages.at(-1)?.role === 'tool'
          ? { text: 'The answer.' }
          : { text: 'Thinking aloud.', toolCalls: [{ name: 'everything__echo', arguments: {} }] },
    });
    const { agents, hub, ids, store, inbox, openSession } = world.now;
    const agent = store.agents.list()[0];
    if (agent === undefined) throw new Error('no agent');
    store.agents.put({ ...agent, tools: ['everything.echo'] });
    const run = ids.next() as RunId;
    const grant = { tools: [], folders: [] };
    hub.create({
      id: run,
      title: 'Digest',
      kind: 'workflow',
      origin: { kind: 'manual', by: 'cli' },
      startedAt: Date.now(),
      inputs: {},
      grant,
    });
    const stop = new AbortController();
    const session = openSession(run, { title: 'Digest', grant, signal: stop.signal });
    const notes: string[] = [];
    const task = agents.runTask(session, 'agent#2', {
      agent: 'assistant',
      task: 'do it',
      signal: stop.signal,
      progress: ({ note }) => void notes.push(note ?? ''),
    });
    await expect.poll(() => store.inbox.openCount(), { timeout: 15_000 }).toBe(1);
    const item = store.inbox.list({ status: 'open', limit: 1 })[0];
    expect(item).toMatchObject({ run, step: 'agent#2/tool-1-0', title: 'Digest', agent: agent.id });
    if (item?.request.kind !== 'approval') throw new Error('no approval');
    inbox.answer(item.id, { kind: 'approval', answer: 'once', hash: item.request.hash });
    expect(await task).toEqual({ text: 'The answer.' });
    // The run goes ahead of what its steps gave; whatever follows from it waits for that.
    await store.runs.flush();
    const done = store.runs.readEvents(run).flatMap(({ event }) => (event.type === 'step-done' ? [event.step] : []));
    expect(done).toEqual(['agent#2/model-1', 'agent#2/tool-1-0', 'agent#2/model-2']);
    expect(notes).toContain('Call everything.echo');
    // All of it is in the journal now: another session answers without a model.
    const again = openSession(run, { title: 'Digest', grant, signal: stop.signal });
    expect(
      await agents.runTask(again, 'agent#2', { agent: agent.id, task: 'do it', signal: stop.signal, progress: () => undefined }),
    ).toEqual({ text: 'The answer.' });
    expect(world.ollama.chats).toHaveLength(2);
    session.close();
    again.close();
    await expect(
      agents.runTask(session, 'x', { agent: 'Nobody', task: '', signal: stop.signal, progress: () => undefined }),
    ).rejects.toMatchObject({ code: 'agent-not-found', hint: expect.stringContaining('Assistant') });
  });
});
