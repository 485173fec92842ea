// Makes and checks one backup off the main thread, on a connection of its own; the host goes on writing meanwhile.

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { AppError, type AppErrorShape } from '../../../shared/errors.ts';
import { chainColumns } from '../audit/rows.ts';
import { syncFolderSync } from '../blobs/synced-folder.ts';
import { auditFile, carriedTables } from './audit-file.ts';
import { pagesTable } from './audit-pages.ts';
import { backupName, backupsFolder, problemOf, pruneBackups } from './backup-files.ts';
import { storageError } from './errors.ts';
import { ownerOnly } from './owner-only.ts';

export interface BackupRequest {
  folder: string;
  at: number;
}
export type BackupAnswer = { file: string } | { error: AppErrorShape };

/** All pages in one step, so that it is one moment of the database however much is written meanwhile. */
const allPages = 2 ** 31 - 1;
/** The version of the shapes from which on the audit log has a file of its own. */
const auditFileSince = 140;
const leftoverMs = 60 * 60 * 1000;

async function makeBackup({ folder, at }: BackupRequest): Promise<string> {
  const backups = backupsFolder(folder);
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const fresh = join(backups, `making-${process.pid}.tmp`);
  const remove = (): void => {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${fresh}${end}`, { force: true });
  };
  remove();
  removeLeftovers(backups, at);
  try {
    const version = await copyTo(join(folder, 'orrery.db'), fresh);
    const problem = problemOf(fresh);
    if (problem !== undefined)
      throw new AppError('backup-failed', `The database could not be backed up: ${problem}.`, {
        hint: 'Older backups are kept. `orrery doctor` checks the database, `orrery backups list` names the backups.',
      });
    // Its folder is, but what is copied elsewhere keeps the rights that it has here.
    ownerOnly(fresh);
    const handle = openSync(fresh, 'r+');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    const file = join(backups, backupName(at, version));
    renameSync(fresh, file);
    syncFolderSync(backups);
    syncFolderSync(folder);
    pruneBackups(folder);
    return file;
  } finally {
    remove();
  }
}

/** What was being made when its process ended. Another process may be at it now, so only old ones go. */
function removeLeftovers(backups: string, now: number): void {
  for (const name of readdirSync(backups)) {
    const file = join(backups, name);
    if (/^making-\d+\.tmp/.test(name) && now - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now) > leftoverMs)
      rmSync(file, { force: true });
  }
}

/** Gives the version of its shapes. */
async function copyTo(source: string, target: string): Promise<number> {
  const db = new Database(source, { readonly: true, fileMustExist: true });
  try {
    await db.backup(target, { progress: () => allPages });
  } finally {
    db.close();
  }
  const copy = new Database(target, { fileMustExist: true });
  try {
    // Without a log of its own beside it, so that it is one file.
    copy.pragma('journal_mode = delete');
    const version = copy.pragma('user_version', { simple: true }) as number;
    // Before that a database holds its log itself, behind fences.
    if (version >= auditFileSince) carryAudit(copy, dirname(source));
    return version;
  } finally {
    copy.close();
  }
}

/** The audit log goes along inside, as of now: with nothing else there, a restored backup has its log too. */
function carryAudit(copy: Database.Database, folder: string): void {
  if (!existsSync(auditFile(folder))) return;
  try {
    copy.prepare('attach ? as log').run(auditFile(folder));
    // Just before it is brought up to date a log may still be one of rows, which its table here takes as they are.
    const isOfRows = copy.prepare("select 1 from log.sqlite_schema where name = 'audit_entries'").get() !== undefined;
    const { audit_pages, ...others } = carriedTables;
    const carried = isOfRows ? { audit_entries: chainColumns, ...others } : { audit_pages, ...others };
    copy.transaction(() => {
      copy.exec(pagesTable);
      for (const [table, columns] of Object.entries(carried)) {
        copy.exec(`delete from main.${table}`);
        copy.exec(`insert into main.${table} (${columns}) select ${columns} from log.${table}`);
      }
    })();
    copy.exec('detach log');
  } catch (error) {
    // A log that is damaged must not keep the rest from being backed up; it shows by itself, in the app and in `orrery doctor`.
    if (storageError(error).code !== 'database-damaged') throw error;
  }
}

const answer: BackupAnswer = await makeBackup(workerData as BackupRequest).then(
  (file) => ({ file }),
  (error: unknown) => ({ error: storageError(error).toJSON() }),
);
parentPort?.postMessage(answer);
