// The two handles of the database. What reads cannot write: they are different types over different connections, and the
// read connection is opened read-only. Inside `atomically` the read handle still sees the state before the transaction.

import Database from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';
import type { Health } from './health.ts';
import { ownerOnly } from './owner-only.ts';
import { Riders } from './riders.ts';

export type SqlValue = string | number | null | Uint8Array;

interface Select<Row> {
  get(...params: SqlValue[]): Row | undefined;
  all(...params: SqlValue[]): Row[];
}

export interface ReadDb {
  /** A `select`, prepared on first use and kept by its text. */
  select<Row>(sql: string): Select<Row>;
  /** One that may miss what waits for its commit (`setFirst`): its caller knows of that otherwise. */
  selectKept<Row>(sql: string): Select<Row>;
  /** Called before each `select`: what waits for a commit and must not be missed. */
  setFirst(first: () => void): void;
  close(): void;
}

interface Change {
  /** The number of rows changed. */
  run(...params: SqlValue[]): number;
}

interface Returning<Row> {
  /** The row that a `returning` clause gives; undefined when nothing was changed. */
  get(...params: SqlValue[]): Row | undefined;
}

export interface WriteDb {
  change(sql: string): Change;
  changeReturning<Row>(sql: string): Returning<Row>;
  /** Many rows inside one `atomically`, which watches over all of them at once; a row by itself costs less so. */
  changeMany(sql: string): { run(...params: SqlValue[]): void };
  /** One transaction: all of it is on disk when this returns, none of it when it throws. */
  atomically<T>(work: () => T): T;
  /**
   * Done at the end of the next transaction of anyone, or of one of its own after some milliseconds: for what nobody waits for, in their
   * order. A transaction that fails takes it back, and it rides with the next; what `work` itself throws is shown like other troubles of
   * the disk, and it is given up.
   */
  ride(work: () => void): void;
  /** Does what rides, now; the disk may refuse, which is shown, and then it goes on riding. */
  settleRiders(): void;
  /** Called before anything else is written: what waits for a commit of its own and must be there first. What it throws stops the write. */
  setFirst(first: () => void): void;
  /**
   * Copies all of the write-ahead log back and cuts it to nothing, so that nothing old is left in it: now, or as soon as nobody reads what
   * is in it any more, as a backup that is being made does.
   */
  emptyLog(): void;
  /** Gives at most so many free pages back to the disk, where the database was made for it. */
  shrink(pages: number): void;
  close(): void;
}

/** Milliseconds to wait for another connection, which only a backup tool can be. */
const busyTimeoutMs = 5000;
/** The log is emptied on the thread that does everything else: rather again than waited for long. */
const emptyingMs = { wait: 200, again: 1000 };

export function openReadDb(file: string, health: Health): ReadDb {
  const db = health.read(() => new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs }));
  health.read(() => db.pragma('query_only = on'));
  const kept = new Map<string, Select<unknown>>();
  let first = (): void => undefined;
  const make = <Row>(sql: string): Select<Row> => {
    let made: Database.Statement<SqlValue[], Row> | undefined;
    const prepared = () => {
      made ??= db.prepare<SqlValue[], Row>(sql);
      return made;
    };
    return {
      get: (...params) => health.read(() => prepared().get(...params)),
      all: (...params) => health.read(() => prepared().all(...params)),
    };
  };
  return {
    select<Row>(sql: string): Select<Row> {
      const known = kept.get(sql);
      if (known !== undefined) return known as Select<Row>;
      const made = make<Row>(sql);
      const select: Select<Row> = {
        get(...params) {
          first();
          return made.get(...params);
        },
        all(...params) {
          first();
          return made.all(...params);
        },
      };
      kept.set(sql, select as Select<unknown>);
      return select;
    },
    selectKept: make,
    setFirst(given) {
      first = given;
    },
    close: () => db.close(),
  };
}

export function openWriteDb(file: string, health: Health): WriteDb {
  const db = health.read(() => new Database(file, { fileMustExist: true, timeout: busyTimeoutMs }));
  try {
    // Here too: a database that is made when it is first needed is not there yet when its folder is opened.
    health.read(() => ownerOnly(file));
    health.read(() => setDurable(db));
  } catch (error) {
    db.close();
    throw error;
  }
  return writeDb(db, health);
}

function setDurable(db: Database.Database): void {
  const mode = db.pragma('journal_mode = wal', { simple: true });
  if (mode !== 'wal')
    throw new AppError('database-no-wal', 'The disk that holds the data folder cannot keep a write-ahead log.', {
      hint: 'Use a folder on a local disk, not a network share.',
    });
  db.pragma('synchronous = full');
  db.pragma('foreign_keys = on');
  db.pragma('journal_size_limit = 67108864');
  // SQLite reports 2 before the first read and may then fall back to its build's default for WAL, so read first.
  db.prepare('select count(*) from sqlite_schema').get();
  const level = db.pragma('synchronous', { simple: true });
  if (level !== 2) throw new AppError('internal', `The database would not sync every commit (synchronous is ${String(level)}).`);
}

function writeDb(db: Database.Database, health: Health): WriteDb {
  let first = (): void => undefined;
  const begin = db.prepare('begin immediate');
  const commit = db.prepare('commit');
  const rollback = db.prepare('rollback');
  const riders = new Riders(health);
  /** A single change outside a transaction commits by itself, so its success is news of the disk. */
  const guard = <T>(work: () => T): T => {
    if (db.inTransaction) return health.read(work);
    first();
    return health.write(work);
  };
  const lazily = <Row>(sql: string) => {
    let made: Database.Statement<SqlValue[], Row> | undefined;
    return () => {
      made ??= db.prepare<SqlValue[], Row>(sql);
      return made;
    };
  };
  const settleRiders = (): void => {
    if (!riders.isWaiting) return;
    try {
      made.atomically(() => undefined);
    } catch {
      riders.plan(settleRiders, true); // shown as a banner by the transaction itself
    }
  };
  let isToEmpty: NodeJS.Timeout | undefined;
  const emptyLog = (): void => {
    clearTimeout(isToEmpty);
    isToEmpty = setTimeout(tryToEmpty, emptyingMs.again);
    isToEmpty.unref();
    const isEmpty = health.write(() => {
      db.pragma(`busy_timeout = ${emptyingMs.wait}`);
      try {
        // Somebody who reads is no error: it says so in its row.
        return (db.pragma('wal_checkpoint(truncate)') as { busy: number }[])[0]?.busy === 0;
      } finally {
        db.pragma(`busy_timeout = ${busyTimeoutMs}`);
      }
    });
    if (!isEmpty) return;
    clearTimeout(isToEmpty);
    isToEmpty = undefined;
  };
  const tryToEmpty = (): void => {
    try {
      emptyLog();
    } catch {
      // Shown as a banner, and tried again.
    }
  };
  const made: WriteDb = {
    ride(work) {
      riders.add(work);
      riders.plan(settleRiders);
    },
    settleRiders,
    change(sql) {
      const prepared = lazily(sql);
      return { run: (...params) => guard(() => prepared().run(...params).changes) };
    },
    changeReturning<Row>(sql: string): Returning<Row> {
      const prepared = lazily<Row>(sql);
      return { get: (...params) => guard(() => prepared().get(...params)) };
    },
    changeMany(sql) {
      const prepared = lazily(sql);
      return {
        run(...params) {
          prepared().run(...params);
        },
      };
    },
    atomically(work) {
      first();
      return health.write(() => {
        begin.run();
        try {
          const result = work();
          riders.run();
          commit.run();
          riders.settled(true);
          return result;
        } catch (error) {
          riders.settled(false);
          // A full disk may have rolled back already.
          if (db.inTransaction) rollback.run();
          throw error;
        }
      });
    },
    setFirst(given) {
      first = given;
    },
    emptyLog,
    shrink: (pages) => void health.write(() => db.pragma(`incremental_vacuum(${Math.trunc(pages)})`)),
    close() {
      settleRiders();
      riders.forget();
      if (isToEmpty !== undefined) tryToEmpty();
      clearTimeout(isToEmpty);
      db.close();
    },
  };
  return made;
}
