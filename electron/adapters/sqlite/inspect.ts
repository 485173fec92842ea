// Looks at the database's files before SQLite does, because SQLite takes a missing or empty file for a new database. What is
// there but cannot be read is refused and left untouched; an empty database never takes its place.

import { accessSync, closeSync, constants, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { databaseDamaged, storageError } from './errors.ts';

const headerText = 'SQLite format 3\0';

/** Bytes; -1 when there is no such file. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? -1;
}

/** Newest first. */
export function listBackups(folder: string): string[] {
  const backups = join(folder, 'backups');
  if (statSync(backups, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(backups)
    .filter((name) => /^orrery-.*\.db$/.test(name))
    .sort()
    .reverse()
    .map((name) => join(backups, name));
}

/** `new` when nothing was ever stored here, `existing` when a database is there. Throws `database-damaged`, `database-missing`. */
export function inspectFiles(folder: string, file: string): 'new' | 'existing' {
  const size = sizeOf(file);
  const newest = listBackups(folder)[0];
  if (size > 0) {
    const header = readHeader(file);
    if (header !== headerText) throw databaseDamaged('its first bytes are not those of a database', undefined, hintFor(newest));
    return 'existing';
  }
  if (size === 0) throw databaseDamaged('its file is empty', undefined, hintFor(newest));
  if (sizeOf(`${file}-wal`) > 0)
    throw databaseDamaged('its main file is gone, only its log (orrery.db-wal) is left', undefined, hintFor(newest));
  if (newest !== undefined)
    throw new AppError('database-missing', 'The database is gone, but backups of it are there.', {
      hint: `Copy ${newest} to ${file}; or move the backups folder away to begin with nothing.`,
      details: { newestBackup: newest },
    });
  return 'new';
}

export function hintFor(newestBackup: string | undefined): string {
  return newestBackup === undefined
    ? 'Put back a copy of orrery.db from your own backups, or move the file away to begin with nothing. Nothing was overwritten.'
    : `Move orrery.db away and copy ${newestBackup} to its place. Nothing was overwritten.`;
}

/** Asked first, because SQLite says of a read-only folder only that it cannot open a file. Throws `data-folder-read-only`. */
export function mustBeWritable(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw storageError(error);
  }
}

function readHeader(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(headerText.length);
    const count = readSync(handle, bytes, 0, bytes.length, 0);
    return bytes.toString('latin1', 0, count);
  } finally {
    closeSync(handle);
  }
}
