// Changes and their before-images. A row is on disk before the effect it tells of, and so is its image: a short one in a row, a
// long one in the content-addressed store, which the sweep leaves alone for as long as `change_images` names it.

import type { ChangeId, ChangeSetId } from '../../../shared/model/change.ts';
import type { ChangeStore, StoredChange, StoredUndo } from '../../runtime/undo/undo-ports.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import { forgetting } from './change-forget.ts';
import { changeImages } from './change-images.ts';
import { changeLists } from './change-lists.ts';
import { oldChanges } from './change-old.ts';
import { type ChangeRow, changeColumns, toChange } from './change-rows.ts';
import type { ReadDb, SqlValue, WriteDb } from './db.ts';

export function changeStore(given: ReadDb, write: WriteDb, blobs: BlobStore): ChangeStore {
  const read = afterRiders(given, write);
  const insert = write.change(`insert into changes (${changeColumns}) values (${changeColumns.replaceAll(/\w+/g, '?')})`);
  const settle = write.change(
    'update changes set state = ?, after = ?, cannot_undo = coalesce(?, cannot_undo), note = coalesce(?, note) where id = ?',
  );
  const drop = write.change('delete from changes where id = ?');
  const setUndone = write.change('update changes set undone_at = ? where id = ?');
  const get = read.select<ChangeRow>(`select seq, ${changeColumns} from changes where id = ?`);
  const many = read.select<ChangeRow>(`select seq, ${changeColumns} from changes where id in (select value from json_each(?))`);
  const ofSet = read.select<ChangeRow>(`select seq, ${changeColumns} from changes where set_id = ? order by seq limit ?`);
  const begun = read.select<ChangeRow>(`select seq, ${changeColumns} from changes where state = 'begun' order by seq`);
  const next = read.select<ChangeRow>(
    `select seq, ${changeColumns} from changes where kind = ? and target = ? and seq > (select seq from changes where id = ?) order by seq limit 1`,
  );
  const putUndo = write.change('insert or replace into undos (id, at, body) values (?, ?, ?)');
  const dropUndo = write.change('delete from undos where id = ?');
  const undos = read.select<{ id: ChangeSetId; at: number; body: string }>('select id, at, body from undos order by at');
  const one = (row: ChangeRow | undefined) => (row === undefined ? undefined : toChange(row));
  const add = (change: StoredChange): void => {
    const { actor } = change;
    insert.run(
      ...[change.id, change.at, change.kind, change.target, change.title, change.op, change.state, change.before, change.after],
      // Not known and "nothing" are two things, and the column has one null.
      ...[change.intended === undefined ? null : (change.intended ?? 'none'), change.bytes, change.cannotUndo ?? null],
      ...[change.undoneAt ?? null, change.undoes ?? null, actor.kind, actor.id ?? null, actor.name, change.run ?? null],
      ...[change.runTitle ?? null, change.step ?? null, change.conversation ?? null, change.set, change.from ?? null],
      ...[change.root ?? null, change.mode ?? null, change.note ?? null],
    );
  };
  const { flush, written, take, ...images } = changeImages({ read, images: given }, write, blobs);
  /** With the images that it names, in one commit. */
  const together = (work: () => void): void => {
    write.atomically(() => {
      flush();
      work();
    });
    written();
  };
  return {
    ...images,
    ...changeLists(read),
    ...oldChanges(read, write),
    ...forgetting(read, write),
    insert: (change) => together(() => add(change)),
    insertSoon: gathered((all) => together(() => all.forEach(add))),
    insertMany: (all) => together(() => all.forEach(add)),
    // A crash before it is on disk leaves the row as `begun`, and the next start finds out what came of it.
    settle(id, end) {
      const putImage = end.after === null ? undefined : take(end.after);
      write.ride(() => {
        putImage?.();
        settle.run(end.state, end.after, end.cannotUndo ?? null, end.note ?? null, id);
      });
    },
    drop(id) {
      write.settleRiders();
      drop.run(id);
    },
    setUndone: (id, at) => write.ride(() => void setUndone.run(at, id)),
    get: (id: ChangeId) => one(get.get(id)),
    getMany(ids) {
      const rows = new Map<string, ChangeRow>(many.all(JSON.stringify(ids)).map((row) => [row.id, row]));
      return ids.flatMap((id) => one(rows.get(id)) ?? []);
    },
    ofSet: (id, limit = -1) => ofSet.all(id, limit).map(toChange),
    begun: () => begun.all().map(toChange),
    nextOf: (change) => one(next.get(change.kind, change.target, change.id)),
    putUndo: ({ id, at, body }) => void putUndo.run(id, at, JSON.stringify(body)),
    // Now, or with the next commit that the disk takes: one that is over, or was stopped, is not to begin again with the next start.
    dropUndo(id) {
      write.ride(() => void dropUndo.run(id));
      write.settleRiders();
    },
    undos: () => undos.all().map(({ id, at, body }): StoredUndo => ({ id, at, body: JSON.parse(body) as StoredUndo['body'] })),
  };
}

/** What is given in one turn of the loop is put together; where that fails, each by itself, so that none fails for another's sake. */
function gathered<T>(put: (all: readonly T[]) => void): (one: T) => Promise<void> {
  let waiting: { one: T; resolve(): void; reject(error: unknown): void }[] = [];
  const settle = (each: (typeof waiting)[number]): void => {
    try {
      put([each.one]);
      each.resolve();
    } catch (error) {
      each.reject(error);
    }
  };
  const flush = (): void => {
    const all = waiting;
    waiting = [];
    try {
      if (all.length > 1) put(all.map(({ one }) => one));
    } catch {
      for (const each of all) settle(each);
      return;
    }
    if (all.length === 1) all.forEach(settle);
    else for (const { resolve } of all) resolve();
  };
  return (one) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ one, resolve, reject });
    });
}

/** Who reads changes sees those that still wait for a commit. */
function afterRiders(read: ReadDb, write: WriteDb): ReadDb {
  return {
    ...read,
    select<Row>(sql: string) {
      const made = read.select<Row>(sql);
      return {
        get(...params: SqlValue[]) {
          write.settleRiders();
          return made.get(...params);
        },
        all(...params: SqlValue[]) {
          write.settleRiders();
          return made.all(...params);
        },
      };
    },
  };
}
