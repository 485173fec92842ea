import { z } from 'zod';
import { memoryId } from '../model/ids.ts';
import { memoryDraft, memoryHit, memoryItem } from '../model/memory.ts';
import { call, nothing, paging } from './base.ts';

export const memoryContract = {
  list: call
    .input(paging.extend({ tag: z.string().max(60).optional() }))
    .output(z.object({ items: z.array(memoryItem), total: z.number().int() })),
  search: call
    .input(
      z.object({
        query: z.string().min(1).max(1000),
        limit: z.number().int().min(1).max(200).default(20),
        tag: z.string().max(60).optional(),
      }),
    )
    .output(z.array(memoryHit)),
  add: call.input(z.object({ draft: memoryDraft })).output(memoryItem),
  edit: call.input(z.object({ id: memoryId, draft: memoryDraft })).output(memoryItem),
  forget: call.input(z.object({ id: memoryId })).output(nothing),
  listTags: call.output(z.array(z.object({ tag: z.string(), count: z.number().int() }))),
};
