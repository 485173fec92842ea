// Which changes may go by their age: whole change sets of which nothing is newer, still under way or being undone, a few in each transaction; then the
// images that no change names any more. Files of large images are the sweep's to remove.

import type { ChangeStore } from '../../runtime/undo/undo-ports.ts';
import { ofUndos } from './change-images.ts';
import type { ReadDb, WriteDb } from './db.ts';

/** Rows in one go: a few milliseconds. */
const atOnce = 200;
/** An image is kept before its row is; by then there is one. */
const imageGraceMs = 60 * 60 * 1000;

export function oldChanges(read: ReadDb, write: WriteDb): Pick<ChangeStore, 'compact'> {
  // Rows come in the order of their times but for jumps of the clock, so the oldest rows are enough to look at.
  const oldest = read.select<{ seq: number; at: number; setId: string }>(
    'select seq, at, set_id as setId from changes where seq > ? order by seq limit ?',
  );
  const isNeeded = read.select<{ n: number }>("select 1 as n from changes where set_id = ? and (at >= ? or state = 'begun') limit 1");
  const beingUndone = read.select<{ setId: string }>(`select distinct set_id as setId from changes where id in (${ofUndos})`);
  const removeSet = write.change('delete from changes where set_id = ?');
  const unnamed = read.select<{ hash: string; bytes: number }>(`
    select hash, bytes from change_images i where hash > ? and at < ?
      and not exists (select 1 from changes where before = i.hash)
      and not exists (select 1 from changes where after = i.hash)
      and not exists (select 1 from changes where state = 'begun' and intended = i.hash)
    order by hash limit ?`);
  const removeImage = write.change('delete from change_images where hash = ?');
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    async compact({ olderThan }) {
      const gone = { changes: 0, bytes: 0 };
      for (let seq = 0; ; ) {
        const rows = oldest.all(seq, atOnce);
        const sets = new Set(rows.filter(({ at }) => at < olderThan).map(({ setId }) => setId));
        if (sets.size === 0) break;
        for (const { setId } of beingUndone.all()) sets.delete(setId);
        write.atomically(() => {
          for (const id of sets) if (isNeeded.get(id, olderThan) === undefined) gone.changes += removeSet.run(id);
        });
        seq = rows.at(-1)?.seq ?? seq;
        await turn();
      }
      for (let after = ''; ; ) {
        const rows = unnamed.all(after, Date.now() - imageGraceMs, atOnce);
        if (rows.length === 0) break;
        write.atomically(() => {
          for (const { hash, bytes } of rows) {
            removeImage.run(hash);
            gone.bytes += bytes;
          }
        });
        after = rows.at(-1)?.hash ?? '';
        await turn();
      }
      return gone;
    },
  };
}
