// One remembered thing, with where it came from and when.

import { z } from 'zod';
import { memoryId } from './ids.ts';

export const memorySource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person') }),
  z.object({ kind: z.literal('run'), run: z.string(), step: z.string(), title: z.string() }),
  z.object({ kind: z.literal('conversation'), conversation: z.string(), title: z.string() }),
]);
export type MemorySource = z.infer<typeof memorySource>;

export const memoryDraft = z.object({
  text: z.string().min(1).max(20_000),
  tags: z.array(z.string().min(1).max(60)).max(30).default([]),
  /** A name under which a later write replaces this one, e.g. `digest:/home/me/notes`. */
  key: z.string().max(500).optional(),
});

export const memoryItem = memoryDraft.extend({
  id: memoryId,
  source: memorySource,
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type MemoryItem = z.infer<typeof memoryItem>;

/** `score` is bm25 turned round: higher is better. `snippet` marks the matches with U+0001 and U+0002. */
export const memoryHit = memoryItem.extend({ score: z.number(), snippet: z.string() });
export type MemoryHit = z.infer<typeof memoryHit>;
