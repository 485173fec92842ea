// The file with the chain's keys that a person gives to whom they trust to check an export. Never sent over a wire; written for its
// owner alone, and never over another file.

import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { storageError } from '../sqlite/errors.ts';
import { type ChainKey, chainKey, sourceOf } from './chain.ts';
import type { AuditKeys } from './keys.ts';

const keyFile = z.object({ format: z.literal('orrery-audit-keys'), keys: z.array(z.object({ id: z.string(), key: z.string() })).max(20) });

/** Throws `file-exists` and AppErrors of the disk. With the vault's key where the vault can be opened. */
export async function writeKeyFile(path: string, keys: AuditKeys): Promise<void> {
  await keys.openVault();
  const all = keys.all().map((key) => ({ id: key.id, key: key.bytes.toString('base64') }));
  const text = `${JSON.stringify({ format: 'orrery-audit-keys', keys: all }, null, 2)}\n`;
  let handle: number;
  try {
    handle = openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new AppError('file-exists', `${path} is there already.`, { hint: 'Choose another name; it is not written over.' });
    throw storageError(error);
  }
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } catch (error) {
    // Half of it serves nobody, and would stand in the way of the next try.
    rmSync(path, { force: true });
    throw storageError(error);
  } finally {
    closeSync(handle);
  }
}

/** `text`: what is in it, where whoever asks has read it already. Throws `audit-keys-unreadable`. */
export function readKeyFile(path: string, text?: string): ChainKey[] {
  try {
    const read = keyFile.parse(JSON.parse(text ?? readFileSync(path, 'utf8')));
    return read.keys.map(({ id, key }) => {
      const made = chainKey(sourceOf(id), Buffer.from(key, 'base64'));
      if (made.id !== id) throw new Error(`the key ${id} is not whole`);
      return made;
    });
  } catch (error) {
    throw new AppError(
      'audit-keys-unreadable',
      `The keys in ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: 'Make the file again with `orrery audit export --keys FILE`.',
        cause: error,
      },
    );
  }
}
