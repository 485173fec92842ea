// A full disk in the middle of a turn: it goes on by itself when there is room again, and a stop meanwhile holds.

import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { type AgentWorld, openAgentWorld, tool } from '../../../tests/helpers/agent-world.ts';

const worlds: AgentWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const full = () => new AppError('disk-full', 'The disk is full.');

async function prepared() {
  const world = await openAgentWorld({
    tools: [{ info: tool('files', 'list_folder', { readOnly: true }), run: () => 'a.md' }],
    replies: (request) =>
      request.messages.some((message) => message.role === 'tool')
        ? { text: 'All done.' }
        : { text: 'Looking.', toolCalls: [{ name: 'files__list_folder', arguments: {} }] },
  });
  worlds.push(world);
  const { store } = world.now;
  const disk = { isFull: false, refusals: 0 };
  const { append } = store.runs;
  store.runs.append = (id, event) => {
    if (!disk.isFull) return append(id, event);
    disk.refusals += 1;
    const durable = Promise.reject(full());
    durable.catch(() => undefined);
    return { seq: 0, durable };
  };
  const { putMessage } = store.chats;
  store.chats.putMessage = (id, message) => {
    if (!disk.isFull) return putMessage(id, message);
    disk.refusals += 1;
    throw full();
  };
  return { world, disk };
}

test('the turn goes on by itself and nobody was told that it had ended', async () => {
  const { world, disk } = await prepared();
  const id = world.now.newConversation();
  const ends: string[] = [];
  const followed = world.now.follow(id, (view, events) => {
    for (const event of events) if (event.type === 'message-end' && event.message.role === 'agent') ends.push(event.message.state);
    return view.messages.at(-1)?.state === 'done' && view.messages.at(-1)?.role === 'agent' && view.state === 'idle';
  });
  await world.now.agents.send(id, 'go');
  disk.isFull = true;
  while (disk.refusals === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  disk.isFull = false;
  const view = await followed;
  expect(new Set(ends)).toEqual(new Set(['done']));
  expect(view.messages.at(-1)?.parts.map((part) => part.type)).toEqual(['text', 'tool-call', 'text']);
  expect(world.now.store.runs.listUnfinished()).toEqual([]);
  expect(world.now.store.chats.get(id)?.messages.at(-1)?.state).toBe('done');
}, 30_000);

test('a stop that the disk did not keep is said so, and holds', async () => {
  const { world, disk } = await prepared();
  const id = world.now.newConversation();
  await world.now.agents.send(id, 'go');
  disk.isFull = true;
  await expect(world.now.agents.stop(id)).rejects.toMatchObject({ code: 'stop-not-kept' });
  disk.isFull = false;
  const view = await world.now.follow(id, (now) => now.state === 'idle');
  expect(view.messages.at(-1)?.state).toBe('stopped');
  expect(world.now.store.runs.listUnfinished()).toEqual([]);
}, 30_000);
