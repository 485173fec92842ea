// What of the journal's queue goes with the next commit: all of it, but for rows that wait for a large output, and what follows those in
// their runs. Pure: what becomes of each is the queue's own business (journal.ts).

import type { RunId } from '../../../shared/model/ids.ts';
import type { RowItem } from './journal-rows.ts';

export interface Queued extends RowItem {
  /** The first of a new run's rows makes the run itself. */
  make?: (() => void) | undefined;
  /** Its large outputs are being written. */
  isHeld: boolean;
  /** Why they could not be. */
  failure?: unknown;
  /** By hash, until its row is settled. */
  texts?: ReadonlyMap<string, string> | undefined;
  /** The writing has ended, well or not. */
  freed?: Promise<void>;
  /** None: it goes with the next commit, and who waits for it waits for that. */
  waiter: Waiter | undefined;
}

export type Waiter = Pick<PromiseWithResolvers<void>, 'resolve' | 'reject'>;

export interface Split {
  batch: Queued[];
  staying: Queued[];
  refused: { item: Queued; error: unknown }[];
}

/** Each in the order of the queue. What follows a row that could not be kept is refused with it, or it would leave a gap. */
export function splitQueue(queue: readonly Queued[]): Split {
  const split: Split = { batch: [], staying: [], refused: [] };
  const stopped = new Map<RunId, { error: unknown } | undefined>();
  for (const item of queue) {
    if (!stopped.has(item.run)) {
      if (item.failure !== undefined) stopped.set(item.run, { error: item.failure });
      else if (item.isHeld) stopped.set(item.run, undefined);
    }
    const failed = stopped.get(item.run);
    if (!stopped.has(item.run)) split.batch.push(item);
    else if (failed === undefined) split.staying.push(item);
    else split.refused.push({ item, error: failed.error });
  }
  return split;
}
