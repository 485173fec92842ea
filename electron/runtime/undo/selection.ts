// Which changes a selection means, newest first: only their ids, in pieces, for there may be very many.

import type { ChangeId, UndoSelection } from '../../../shared/model/change.ts';
import type { ChangeFilter, ChangeStore } from './undo-ports.ts';

/** Ids in one go: a few milliseconds. */
const atOnce = 500;

/** Lets others have a turn: reading and putting back what lies in the database waits for nothing by itself. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Throws when the signal aborts. */
export async function idsOf(
  changes: Pick<ChangeStore, 'idsOf'>,
  selection: Exclude<UndoSelection, { change: ChangeId }>,
  signal?: AbortSignal,
): Promise<ChangeId[]> {
  const filter = filterOf(selection);
  const found: ChangeId[] = [];
  for (let below: number | undefined; ; ) {
    signal?.throwIfAborted();
    const piece = changes.idsOf(filter, below);
    for (const { id } of piece) found.push(id);
    below = piece.at(-1)?.seq;
    if (piece.length < atOnce) return found;
    await turn();
  }
}

function filterOf(selection: Exclude<UndoSelection, { change: ChangeId }>): ChangeFilter {
  if ('set' in selection) return { set: selection.set, limit: atOnce };
  if ('run' in selection) return { run: selection.run, step: selection.step, limit: atOnce };
  const { actor, since } = selection;
  return { since, ...(actor === undefined ? { notByPerson: true } : { actor: { kind: actor.kind, id: actor.id } }), limit: atOnce };
}
