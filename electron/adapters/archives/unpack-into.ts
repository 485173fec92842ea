// The frame around every unpacking, whatever way the archive is packed: into a folder that is not there yet, whole or not at all, and
// within its time. It knows no archive itself.

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError, cancelled } from '../../../shared/errors.ts';
import { syncTree } from '../blobs/sync-tree.ts';
import { syncFolder } from '../blobs/synced-folder.ts';
import { archiveFault } from './archive-faults.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

export interface ArchiveLimits {
  /** Of the archive itself, of all that is in it, and of one file in it, in bytes. */
  archiveBytes: number;
  bytes: number;
  fileBytes: number;
  entries: number;
  /** How many times larger a file may be than it is packed, once it is larger than a megabyte. */
  ratio: number;
  /** The whole unpacking, in milliseconds. */
  timeMs: number;
}

export const defaultLimits: ArchiveLimits = {
  archiveBytes: 512 * 1024 * 1024,
  bytes: 1024 * 1024 * 1024,
  fileBytes: 512 * 1024 * 1024,
  entries: 20_000,
  ratio: 200,
  timeMs: 120_000,
};

export interface Unpacked {
  /** Relative, with `/`. */
  files: { path: string; bytes: number }[];
  bytes: number;
}

/**
 * `into`: absolute, not there yet; its parent is. `work` makes the folder that it is given once it has checked what it can, and unpacks
 * into it; then that folder is put in its place, whole and on disk. Nothing is left there when it throws: `file-exists`, `archive-too-slow` after `timeMs`
 * milliseconds, `cancelled`, and what `work` throws (see `archiveFault`).
 */
export async function unpackInto<T>(
  options: { into: string; timeMs: number; signal: AbortSignal },
  work: (folder: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { into } = options;
  const deadline = AbortSignal.timeout(options.timeMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  if ((await stat(into).catch(() => undefined)) !== undefined)
    throw new AppError('file-exists', `“${into}” is already there.`, { hint: 'Choose another name, or remove it first.' });
  const temporary = join(dirname(into), `.${basename(into).slice(0, 60)}.${randomBytes(6).toString('hex')}.unpacking`);
  try {
    const result = await work(temporary, signal);
    // What has its name is whole, after a power cut too.
    await syncTree(temporary, signal);
    await rename(temporary, into);
    await syncFolder(dirname(into));
    return result;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (deadline.aborted && !options.signal.aborted)
      throw new AppError('archive-too-slow', 'The archive takes too long to unpack.', { hint: 'Get it from its maker again.' });
    if (options.signal.aborted) throw cancelled();
    throw archiveFault(error);
  }
}

/** A file that is not there yet, with the folders above it. The caller closes it. */
export async function createFile(full: string, isProgram: boolean): Promise<FileHandle> {
  await mkdir(dirname(full), { recursive: true, mode: 0o700 });
  return open(full, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), isProgram ? 0o700 : 0o600);
}

interface Writable {
  write(piece: Uint8Array, at: number): Promise<{ bytesWritten: number }>;
}
/** Whatever the disk takes at a time. */
export async function writeWhole(file: Writable, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
}
