// Turns what SQLite and the file system say into AppErrors that tell a person what to do next.

import { AppError } from '../../../shared/errors.ts';

export const diskFull = (cause?: unknown): AppError =>
  new AppError('disk-full', 'The disk is full, so nothing can be saved.', {
    hint: 'Free some space on the disk that holds the data folder; Orrery goes on by itself.',
    retryable: true,
    cause,
  });

export const folderReadOnly = (cause?: unknown): AppError =>
  new AppError('data-folder-read-only', 'The data folder cannot be written to.', {
    hint: 'Make the folder writable for your user, or choose another one with ORRERY_DATA.',
    cause,
  });

export const databaseDamaged = (detail: string, cause?: unknown, hint?: string): AppError =>
  new AppError('database-damaged', `The database is damaged: ${detail}.`, {
    hint: hint ?? 'Close Orrery and put back a backup: `orrery backups list` shows which are good. Nothing was overwritten.',
    cause,
  });

const diskFailed = (code: string, cause: unknown): AppError =>
  new AppError('disk-failed', `The disk reports an error (${code}).`, {
    hint: 'Check the disk and its connection; Orrery tries again by itself.',
    retryable: true,
    cause,
  });

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '');

/** AppErrors pass as they are; what is not about storage is returned unchanged in a wrapper that keeps its cause. */
export function storageError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_IOERR_SHMSIZE') return diskFull(error);
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM' || code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return folderReadOnly(error);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code === 'SQLITE_FORMAT') return databaseDamaged(message, error);
  // What is no longer as we made it is said in words only: search tables, the header, the table of tables.
  if (
    code === 'SQLITE_ERROR' &&
    /invalid fts5 file format|malformed|corrupt|unsupported file format|no such (?:table|column|index)/.test(message)
  )
    return databaseDamaged(message, error);
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') return diskFailed(code, error);
  if (code.startsWith('SQLITE_CANTOPEN'))
    return new AppError('database-unreachable', 'The database file cannot be opened.', {
      hint: 'Check that the data folder is there and belongs to your user.',
      cause: error,
    });
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new AppError('database-busy', 'Another program is using the database.', {
      hint: 'Close the other program and try again.',
      retryable: true,
      cause: error,
    });
  return new AppError('internal', `Storage failed: ${message}`, {
    hint: 'This is a fault in Orrery. The log has the details.',
    cause: error,
  });
}
