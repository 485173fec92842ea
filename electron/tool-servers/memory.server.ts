// What agents and workflows remember and recall.

import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { memoryImage, memoryTitle } from '../../shared/model/change-image.ts';
import type { MemoryId } from '../../shared/model/ids.ts';
import type { MemoryItem } from '../../shared/model/memory.ts';
import type { ChangeDone } from '../runtime/ports.ts';
import { defineServer, defineTool } from './define-server.ts';

const tags = z.array(z.string().min(1).max(60)).max(30);
const show = (item: MemoryItem): string =>
  `[${item.id}] ${item.text}${item.tags.length === 0 ? '' : ` (${item.tags.join(', ')})`} – ${new Date(item.updatedAt).toISOString().slice(0, 10)}`;
const facts = ({ id, text, tags: found, key, createdAt, updatedAt }: MemoryItem) => ({
  id,
  text,
  tags: found,
  ...(key === undefined ? {} : { key }),
  createdAt,
  updatedAt,
});
const itemsSchema = { type: 'object', properties: { items: { type: 'array', items: { type: 'object' } } }, required: ['items'] };

const remember = defineTool({
  name: 'remember',
  title: 'Remember',
  description: 'Keeps a piece of text for later. With a key, it replaces what was kept under that key.',
  input: z.object({ text: z.string().min(1).max(20_000), tags: tags.default([]), key: z.string().min(1).max(500).optional() }),
  output: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  readOnly: false,
  idempotent: false,
  destructive: false,
  async run(input, { use, source, changes }) {
    const at = use.clock.now();
    const { key, ...rest } = input;
    // The same id and time as before, so that what is put down beforehand is what the store makes of it.
    const before = key === undefined ? undefined : use.memory.findByKey(key);
    const next: MemoryItem = {
      ...rest,
      tags: [...new Set(rest.tags)],
      ...(key === undefined ? {} : { key }),
      id: before?.id ?? (use.ids.next() as MemoryId),
      source,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    };
    const done = await changes?.before({
      ...{ kind: 'memory', target: next.id, title: memoryTitle(before ?? next), intended: memoryImage(next) },
      before: before === undefined ? null : memoryImage(before),
    });
    const item = orForget(done, () => use.memory.put(next));
    await done?.(memoryImage(item));
    return { text: `Remembered as ${item.id}.`, structured: { id: item.id } };
  },
});

/** What did not happen is not kept as a change. */
function orForget<T>(done: ChangeDone | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    done?.failed?.();
    throw error;
  }
}

const recall = defineTool({
  name: 'recall',
  title: 'Recall',
  description: 'Finds what was remembered that fits some words, best first.',
  input: z.object({
    query: z.string().min(1).max(1000),
    limit: z.number().int().min(1).max(50).default(8),
    tag: z.string().max(60).optional(),
  }),
  output: itemsSchema,
  readOnly: true,
  idempotent: true,
  destructive: false,
  async run(input, { use }) {
    const hits = use.memory.search(input.query, input.limit, input.tag);
    const text = hits.length === 0 ? 'Nothing fitting is remembered.' : hits.map(show).join('\n');
    return { text, structured: { items: hits.map((hit) => ({ ...facts(hit), score: hit.score })) } };
  },
});

const forget = defineTool({
  name: 'forget',
  title: 'Forget',
  description: 'Removes one remembered item, by its id.',
  input: z.object({ id: z.string().min(1).max(80) }),
  output: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  readOnly: false,
  idempotent: true,
  destructive: true,
  async run(input, { use, changes }) {
    const item = use.memory.get(input.id as MemoryId);
    if (item === undefined)
      throw new AppError('memory-not-found', `Nothing is remembered as “${input.id}”.`, { hint: 'Recall it first and use the id shown.' });
    const done = await changes?.before({
      ...{ kind: 'memory', target: item.id, title: memoryTitle(item), before: memoryImage(item), intended: null },
    });
    orForget(done, () => use.memory.forget(item.id));
    await done?.(null);
    return { text: `Forgot: ${item.text.slice(0, 200)}`, structured: { id: item.id } };
  },
});

const listRecent = defineTool({
  name: 'list_recent',
  title: 'List recent memory',
  description: 'The newest remembered items.',
  input: z.object({ limit: z.number().int().min(1).max(100).default(20), tag: z.string().max(60).optional() }),
  output: itemsSchema,
  readOnly: true,
  idempotent: true,
  destructive: false,
  async run(input, { use }) {
    const { items, total } = use.memory.list(input);
    const text = items.length === 0 ? 'Nothing is remembered yet.' : items.map(show).join('\n');
    return { text, structured: { items: items.map(facts), total } };
  },
});

export const memoryServer = defineServer({
  id: 'memory',
  title: 'Memory',
  description: 'Remembers things and finds them again.',
  needs: ['memory', 'clock', 'ids'],
  tools: [remember, recall, forget, listRecent],
});
