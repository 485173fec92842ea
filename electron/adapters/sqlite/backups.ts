// Backups of a data folder's database: makes them in a worker thread, and puts one back. Large outputs are not copied: they lie
// under their hash and stay as long as a kept backup names them.

import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { syncFolderSync } from '../blobs/synced-folder.ts';
import { nodeEntry } from '../node-entry.ts';
import type { BackupAnswer, BackupRequest } from './backup.worker.ts';
import { type BackupFile, backupsFolder, listBackups, problemOf } from './backup-files.ts';
import { storageError } from './errors.ts';
import { openMarker } from './inspect.ts';
import { syncPath } from './sync-path.ts';

export { type BackupFile, listBackups, newestGoodBackup, problemOf } from './backup-files.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** What stays free on the disk after an automatic backup, in bytes. */
const freeLeft = 500e6;

/** Whether the newest is older than a day. A database that is younger itself is given that day. */
export function isBackupDue(folder: string, now: number): boolean {
  const facts = statSync(join(folder, 'orrery.db'), { throwIfNoEntry: false });
  if (facts === undefined) return false;
  const newest = listBackups(folder)[0];
  if (newest !== undefined) return now - newest.at > dayMs;
  return now - (facts.birthtimeMs || facts.mtimeMs) > dayMs;
}

/** A backup may be put off where it would fill the disk: why, in a sentence. */
export function noRoomFor(folder: string): string | undefined {
  const bytes = ['orrery.db', 'audit.db']
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((a, b) => a + b);
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > bytes * 2 + freeLeft ? undefined : 'No automatic backup was made: there is too little free space.';
}

/** Of what is committed now. Ends early with `signal`. Throws `backup-failed`, `database-missing`, `disk-full`. */
export async function makeBackup(folder: string, signal?: AbortSignal): Promise<BackupFile> {
  if (!existsSync(join(folder, 'orrery.db')))
    throw new AppError('database-missing', `There is no database in ${folder}.`, { hint: 'Choose the folder with --data or ORRERY_DATA.' });
  const request: BackupRequest = { folder, at: Date.now() };
  const worker = new Worker(nodeEntry('backup-worker'), { env: {}, workerData: request });
  worker.unref();
  const stop = (): void => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const answer = await new Promise<BackupAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new AppError('backup-failed', 'The backup was stopped before it was made.')));
    });
    if ('error' in answer)
      throw new AppError(answer.error.code, answer.error.message, answer.error.hint === undefined ? {} : { hint: answer.error.hint });
    const made = listBackups(folder).find(({ file }) => file === answer.file);
    if (made === undefined) throw new AppError('backup-failed', 'The backup is not where it was put.');
    return made;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

export interface Restored {
  backup: string;
  /** Where the database that was there lies now; none when there was none. */
  movedTo: string | undefined;
}

/**
 * Puts a backup in the place of the database. The caller holds the folder's lock. What was there is moved aside whole and never
 * deleted. Throws `backup-not-found`, `backup-damaged`, `disk-full`; then nothing was changed.
 */
export function restoreBackup(folder: string, which: string, at: number): Restored {
  const backup = findBackup(folder, which);
  const problem = problemOf(backup);
  if (problem !== undefined)
    throw new AppError('backup-damaged', `${backup} is not a good backup: ${problem}.`, {
      hint: '`orrery backups list` shows which ones are good.',
    });
  const file = join(folder, 'orrery.db');
  const fresh = `${file}.restoring`;
  try {
    copyFileSync(backup, fresh);
    syncPath(fresh);
    const movedTo = moveAside(folder, at);
    renameSync(fresh, file);
    rmSync(openMarker(file), { force: true });
    syncFolderSync(folder);
    return { backup, movedTo };
  } catch (error) {
    rmSync(fresh, { force: true });
    throw storageError(error);
  }
}

/** By its name in the backups folder, or by a path. */
function findBackup(folder: string, which: string): string {
  const found = [join(backupsFolder(folder), basename(which)), resolve(which)].find(
    (file, i) => (i === 1 || basename(which) === which) && statSync(file, { throwIfNoEntry: false })?.isFile() === true,
  );
  if (found !== undefined) return found;
  throw new AppError('backup-not-found', `There is no backup ${which}.`, { hint: 'See `orrery backups list`.' });
}

/** The log goes along: it belongs to that file, and would be played into another. */
function moveAside(folder: string, at: number): string | undefined {
  const names = ['orrery.db', 'orrery.db-wal', 'orrery.db-shm'].filter((name) => existsSync(join(folder, name)));
  if (names.length === 0) return undefined;
  const aside = join(folder, 'set-aside', new Date(at).toISOString().replace(/[:.]/g, '-'));
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  // The main file first: a log by itself is refused, while a main file without its log would be believed.
  for (const name of names) renameSync(join(folder, name), join(aside, name));
  for (const changed of [aside, join(folder, 'set-aside'), folder]) syncFolderSync(changed);
  return aside;
}
