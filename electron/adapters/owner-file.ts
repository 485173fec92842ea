// Files that are this person's alone: whole or not at all, and believed only while nobody else could have read or written them. What
// goes wrong with the disk is thrown as it is: each caller has words of its own for it.

import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** In the place of what is there; its content is on disk when this returns, its name once the folder is synced. */
export function writeForOwner(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    // Of one that was ended in the middle, or put there by others: no link is followed.
    rmSync(temporary, { force: true });
    const handle = openSync(temporary, 'wx', 0o600);
    try {
      // All of it: a disk that is nearly full takes a part, and says so only when it is asked for the rest.
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Undefined when there is none, or when others could have read it or put it there: then what is in it is no secret any more. */
export function readOfOwner(file: string): string | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { mode, uid } = fstatSync(handle);
    if (process.platform !== 'win32' && ((mode & 0o077) !== 0 || uid !== process.getuid?.())) return undefined;
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}
