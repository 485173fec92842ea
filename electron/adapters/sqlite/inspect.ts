// Looks at the database's files before SQLite does, because SQLite takes a missing or empty file for a new database. What is
// there but cannot be read is refused and left untouched; an empty database never takes its place.

import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { listBackups } from './backup-files.ts';
import { databaseDamaged, storageError } from './errors.ts';

const headerText = 'SQLite format 3\0';

/** Bytes; -1 when there is no such file. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? -1;
}

/** Beside the database while it is open: who finds it without a log knows that the log was taken away after a crash. */
export const openMarker = (file: string): string => `${file}-open`;

/** `new` when nothing was ever stored here, `existing` when a database is there. Throws `database-damaged`, `database-missing`. */
export function inspectFiles(folder: string, file: string): 'new' | 'existing' {
  const size = sizeOf(file);
  if (size > 0) {
    const header = readHeader(file);
    if (header.toString('latin1', 0, headerText.length) !== headerText)
      throw databaseDamaged('its first bytes are not those of a database');
    // SQLite would take other versions of its format for a file that may only be read.
    if (![header[18], header[19]].every((format) => format === 1 || format === 2)) throw databaseDamaged('its header is not whole');
    return 'existing';
  }
  if (size === 0) throw databaseDamaged('its file is empty');
  if (sizeOf(`${file}-wal`) > 0) throw databaseDamaged('its main file is gone, only its log (orrery.db-wal) is left');
  if (listBackups(folder).length > 0) throw new AppError('database-missing', 'The database is gone, but backups of it are there.');
  return 'new';
}

/** Asked first, because SQLite says of a read-only folder only that it cannot open a file. Throws `data-folder-read-only`. */
export function mustBeWritable(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw storageError(error);
  }
}

function readHeader(file: string): Buffer {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(100);
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(handle);
  }
}
