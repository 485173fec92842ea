// What is said of a large output that cannot be read: it is gone, it is not what was kept, or the disk has trouble.

import { AppError } from '../../../shared/errors.ts';
import { storageError } from '../sqlite/errors.ts';

const hint = 'The run’s other steps are unharmed. Run it again to make the value anew, or put back your own copy of the data folder.';

export const largeMissing = (hash: string, cause?: unknown): AppError =>
  new AppError('large-value-missing', 'A large output is not in the data folder any more.', { hint, details: { hash }, cause });

export const damaged = (hash: string): AppError =>
  new AppError('large-value-damaged', 'A large output is damaged: it is not what was kept.', { hint, details: { hash } });

export function unreadable(hash: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return largeMissing(hash, error);
  return code === 'EISDIR' ? damaged(hash) : storageError(error);
}
