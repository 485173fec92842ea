// One fetch of Node at a time: what it starts when it is there, and that it starts nothing when it was ended.

import { expect, it } from 'vitest';
import { AppError, cancelled } from '../../../shared/errors.ts';
import type { ManagedNode } from '../../../shared/model/managed-node.ts';
import { createNodeFetch } from './node-fetch.ts';

function lab() {
  const started: string[] = [];
  let settle: { resolve(): void; reject(error: unknown): void } = { resolve: () => undefined, reject: () => undefined };
  let fetches = 0;
  const fetch = createNodeFetch({
    nodes: {
      offer: () => ({ version: '24.0.0', npm: '11.0.0', bytes: 100, unpackedBytes: 100, host: 'registry.example' }),
      missing: () => '24.0.0',
      look: async () => ({ kept: [] }),
      lacks: async () => false,
      remove: async () => undefined,
      fetch: (signal: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          fetches += 1;
          settle = { resolve, reject };
          signal.addEventListener('abort', () => reject(cancelled()), { once: true });
        }),
    } as never,
    log: { info: () => undefined, warn: () => undefined } as never,
    store: {
      servers: {
        list: () => [
          { id: 'a', enabled: true },
          { id: 'b', enabled: true },
          { id: 'c', enabled: false },
        ],
      },
    } as never,
    tools: {
      servers: () => ['a', 'c'].map((id) => ({ id, state: 'failed', failure: { wantsNode: true } })),
      start: async ({ id }: { id: string }) => void started.push(id),
    } as never,
  });
  const stop = new AbortController();
  const views: ManagedNode[] = [];
  const watching = (async () => {
    for await (const view of fetch.watch(stop.signal)) views.push(view);
  })();
  return {
    fetch,
    started,
    views,
    settle: () => settle,
    fetches: () => fetches,
    end: async () => {
      stop.abort();
      await watching;
    },
  };
}

it('starts the servers that waited for it, and is told of', async () => {
  const { fetch, started, views, settle, fetches, end } = lab();
  fetch.begin('24.0.0');
  fetch.begin('24.0.0');
  expect(fetches()).toBe(1);
  settle().resolve();
  await expect.poll(() => started).toEqual(['a']);
  await expect.poll(() => views.at(-1)?.fetching).toBeUndefined();
  await end();
  expect(() => fetch.begin('1.0.0')).toThrow(expect.objectContaining({ code: 'node-not-offered' }));
});

it.each([
  ['by a person', (at: ReturnType<typeof lab>) => at.fetch.stop(), undefined],
  // As the port does when the host closes: nobody pressed “Stop”.
  ['by the host', (at: ReturnType<typeof lab>) => at.settle().reject(cancelled()), undefined],
  ['by a failure', (at: ReturnType<typeof lab>) => at.settle().reject(new AppError('disk-full', 'The disk is full.')), 'disk-full'],
])('that is ended %s starts nothing', async (_who, end, code) => {
  const at = lab();
  at.fetch.begin('24.0.0');
  end(at);
  await expect.poll(() => at.views.at(-1)).toMatchObject({ kept: [] });
  await expect.poll(() => at.views.at(-1)?.fetching).toBeUndefined();
  expect(at.views.at(-1)?.failure?.code).toBe(code);
  expect(at.started).toEqual([]);
  await at.end();
});
