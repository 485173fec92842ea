// The undo list: each entry holds a change's inverse. Quick changes of the same thing (typing in a field) become one entry.

import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { applyChange, type Change } from './changes.ts';

interface Entry {
  change: Change;
  /** Changes with the same key in quick succession are undone together. */
  key?: string | undefined;
  at: number;
}

export interface History {
  document: WorkflowDocument;
  undo: readonly Entry[];
  redo: readonly Entry[];
}

const maxEntries = 300;
const togetherMs = 900;

export const startHistory = (document: WorkflowDocument): History => ({ document, undo: [], redo: [] });

/** `now` in milliseconds. */
export function record(history: History, change: Change, now: number, key?: string): History {
  const { document, inverse } = applyChange(history.document, change);
  const last = history.undo.at(-1);
  const joins = key !== undefined && last?.key === key && now - last.at < togetherMs;
  const entry: Entry =
    joins && last !== undefined
      ? { change: { type: 'batch', changes: [inverse, last.change] }, key, at: now }
      : { change: inverse, key, at: now };
  const kept = joins ? history.undo.slice(0, -1) : history.undo;
  return { document, undo: [...kept, entry].slice(-maxEntries), redo: [] };
}

export function undo(history: History, now: number): History {
  const last = history.undo.at(-1);
  if (last === undefined) return history;
  const { document, inverse } = applyChange(history.document, last.change);
  return { document, undo: history.undo.slice(0, -1), redo: [...history.redo, { change: inverse, at: now }] };
}

export function redo(history: History, now: number): History {
  const last = history.redo.at(-1);
  if (last === undefined) return history;
  const { document, inverse } = applyChange(history.document, last.change);
  return { document, undo: [...history.undo, { change: inverse, at: now }], redo: history.redo.slice(0, -1) };
}
