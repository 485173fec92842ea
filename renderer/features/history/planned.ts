// What a person chose in an undo of any size, counted without having all of it here. Pure.

import type { Change, UndoChoice, UndoPlan, UndoState } from '../../../shared/model/change.ts';

export interface Chosen {
  /** For what was changed since and has no choice of its own. */
  otherwise: UndoChoice;
  /** By change. */
  own: Record<string, { choice: UndoChoice; beside: boolean }>;
}
export const nothingChosen: Chosen = { otherwise: 'keep', own: {} };

export const canBeBeside = (change: Pick<Change, 'kind' | 'op' | 'before'>): boolean =>
  (change.kind === 'file' || change.kind === 'folder') && (change.op ?? 'write') === 'write' && change.before !== null;

/** A choice for all is for what it is possible for; the rest is kept. */
export const choiceOf = ({ otherwise, own }: Chosen, id: string, beside: boolean): UndoChoice =>
  own[id]?.choice ?? (otherwise === 'beside' && !beside ? 'keep' : otherwise);

/** How many changes will be undone. */
export function countOf({ counts, beside }: Pick<UndoPlan, 'counts' | 'beside'>, { otherwise, own }: Chosen): number {
  const forAll = (isBeside: boolean): boolean => otherwise === 'restore' || (otherwise === 'beside' && isBeside);
  let chosen = otherwise === 'restore' ? counts.conflict : otherwise === 'beside' ? beside : 0;
  for (const each of Object.values(own)) chosen += Number(each.choice !== 'keep') - Number(forAll(each.beside));
  return counts.ready + chosen;
}

export const ownChoices = ({ own }: Chosen): Record<string, UndoChoice> =>
  Object.fromEntries(Object.entries(own).map(([id, { choice }]) => [id, choice]));

export type PlannedRow = { kind: 'head'; state: UndoState } | { kind: 'item'; state: UndoState; place: number };
/** What needs a person comes first, what happens by itself last: that may be very long. */
const order = ['conflict', 'cannot', 'ready'] as const satisfies readonly UndoState[];

export const rowCount = ({ counts }: Pick<UndoPlan, 'counts'>): number =>
  order.reduce((sum, state) => sum + (counts[state] === 0 ? 0 : counts[state] + 1), 0);

export function rowAt({ counts }: Pick<UndoPlan, 'counts'>, index: number): PlannedRow | undefined {
  let at = index;
  for (const state of order) {
    if (counts[state] === 0) continue;
    if (at === 0) return { kind: 'head', state };
    if (at <= counts[state]) return { kind: 'item', state, place: at - 1 };
    at -= counts[state] + 1;
  }
  return undefined;
}
