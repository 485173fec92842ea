// Unpacks a zip that others made, whole or not at all, into a folder that is not there yet. Everything is checked before the first file
// is written: names, kinds, sizes, overlaps. Sizes and checksums are counted again while unpacking: what an archive says of itself is
// not believed.

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { AppError, cancelled } from '../../../shared/errors.ts';
import { type ArchiveLimits, archiveFault, checkEntries, type Listed } from './check-entries.ts';
import { openZip, readEntries, streamOf } from './zip-file.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

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
 * `into`: absolute, not there yet; its parent is. Nothing is left there when it throws: `archive-refused` (with what is wrong),
 * `archive-damaged`, `archive-too-large`, `archive-too-slow`, `file-exists`, `cancelled`.
 */
export async function readArchive(
  file: string,
  options: { into: string; limits?: Partial<ArchiveLimits>; signal: AbortSignal },
): Promise<Unpacked> {
  const limits = { ...defaultLimits, ...options.limits };
  const deadline = AbortSignal.timeout(limits.timeMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  if ((await stat(options.into).catch(() => undefined)) !== undefined)
    throw new AppError('file-exists', `“${options.into}” is already there.`, { hint: 'Choose another name, or remove it first.' });
  const temporary = join(dirname(options.into), `.${basename(options.into).slice(0, 60)}.${randomBytes(6).toString('hex')}.unpacking`);
  const { zip, close } = await openZip(file, limits.archiveBytes).catch((error: unknown) => {
    throw archiveFault(error);
  });
  try {
    const entries = await readEntries(zip, limits.entries, signal);
    const listed = await checkEntries(zip, entries, limits, signal);
    await mkdir(temporary, { mode: 0o700 });
    const unpacked = await unpackAll(zip, listed, temporary, limits, signal);
    await rename(temporary, options.into);
    return unpacked;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (deadline.aborted && !options.signal.aborted)
      throw new AppError('archive-too-slow', 'The archive takes too long to unpack.', { hint: 'Get it from its maker again.' });
    if (options.signal.aborted) throw cancelled();
    throw archiveFault(error);
  } finally {
    await close();
  }
}

async function unpackAll(
  zip: ZipFile,
  listed: readonly Listed[],
  root: string,
  limits: ArchiveLimits,
  signal: AbortSignal,
): Promise<Unpacked> {
  const files: Unpacked['files'] = [];
  let bytes = 0;
  for (const { entry, path, isFolder, isProgram } of listed) {
    signal.throwIfAborted();
    const full = join(root, path);
    if (isFolder) {
      await mkdir(full, { recursive: true, mode: 0o700 });
      continue;
    }
    await mkdir(dirname(full), { recursive: true, mode: 0o700 });
    const size = await unpackOne(zip, entry, full, isProgram, { left: limits.bytes - bytes, limits, signal });
    bytes += size;
    files.push({ path, bytes: size });
  }
  return { files, bytes };
}

async function unpackOne(
  zip: ZipFile,
  entry: Entry,
  full: string,
  isProgram: boolean,
  { left, limits, signal }: { left: number; limits: ArchiveLimits; signal: AbortSignal },
): Promise<number> {
  const stream = await streamOf(zip, entry);
  const file = await open(full, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), isProgram ? 0o700 : 0o600).catch((error: unknown) => {
    stream.destroy();
    throw error;
  });
  const stop = (): void => void stream.destroy(cancelled());
  signal.addEventListener('abort', stop, { once: true });
  try {
    let size = 0;
    let sum = 0;
    for await (const piece of stream as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > left || size > limits.fileBytes || size > entry.uncompressedSize)
        throw new AppError('archive-too-large', `“${entry.fileName}” is larger than it says.`, {
          hint: 'Get the archive from its maker again.',
        });
      sum = crc32(piece, sum);
      for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
    }
    if (size !== entry.uncompressedSize || sum !== entry.crc32)
      throw new AppError('archive-damaged', `“${entry.fileName}” is not what was packed: its checksum is wrong.`, {
        hint: 'Get the archive again.',
      });
    return size;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
    await file.close();
  }
}
