// Readers of a channel: each gets what is sent after it came, and leaves nothing behind when it goes.

import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { Channel } from './channel.ts';

it('gives each reader what was sent since it came, and ends it with its signal', async () => {
  const channel = new Channel<number>();
  const stop = new AbortController();
  channel.send(1);
  const reader = channel.follow(stop.signal);
  channel.send(2);
  channel.send(3);
  expect(await reader.next()).toEqual({ done: false, value: 2 });
  stop.abort();
  expect(await reader.next()).toEqual({ done: false, value: 3 });
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(channel.readerCount).toBe(0);
});

it('leaves no listener on a signal that outlives its readers', async () => {
  const channel = new Channel<number>();
  const { signal } = new AbortController();
  for (let i = 0; i < 20; i += 1) {
    const reader = channel.follow(signal);
    await reader.return?.();
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('ends a reader that is too slow, and says so', async () => {
  const channel = new Channel<number>();
  const reader = channel.follow(undefined, 2);
  for (const n of [1, 2, 3]) channel.send(n);
  await reader.next();
  await reader.next();
  await expect(reader.next()).rejects.toThrow('could not keep up');
});
