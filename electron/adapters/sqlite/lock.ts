// The one-writer lock of a data folder: an exclusive transaction on a tiny file, held for the host's lifetime. It is a lock of
// the operating system, so it goes with its process, also after `kill -9`; there is no stale lock to judge.

import Database from 'better-sqlite3';
import { storageError } from './errors.ts';
import { ownerOnly } from './owner-only.ts';

/** Undefined when another process holds it (waits at most a quarter of a second). Throws AppErrors of the disk. */
export function takeLock(file: string): { release(): void } | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { timeout: 250 });
    db.exec('begin exclusive');
    // Who could read it could lock it as well, and no host would start.
    ownerOnly(file);
  } catch (error) {
    db?.close();
    const known = storageError(error);
    if (known.code === 'database-busy') return undefined;
    throw known;
  }
  const held = db;
  return {
    release: () => {
      if (held.open) held.close();
    },
  };
}
