// A commit that fails in the middle of a turn of the event loop: what the run does before it hears of it must not be kept
// behind a gap, such as its end without the steps before it.

import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { JournalQueue } from './journal.ts';
import { stepDone } from './test-support.ts';

const run = 'a' as RunId;

/** A disk that refuses commits for as long as it is told to. */
function disk() {
  const kept: number[] = [];
  let isFull = false;
  const write = {
    change: (sql: string) => ({
      run: (id: number) => {
        if (sql.startsWith('insert into journal')) kept.push(id % 2 ** 21);
        return 1;
      },
    }),
    atomically: <T>(work: () => T): T => {
      if (isFull) throw new Error('full');
      return work();
    },
  } as unknown as WriteDb;
  const read = {
    select: () => ({ get: () => ({ id: kept.length === 0 ? null : 2 ** 21 + (kept.at(-1) as number) }) }),
  } as unknown as ReadDb;
  return {
    kept,
    queue: new JournalQueue(read, write, () => 1),
    setFull: (full: boolean) => {
      isFull = full;
    },
  };
}

test('rows of the same turn after a refused one are refused too; those of the next turn are kept', async () => {
  const { kept, queue, setFull } = disk();
  setFull(true);
  // The 64th is committed at once.
  const lost = Array.from({ length: 64 }, (_, n) => queue.append(run, stepDone(`s${n}`)).durable);
  setFull(false);
  const end = queue.append(run, { type: 'run-end', at: 1, status: 'done' }).durable;
  const settled = await Promise.allSettled([...lost, end]);
  await queue.flush();
  expect(settled.map((one) => one.status)).toEqual(new Array(65).fill('rejected'));
  expect(kept).toEqual([]);

  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([queue.append(run, stepDone('again')).durable, queue.flush()]);
  expect(kept).toEqual([1]);
});
