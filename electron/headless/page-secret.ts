// The secret from which the address's token and the pages' sessions follow, kept in the data folder for its owner alone, so that
// an open page comes back by itself after a restart. A new one ends every session and makes the old address worthless.

import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { readOfOwner, writeForOwner } from '../adapters/owner-file.ts';
import { newSecret } from './door.ts';

/** Throws `page-secret-unusable`. The caller holds the data folder. */
export function readPageSecret(folder: string, options: { renew: boolean; file?: string }): string {
  const file = join(folder, options.file ?? 'page-secret');
  return (options.renew ? undefined : readKept(file)) ?? keepNew(file);
}

function readKept(file: string): string | undefined {
  try {
    const secret = readOfOwner(file)?.trim() ?? '';
    return /^[\w-]{43}$/.test(secret) ? secret : undefined;
  } catch (error) {
    throw unusable(file, error);
  }
}

function keepNew(file: string): string {
  const secret = newSecret();
  try {
    writeForOwner(file, `${secret}\n`);
    return secret;
  } catch (error) {
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
