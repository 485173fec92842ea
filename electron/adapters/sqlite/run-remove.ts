// Removes runs: one that a person removes, and old ones by rule. A run goes from the lists in one commit; its journal rows go
// after it, a few at a time, so that a long one never holds the main thread. What a crash leaves of that is taken up next time.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunStore } from '../../runtime/ports.ts';
import type { WriteDb } from './db.ts';
import type { JournalQueue } from './journal.ts';
import { runSpan } from './journal-packs.ts';
import type { JournalTail } from './journal-tail.ts';
import type { RunStoreDeps } from './run-deps.ts';
import type { RunGraphs } from './run-graphs.ts';
import { oldRunFinder } from './run-old.ts';

/** Rows in one transaction: about a millisecond. */
const rowsAtOnce = 100;
const runsAtOnce = 20;
const graphsAtOnce = 20;
/** New large outputs are left alone for so long, whoever names them, in milliseconds. */
const graceMs = 60 * 60 * 1000;
/** Free pages that are left for what comes next, and how many go back to the disk at once. */
const pagesLeft = 256;
const pagesAtOnce = 100;

export function runRemover(
  deps: RunStoreDeps,
  { queue, graphs, tail, forget }: { queue: JournalQueue; graphs: RunGraphs; tail: JournalTail; forget(id: RunId): void },
): Pick<RunStore, 'remove' | 'compact'> & { stop(): Promise<void> } {
  const { read, write } = deps;
  const get = read.select<{ number: number }>('select number from runs where id = ?');
  const left = read.select<{ number: number }>('select number from removed_runs order by number limit 1');
  const isUsed = read.select<{ used: number }>(
    `select 1 as used from (select ? as wanted)
     where exists (select 1 from large_uses where hash = wanted) or exists (select 1 from change_images where hash = wanted)`,
  );
  const pages = read.select<{ free: number; size: number }>(
    'select freelist_count as free, page_size as size from pragma_freelist_count, pragma_page_size',
  );
  const dropTitles = write.change(
    'delete from run_titles where title in (select title from run_titles t where not exists (select 1 from runs where runs.title = t.title) limit 500)',
  );
  const { takeFromLists, removeRows } = removals(write);
  const ended = new AbortController();
  /** The store is not closed under them. */
  const going = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>): void => {
    going.add(work);
    const settle = (): void => void going.delete(work);
    work.then(settle, settle);
  };

  /** What is left of removed runs, in small transactions. */
  const purge = async (): Promise<void> => {
    for (let next = left.get(); next !== undefined && !ended.signal.aborted; next = left.get()) {
      const { number } = next;
      write.atomically(() => removeRows(number));
      await nextTurn();
    }
  };

  return {
    remove(id) {
      queue.forget(id);
      const row = get.get(id);
      if (row === undefined) return;
      // Rows are removed where they belong.
      if (tail.has(row.number)) tail.move();
      const isAll = write.atomically(() => {
        takeFromLists(row.number, id);
        return removeRows(row.number);
      });
      forget(id);
      graphs.sweep(graphsAtOnce);
      // A fault shows as a banner, and the next compaction takes it up.
      if (!isAll) track(purge());
    },
    compact(limits) {
      const begun = compact(limits);
      track(begun);
      return begun;
    },
    async stop() {
      ended.abort();
      await Promise.allSettled(going);
    },
  };

  async function compact(limits: Parameters<RunStore['compact']>[0]): Promise<{ runs: number; bytes: number }> {
    let runs = 0;
    const find = oldRunFinder(read, limits);
    for (let old = find(runsAtOnce); old.length > 0 && !ended.signal.aborted; old = find(runsAtOnce)) {
      const batch = old;
      if (batch.some(({ number }) => tail.has(number))) tail.move();
      write.atomically(() => {
        for (const { number, id } of batch) takeFromLists(number, id);
      });
      for (const { id } of batch) forget(id);
      runs += batch.length;
      await nextTurn();
    }
    await purge();
    while (!ended.signal.aborted && dropTitles.run() === 500) await nextTurn();
    while (!ended.signal.aborted && graphs.sweep(graphsAtOnce) === graphsAtOnce) await nextTurn();
    const freed = await shrink();
    const named = deps.openBackups?.();
    try {
      const isNamed = (hash: string): boolean => queue.isPending(hash) || isUsed.get(hash) !== undefined || named?.isNamed(hash) === true;
      const swept = await deps.blobs.sweep(isNamed, graceMs, ended.signal);
      return { runs, bytes: freed + swept.bytes };
    } finally {
      named?.close();
    }
  }

  /** Gives free pages back to the disk. A database from before this was kept whole has them used again instead. Gives bytes. */
  async function shrink(): Promise<number> {
    let freed = 0;
    for (let before = pages.get(); before !== undefined && before.free > pagesLeft && !ended.signal.aborted; ) {
      write.shrink(pagesAtOnce);
      const after = pages.get();
      if (after === undefined || after.free >= before.free) break;
      freed += (before.free - after.free) * after.size;
      before = after;
      await nextTurn();
    }
    return freed;
  }
}

/** Inside the caller's transaction. */
function removals(write: WriteDb): { takeFromLists(number: number, id: RunId): void; removeRows(number: number): boolean } {
  const note = write.change('insert or ignore into removed_runs (number) values (?)');
  const removeRun = write.change('delete from runs where number = ?');
  const removeQuestions = write.change('delete from inbox where run = ?');
  const removeSome = write.change('delete from journal where id in (select id from journal where id > ? and id < ? order by id limit ?)');
  const forget = write.change('delete from removed_runs where number = ?');
  return {
    takeFromLists(number, id) {
      note.run(number);
      removeQuestions.run(id);
      removeRun.run(number);
    },
    removeRows(number) {
      const isAll = removeSome.run(number * runSpan, (number + 1) * runSpan, rowsAtOnce) < rowsAtOnce;
      if (isAll) forget.run(number);
      return isAll;
    },
  };
}
