// The queue of workflow runs: what goes, what waits for its turn, and holding everything.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { runId, workflowId } from '../model/ids.ts';
import { call } from './base.ts';

export const queueEntry = z.object({
  id: runId,
  number: z.number().int(),
  title: z.string(),
  workflow: workflowId.optional(),
  priority: z.number().int(),
  state: z.enum(['queued', 'running', 'waiting', 'paused']),
  queuedAt: z.number(),
  startedAt: z.number().optional(),
  /** How far it is, where it can be known: steps done of steps in the graph, and the time left by its earlier runs. */
  progress: z.object({ done: z.number().int(), total: z.number().int(), leftMs: z.number().optional() }).optional(),
});
export type QueueEntry = z.infer<typeof queueEntry>;

export const queueView = z.object({
  isPaused: z.boolean(),
  limit: z.number().int(),
  /** Going first, then in the order in which they will begin. At most 500. */
  entries: z.array(queueEntry),
  total: z.number().int(),
});
export type QueueView = z.infer<typeof queueView>;

export const queueContract = {
  get: call.output(queueView),
  /** The queue, then the queue whenever it changes (at most twice a second). */
  watch: call.output(eventIterator(queueView)),
  /** Holds all workflow runs: steps that go end, nothing new begins, triggers still store what is due. */
  setPaused: call.input(z.object({ isPaused: z.boolean() })).output(queueView),
  setPriority: call.input(z.object({ id: runId, priority: z.number().int().min(-100).max(100) })).output(queueView),
};
