// What a run or an agent changed, kept so that it can be undone: change sets with what was there before.

import { z } from 'zod';
import { auditActor } from './audit.ts';
import { id as brandedId, conversationId, runId } from './ids.ts';

export const changeId = brandedId('change');
export type ChangeId = z.infer<typeof changeId>;

/** `folder` is what a tool server or command did in a granted folder, found by comparing it before and after. */
export const changeKind = z.enum(['file', 'folder', 'setting', 'memory', 'workflow', 'agent', 'job', 'server', 'grant']);
export type ChangeKind = z.infer<typeof changeKind>;

export const change = z.object({
  id: changeId,
  at: z.number(),
  kind: changeKind,
  /** Absolute path, or the id of the thing. */
  target: z.string(),
  /** For people: a file's name, a workflow's name, the setting. */
  title: z.string(),
  /** Hash of the content before and after in the content-addressed store; null: it was not there. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** Bytes before; shown, and for the size cap. */
  bytes: z.number().int(),
  /** Why it cannot be taken back, in words (too large, outside of what was kept). */
  cannotUndo: z.string().optional(),
  undoneAt: z.number().optional(),
  actor: auditActor,
  run: runId.optional(),
  runTitle: z.string().optional(),
  step: z.string().optional(),
  conversation: conversationId.optional(),
});
export type Change = z.infer<typeof change>;
