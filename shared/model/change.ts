// What a run, an agent or a person changed, kept so that it can be undone: change sets with what was there before.

import { z } from 'zod';
import { auditActor } from './audit.ts';
import { id as brandedId, conversationId, runId } from './ids.ts';

export const changeId = brandedId('change');
export type ChangeId = z.infer<typeof changeId>;
/** What belongs together: all changes of one run, of one call by hand, of one undo. */
export const changeSetId = brandedId('change-set');
export type ChangeSetId = z.infer<typeof changeSetId>;

/**
 * `folder` is what a tool server or command did in a granted folder, found by comparing it before and after. `secret` is an entry of
 * the vault, kept sealed; `client` another program that is let in.
 */
export const changeKind = z.enum([
  'file',
  'folder',
  'setting',
  'memory',
  'workflow',
  'agent',
  'job',
  'server',
  'grant',
  'secret',
  'client',
]);
export type ChangeKind = z.infer<typeof changeKind>;
/** What is configuration: its changes are revisions. */
export const configKinds = ['setting', 'workflow', 'agent', 'job', 'server', 'grant', 'secret'] as const satisfies readonly ChangeKind[];

/** `write`: content came, changed or went. `move`: from `from` to the target. `create-folder` and `remove-folder`: an empty folder. */
export const changeOp = z.enum(['write', 'move', 'create-folder', 'remove-folder']);
export type ChangeOp = z.infer<typeof changeOp>;

/**
 * `begun`: on disk before the effect; what became of it is not known yet. `done`: it happened. `unclear`: after a crash the target is
 * neither what was there nor what was meant to be. Changes that did not happen are not kept.
 */
export const changeState = z.enum(['begun', 'done', 'unclear']);

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
  /** What it belongs to; the run's id for what a run changed. */
  set: changeSetId.optional(),
  op: changeOp.optional(),
  state: changeState.optional(),
  /** For a move: where it was. */
  from: z.string().optional(),
  /** The allowed folder in which it was done; undoing it never leaves it. */
  root: z.string().optional(),
  /** The file's permissions before. */
  mode: z.number().int().optional(),
  /** The change that this one took back. */
  undoes: changeId.optional(),
  /** Said with it: another call changed the same folder at the same time, and the like. */
  note: z.string().optional(),
});
export type Change = z.infer<typeof change>;

export const changeSet = z.object({
  id: changeSetId,
  at: z.number(),
  until: z.number(),
  actor: auditActor,
  run: runId.optional(),
  runTitle: z.string().optional(),
  conversation: conversationId.optional(),
  count: z.number().int(),
  undone: z.number().int(),
  /** Cannot be taken back. */
  cannot: z.number().int(),
  kinds: z.array(z.object({ kind: changeKind, count: z.number().int() })),
  /** Of its first few things. */
  titles: z.array(z.string()),
  /** It took others back. */
  isUndo: z.boolean(),
});
export type ChangeSet = z.infer<typeof changeSet>;

/** Which changes are to be taken back. */
export const undoSelection = z.union([
  z.object({ change: changeId }),
  z.object({ set: changeSetId }),
  z.object({ run: runId, step: z.string().optional() }),
  /** Everything since a time, by one actor or by all but the person. */
  z.object({ since: z.number(), actor: auditActor.pick({ kind: true, id: true }).optional() }),
]);
export type UndoSelection = z.infer<typeof undoSelection>;

/**
 * `ready`: what is there is what the change left. `already`: it is as it was before. `conflict`: it was changed since. `cannot`: not
 * kept. `undone`: taken back earlier.
 */
export const undoState = z.enum(['ready', 'already', 'conflict', 'cannot', 'undone']);
export type UndoState = z.infer<typeof undoState>;
export const undoItem = z.object({
  change,
  state: undoState,
  /** What undoing it does, or why it cannot: "Deletes notes.md", "Changed since by …". */
  words: z.string(),
  /** Hash of what is there now; null: nothing. */
  now: z.string().nullable(),
});
export type UndoItem = z.infer<typeof undoItem>;

/** What would become of a whole selection: counted over all of it, kept by the host, shown a page at a time, carried out as it was shown. */
export const undoPlanId = brandedId('undo-plan');
export type UndoPlanId = z.infer<typeof undoPlanId>;
const many = z.number().int().min(0);
export const undoPlan = z.object({
  id: undoPlanId,
  /** Of each change in its order with its state and what is there now. */
  hash: z.string(),
  counts: z.object({ ready: many, already: many, conflict: many, cannot: many, undone: many }),
  /** How many of those that were changed since can be saved beside. */
  beside: many,
  /** By this the question that the host asks outside of the page names this plan; missing where it lists what it asks about. */
  mark: z.string().optional(),
});
export type UndoPlan = z.infer<typeof undoPlan>;
export const undoPlanEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('looked'), done: many, of: many }),
  z.object({ kind: z.literal('plan'), plan: undoPlan }),
]);
export type UndoPlanEvent = z.infer<typeof undoPlanEvent>;

/** In a conflict: leave what is there, put back what was before, or put that beside it under another name (files only). */
export const undoChoice = z.enum(['keep', 'restore', 'beside']);
export type UndoChoice = z.infer<typeof undoChoice>;

export const undoResult = z.object({
  /** The change set of this undo, which can be undone in turn; missing when nothing was changed. */
  set: changeSetId.optional(),
  done: z.number().int(),
  /** Left as they are: by choice, or because they cannot be taken back. */
  kept: z.number().int(),
  failed: z.array(z.object({ change: changeId, title: z.string(), message: z.string() })),
  /** How many failed beside those that are listed. */
  failedMore: z.number().int().optional(),
  /** It was stopped, with so many changes not looked at. */
  left: z.number().int().optional(),
});
export type UndoResult = z.infer<typeof undoResult>;

export const undoEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: many, of: many }),
  z.object({ kind: z.literal('result'), result: undoResult }),
]);
export type UndoEvent = z.infer<typeof undoEvent>;

/** One state of a thing, for people: as text where it is text. */
export const changeImage = z.object({
  bytes: z.number().int(),
  text: z.string().optional(),
  /** Why there is no text: not text, too large, not kept. */
  why: z.string().optional(),
});
export type ChangeImage = z.infer<typeof changeImage>;
export const changeDetail = z.object({
  change,
  /** Null: nothing was there. */
  before: changeImage.nullable(),
  after: changeImage.nullable(),
  now: changeImage.nullable(),
  state: undoState,
  words: z.string(),
  /** What is different, one thing a line; for what is kept as values. */
  differences: z.array(z.object({ path: z.string(), before: z.string().optional(), after: z.string().optional() })).optional(),
});
export type ChangeDetail = z.infer<typeof changeDetail>;
