// Files that hold secrets on purpose: written whole or not at all, for their owner alone, and removed with their content
// overwritten first. On disks that move data about (SSDs, copy-on-write file systems) overwriting cannot promise that nothing is left.

import { closeSync, fstatSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeForOwner } from '../owner-file.ts';

/** Never over a file that is there. Throws `file-exists`, `file-not-written`. */
export function writePrivate(file: string, text: string): void {
  if (!isAbsolute(file))
    throw new AppError('path-not-absolute', `“${file}” is not a full path.`, { hint: 'Name the file from the root on.', place: 'file' });
  try {
    // Taken first, so that nothing that is there is lost and no link is followed.
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new AppError(
      exists ? 'file-exists' : 'file-not-written',
      exists ? `There is a file ${file} already.` : `${file} cannot be written: ${(error as Error).message}`,
      {
        hint: exists ? 'Choose another name.' : 'Choose another folder.',
        place: 'file',
        cause: error,
      },
    );
  }
  try {
    writeForOwner(file, text);
  } catch (error) {
    rmSync(file, { force: true });
    throw new AppError('file-not-written', `${file} cannot be written: ${(error as Error).message}`, {
      hint: 'Choose another folder.',
      place: 'file',
      cause: error,
    });
  }
}

export const deleteFile = (file: string): void => rmSync(file, { force: true });

/** Overwrites, then removes. Throws `file-not-removed`. */
export function shredFile(file: string): void {
  try {
    const handle = openSync(file, 'r+');
    try {
      const { size } = fstatSync(handle);
      const zeros = Buffer.alloc(Math.min(size, 1 << 20));
      for (let at = 0; at < size; at += zeros.length) writeSync(handle, zeros, 0, Math.min(zeros.length, size - at), at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    rmSync(file);
  } catch (error) {
    throw new AppError('file-not-removed', `${file} could not be removed: ${(error as Error).message}`, {
      hint: 'Delete it yourself: it holds your passwords in plain text.',
      cause: error,
    });
  }
}
