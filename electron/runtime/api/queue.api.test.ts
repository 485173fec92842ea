import { createRouterClient } from '@orpc/server';
import { afterEach, expect, test } from 'vitest';
import type { QueueView } from '../../../shared/contract/queue.contract.ts';
import { type EngineLab, graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import { queueApi } from './queue.api.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const hang = testNode('test.hang', {
  inputs: [],
  run: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
});

test('tells what goes and what waits, whenever it changes, and takes pauses and priorities', async () => {
  lab = openLab([hang]);
  const { queue, settings, ports, engine } = lab.lab;
  const api = createRouterClient({ queue: queueApi({ queue }) }, { context: { log: ports.log, client: 'page' } });
  settings.change({ maxParallelRuns: 1 });
  const control = new AbortController();
  const watched = await api.queue.watch(undefined, { signal: control.signal });
  const next = async (): Promise<QueueView | undefined> => (await watched.next()).value as QueueView | undefined;
  expect(await next()).toEqual({ isPaused: false, limit: 1, entries: [], total: 0 });
  const ids = [1, 2].map(() => lab?.start(graph([{ id: 'a', kind: 'test.hang' }])));
  let view = await next();
  while (view !== undefined && view.entries.length !== 2) view = await next();
  if (view === undefined) throw new Error('The stream ended.');
  expect(view.entries.map(({ id, state }) => [id, state])).toEqual([
    [ids[0], 'running'],
    [ids[1], 'queued'],
  ]);
  const waiting = view.entries[1];
  if (waiting === undefined) throw new Error('nobody waits');
  expect((await api.queue.setPriority({ id: waiting.id, priority: 7 })).entries[1]?.priority).toBe(7);
  expect((await api.queue.setPaused({ isPaused: true })).isPaused).toBe(true);
  expect((await api.queue.get()).isPaused).toBe(true);
  await engine.cancel(waiting.id);
  expect((await api.queue.get()).total).toBe(1);
  await expect(api.queue.setPriority({ id: waiting.id, priority: 1 })).rejects.toMatchObject({ data: { code: 'run-not-queued' } });
  control.abort();
  await watched.return?.(undefined);
});
