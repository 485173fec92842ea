// Lists are read page by page, each beginning before the time of the last item of the one before. Items of the same
// millisecond must not fall between two pages.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentId, ConversationId, MemoryId, RunId } from '../../../shared/model/ids.ts';
import { type OpenedStore, openStore } from './open.ts';

let folder: string;
let opened: OpenedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-pages-'));
  opened = openStore({ folder });
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Three times, four items each: a page of three always ends in the middle of one. */
const items = Array.from({ length: 12 }, (_, n) => ({ id: `item${String(n).padStart(2, '0')}`, at: 1000 + Math.floor(n / 4) }));
const newestFirst = items.map((item) => item.id).reverse();

function readAll<Item>(page: (before: number | undefined) => Item[], at: (item: Item) => number): Item[] {
  const all: Item[] = [];
  for (let before: number | undefined; ; ) {
    const next = page(before);
    if (next.length === 0) return all;
    all.push(...next);
    before = at(next.at(-1) as Item);
  }
}

test('runs, also those found by a filter', () => {
  const { runs } = opened.store;
  for (const { id, at } of items)
    runs.create({
      id: id as RunId,
      title: 't',
      kind: 'workflow',
      origin: { kind: 'manual', by: 'cli' },
      startedAt: at,
      inputs: {},
      grant: { tools: [], folders: [] },
    });
  for (const filter of [{}, { kind: 'workflow' as const, query: 't' }])
    expect(
      readAll(
        (before) => runs.list({ limit: 3, before, ...filter }),
        (run) => run.startedAt,
      ).map((run) => run.id),
    ).toEqual(newestFirst);
});

test('conversations, also those that a search finds', () => {
  const { chats } = opened.store;
  for (const { id, at } of items)
    chats.insert({ id: id as ConversationId, title: 'moon', agent: 'a' as AgentId, createdAt: at, updatedAt: at });
  for (const query of ['', 'moon'])
    expect(
      readAll(
        (before) => chats.list({ limit: 3, before, query }),
        (chat) => chat.updatedAt,
      ).map((chat) => chat.id),
    ).toEqual(newestFirst);
});

test('memory, also by tag', () => {
  const { memory } = opened.store;
  for (const { id, at } of items)
    memory.put({ id: id as MemoryId, text: id, tags: ['x'], source: { kind: 'person' }, createdAt: at, updatedAt: at });
  for (const tag of [undefined, 'x'])
    expect(
      readAll(
        (before) => memory.list({ limit: 3, before, tag }).items,
        (item) => item.updatedAt,
      ).map((item) => item.id),
    ).toEqual(newestFirst);
});
