// Looks at the database's files, brings them to the newest version and opens both handles: all that can refuse a data folder, and
// nothing more, so that a host knows early whether it can start. The stores are made of it in open.ts. The caller holds the lock.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Banner } from '../../../shared/model/system.ts';
import { withBackupHint } from './backup-hint.ts';
import { openReadDb, openWriteDb, type ReadDb, type WriteDb } from './db.ts';
import { Health } from './health.ts';
import { inspectFiles, mustBeWritable, openMarker, sizeOf } from './inspect.ts';
import { endsUnreadably } from './log-check.ts';
import { type Migrated, migrate } from './migrate.ts';
import type { Migration } from './migrations/define-migration.ts';
import { migrations as allMigrations } from './migrations.generated.ts';
import { ownerOnly } from './owner-only.ts';

export interface PrepareOptions {
  /** The data folder; it exists and its lock is held. */
  folder: string;
  /** Milliseconds between tries while a disk banner shows. */
  probeEveryMs?: number;
  /** Other steps than the built-in ones, for tests of migration. */
  migrations?: readonly Migration[];
}

export interface PreparedDatabase {
  folder: string;
  file: string;
  /** The version of the stored shapes. */
  version: number;
  /** What opening it changed, if anything. */
  migrated: Migrated | undefined;
  health: Health;
  read: ReadDb;
  write: WriteDb;
  /** Both handles; for a host that goes no further than this. The stores close them otherwise. */
  close(): void;
}

/** Throws `data-folder-read-only`, `database-newer`, `database-damaged`, `database-missing`, `migration-failed`, `disk-full`. */
export function prepareDatabase(options: PrepareOptions): PreparedDatabase {
  return withBackupHint(options.folder, () => prepare(options));
}

function prepare({ folder, probeEveryMs = 2000, migrations = allMigrations }: PrepareOptions): PreparedDatabase {
  const file = join(folder, 'orrery.db');
  mustBeWritable(folder);
  // Asked before SQLite is, which plays the log in and removes it.
  const isLogGone = sizeOf(openMarker(file)) >= 0 && sizeOf(`${file}-wal`) < 0;
  const isLogBroken = endsUnreadably(`${file}-wal`);
  const migrated = migrate(folder, file, inspectFiles(folder, file), migrations, Date.now());
  ownerOnly(file);
  const health = new Health(probeEveryMs);
  const write = openWriteDb(file, health);
  let read: ReadDb;
  try {
    read = openReadDb(file, health);
  } catch (error) {
    write.close();
    throw error;
  }
  if (isLogGone) health.show(logGone);
  if (isLogBroken) health.show(logBroken);
  return {
    folder,
    file,
    version: migrations.at(-1)?.version ?? 0,
    migrated,
    health,
    read,
    write,
    close() {
      health.close();
      // Closing plays the log in and removes it; one that was taken away before is still to be told of.
      if (!isLogGone) rmSync(openMarker(file), { force: true });
      read.close();
      write.close();
    },
  };
}

const logGone: Banner = {
  id: 'database-log-missing',
  severity: 'warning',
  message: 'The database’s log (orrery.db-wal) was taken away after Orrery had ended suddenly: what was written last may be missing.',
  hint: 'Look through the newest runs. If you have the file, close Orrery and put it back.',
};

const logBroken: Banner = {
  id: 'database-log-broken',
  severity: 'warning',
  message: 'Orrery had ended suddenly, and the end of the database’s log could not be read.',
  hint: 'After a power cut that is normal, and nothing that was acknowledged is missing. Otherwise check the disk, and look through the newest runs.',
};
