// Brings a database to the newest version on a snapshot beside it: the original is not touched until the snapshot is checked
// and synced, then one rename swaps it in, and the original stays as a dated backup.

import { closeSync, copyFileSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';
import { databaseDamaged, storageError } from './errors.ts';
import { hintFor, listBackups, sizeOf } from './inspect.ts';
import type { Migration } from './migrations/define-migration.ts';

/** Says that a file is ours: "Orry". */
const applicationId = 0x4f727279;
const keptBackups = 3;
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
    const from = readVersion(file, steps, listBackups(folder)[0]);
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
function readVersion(file: string, steps: readonly Migration[], newestBackup: string | undefined): number {
  const newest = steps.at(-1)?.version ?? 0;
  const unclean = sizeOf(`${file}-wal`) > 0;
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
      if (verdict !== 'ok') throw databaseDamaged(String(verdict), undefined, hintFor(newestBackup));
    }
    if (!steps.some((step) => step.version === version))
      throw databaseDamaged(`it says it is of version ${version}, which there never was`);
    return version;
  } catch (error) {
    const known = storageError(error);
    throw known.code === 'database-damaged' ? databaseDamaged(detailOf(known), error, hintFor(newestBackup)) : known;
  } finally {
    db?.close();
  }
}

const detailOf = (error: AppError): string => error.message.replace(/^The database is damaged: /, '').replace(/\.$/, '');

/** After this the original's main file holds everything and has no log beside it. */
function takeSnapshot(file: string, snapshot: string): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    db.pragma('wal_checkpoint(truncate)');
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
  const backups = join(folder, 'backups');
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const date = new Date(at).toISOString().replace(/[:.]/g, '-');
  const backup = join(backups, `orrery-${date}-v${version}.db`);
  try {
    linkSync(file, backup);
  } catch {
    // No hard links here (FAT, some network disks), or the name is taken: copying gives the same file.
    copyFileSync(file, backup);
    syncPath(backup);
  }
  syncFolder(backups);
  return backup;
}

function pruneBackups(folder: string): void {
  for (const old of listBackups(folder).slice(keptBackups)) rmSync(old, { force: true });
}

function swap(snapshot: string, file: string): void {
  for (const leftover of [`${file}-wal`, `${file}-shm`]) rmSync(leftover, { force: true });
  renameSync(snapshot, file);
  syncFolder(dirname(file));
}

function syncPath(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a rename last. Windows has no such call for folders; its file system keeps renames by itself. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
