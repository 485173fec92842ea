// What was kept of one thing, removed for good: its before- and after-images, overwritten in the file and in its log. Its changes stay listed and say so.

import type { ChangeStore } from '../../runtime/undo/undo-ports.ts';
import type { ReadDb, WriteDb } from './db.ts';

export function forgetting(read: ReadDb, write: WriteDb): Pick<ChangeStore, 'forget'> {
  const imagesOf = read.select<{ hash: string }>(`
    select before as hash from changes where kind = ? and target = ? and before is not null
    union select after from changes where kind = ? and target = ? and after is not null`);
  const elsewhere = read.select<{ n: number }>(`
    select 1 as n from changes where (before = ? and not (kind = ? and target = ?))
    union all select 1 from changes where (after = ? and not (kind = ? and target = ?)) limit 1`);
  const tell = write.change('update changes set cannot_undo = ? where kind = ? and target = ? and cannot_undo is null');
  const remove = write.change('delete from change_images where hash = ?');
  const overwrite = write.changeReturning('pragma secure_delete = on');
  return {
    forget(kind, target, why) {
      const gone = imagesOf
        .all(kind, target, kind, target)
        .filter(({ hash }) => elsewhere.get(hash, kind, target, hash, kind, target) === undefined);
      overwrite.get();
      write.atomically(() => {
        tell.run(why, kind, target);
        for (const { hash } of gone) remove.run(hash);
      });
      // Of what was overwritten the log still holds how it was, the thing's own row too.
      write.emptyLog();
      return gone.length;
    },
  };
}
