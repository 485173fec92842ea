// Brings a database to the newest version on a snapshot beside it: the original is not touched until the snapshot is checked
// and synced, then one rename swaps it in, and the original stays as a dated backup.

import { copyFileSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';
import { syncFolderSync } from '../blobs/synced-folder.ts';
import { applicationId, backupName, backupsFolder, pruneBackups } from './backup-files.ts';
import { databaseDamaged, storageError } from './errors.ts';
import { openMarker, sizeOf } from './inspect.ts';
import type { Migration } from './migrations/define-migration.ts';
import { syncPath } from './sync-path.ts';

/** A check reads every page, about 5 ms for each MB. Above these sizes it is left to `orrery doctor`, so that starting stays quick. */
const checkedAtStartBytes = 4 * 1024 * 1024;
const checkedAfterCrashBytes = 128 * 1024 * 1024;

export interface Migrated {
  from: number;
  to: number;
  backup: string | undefined;
}

/** Throws `database-newer`, `database-damaged`, `migration-failed`, `disk-full`. Undefined when it was at the newest version. */
export function migrate(
  folder: string,
  file: string,
  state: 'new' | 'existing',
  steps: readonly Migration[],
  at: number,
): Migrated | undefined {
  const newest = steps.at(-1)?.version ?? 0;
  const snapshot = `${file}.migrating`;
  try {
    removeLeftovers(folder);
    if (state === 'new') {
      upgrade(snapshot, steps, 0);
      swap(snapshot, file);
      return { from: 0, to: newest, backup: undefined };
    }
    const from = readVersion(file, steps);
    if (from === newest) return undefined;
    takeSnapshot(file, snapshot);
    upgrade(snapshot, steps, from);
    const backup = keepBackup(folder, file, from, at);
    swap(snapshot, file);
    pruneBackups(folder);
    return { from, to: newest, backup };
  } catch (error) {
    rmSync(snapshot, { force: true });
    throw storageError(error);
  }
}

function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder))
    if (/\.db\.migrating(-journal|-wal|-shm)?$/.test(name)) rmSync(join(folder, name), { force: true });
}

/** Opens the existing database for the first time, so this is where damage shows. */
function readVersion(file: string, steps: readonly Migration[]): number {
  const newest = steps.at(-1)?.version ?? 0;
  const unclean = sizeOf(`${file}-wal`) > 0 || sizeOf(openMarker(file)) >= 0;
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { fileMustExist: true });
    const version = db.pragma('user_version', { simple: true }) as number;
    const id = db.pragma('application_id', { simple: true });
    if (id !== applicationId)
      throw new AppError('database-foreign', `${file} is not a database of Orrery.`, {
        hint: 'Move it away, or choose another data folder with ORRERY_DATA.',
      });
    if (version > newest)
      throw new AppError('database-newer', 'The data was written by a newer Orrery.', {
        hint: `Install the newest Orrery, or choose another data folder with ORRERY_DATA. (It is at version ${version}; this Orrery knows ${newest}.)`,
        details: { version, newest },
      });
    if (sizeOf(file) <= (unclean ? checkedAfterCrashBytes : checkedAtStartBytes)) {
      const verdict = db.pragma('quick_check(1)', { simple: true });
      if (verdict !== 'ok') throw databaseDamaged(String(verdict));
    }
    if (!steps.some((step) => step.version === version))
      throw databaseDamaged(`it says it is of version ${version}, which there never was`);
    return version;
  } finally {
    db?.close();
  }
}

/** After this the original's main file holds everything and has no log beside it. */
function takeSnapshot(file: string, snapshot: string): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    db.pragma('wal_checkpoint(truncate)');
    // So that the snapshot can give free pages back to the disk. Where that is so already, asking again would write.
    if (db.pragma('auto_vacuum', { simple: true }) === 0) db.pragma('auto_vacuum = incremental');
    db.prepare('vacuum into ?').run(snapshot);
  } finally {
    db.close();
  }
  // A log left beside the swapped-in file would be played into it.
  if (sizeOf(`${file}-wal`) > 0)
    throw new AppError('database-busy', 'Another program is using the database, so it cannot be brought to the new version.', {
      hint: 'Close the other program and start again.',
    });
}

function upgrade(snapshot: string, steps: readonly Migration[], from: number): void {
  const db = new Database(snapshot);
  try {
    db.pragma('auto_vacuum = incremental');
    db.pragma('journal_mode = delete');
    db.pragma('synchronous = full');
    db.pragma('foreign_keys = off');
    db.pragma(`application_id = ${applicationId}`);
    for (const step of steps) if (step.version > from) runStep(db, step);
    const broken = db.pragma('foreign_key_check') as unknown[];
    const verdict = db.pragma('integrity_check(1)', { simple: true });
    if (verdict !== 'ok' || broken.length > 0)
      throw new AppError('migration-failed', 'The data did not pass its check after being brought to the new version.', {
        hint: 'Your data is untouched. Go back to the Orrery you had before, and report this.',
        details: { verdict, brokenReferences: broken.length },
      });
  } finally {
    db.close();
  }
  syncPath(snapshot);
}

function runStep(db: Database.Database, step: Migration): void {
  try {
    db.transaction(() => {
      step.up({
        exec: (sql) => void db.exec(sql),
        all: (sql, ...params) => db.prepare<unknown[], Record<string, unknown>>(sql).all(...params),
        run: (sql, ...params) => void db.prepare(sql).run(...params),
      });
      db.pragma(`user_version = ${step.version}`);
    })();
  } catch (error) {
    const known = storageError(error);
    if (known.code !== 'internal') throw known;
    throw new AppError('migration-failed', `The step ${step.version} (${step.name}) to the new version failed: ${String(error)}`, {
      hint: 'Your data is untouched. Go back to the Orrery you had before, and report this.',
      cause: error,
    });
  }
}

function keepBackup(folder: string, file: string, version: number, at: number): string {
  const backups = backupsFolder(folder);
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const backup = join(backups, backupName(at, version));
  try {
    linkSync(file, backup);
  } catch {
    // No hard links here (FAT, some network disks), or the name is taken: copying gives the same file.
    copyFileSync(file, backup);
    syncPath(backup);
  }
  syncFolderSync(backups);
  return backup;
}

function swap(snapshot: string, file: string): void {
  for (const leftover of [`${file}-wal`, `${file}-shm`]) rmSync(leftover, { force: true });
  renameSync(snapshot, file);
  syncFolderSync(dirname(file));
}
