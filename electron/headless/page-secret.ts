// The secret from which the address's token and the pages' sessions follow, kept in the data folder for its owner alone, so that
// an open page comes back by itself after a restart. A new one ends every session and makes the old address worthless.

import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { newSecret } from './door.ts';

/** Throws `page-secret-unusable`. The caller holds the data folder. */
export function readPageSecret(folder: string, options: { renew: boolean; file?: string }): string {
  const file = join(folder, options.file ?? 'page-secret');
  return (options.renew ? undefined : readKept(file)) ?? keepNew(file);
}

/** None when there is none, or when others could have read it or put it there: then it is no secret any more. */
function readKept(file: string): string | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(file, error);
  }
  try {
    const { mode, uid } = fstatSync(handle);
    if (process.platform !== 'win32' && ((mode & 0o077) !== 0 || uid !== process.getuid?.())) return undefined;
    const secret = readFileSync(handle, 'utf8').trim();
    return /^[\w-]{43}$/.test(secret) ? secret : undefined;
  } catch (error) {
    throw unusable(file, error);
  } finally {
    closeSync(handle);
  }
}

function keepNew(file: string): string {
  const secret = newSecret();
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    rmSync(temporary, { force: true });
    const handle = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(handle, `${secret}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    return secret;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unusable(file, error);
  }
}

const unusable = (file: string, cause: unknown): AppError =>
  new AppError(
    'page-secret-unusable',
    `The key for pages, ${file}, cannot be kept: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      hint: 'See that you may write to the data folder, or move that file away.',
      cause,
    },
  );
