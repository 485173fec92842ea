// Unpacks a zip that others made, whole or not at all, into a folder that is not there yet. Everything is checked before the first file
// is written: names, kinds, sizes, overlaps. Sizes and checksums are counted again while unpacking: what an archive says of itself is
// not believed.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { AppError, cancelled } from '../../../shared/errors.ts';
import { checkEntries, type Listed } from './check-entries.ts';
import { type ArchiveLimits, createFile, defaultLimits, type Unpacked, unpackInto, writeWhole } from './unpack-into.ts';
import { openZip, readEntries, streamOf } from './zip-file.ts';

/**
 * `into`: absolute, not there yet; its parent is. Nothing is left there when it throws: `archive-refused` (with what is wrong),
 * `archive-damaged`, `archive-too-large`, `archive-too-slow`, `file-exists`, `cancelled`.
 */
export function readArchive(
  file: string,
  options: { into: string; limits?: Partial<ArchiveLimits>; signal: AbortSignal },
): Promise<Unpacked> {
  const limits = { ...defaultLimits, ...options.limits };
  return unpackInto({ ...options, timeMs: limits.timeMs }, async (folder, signal) => {
    const { zip, close } = await openZip(file, limits.archiveBytes);
    try {
      const entries = await readEntries(zip, limits.entries, signal);
      const listed = await checkEntries(zip, entries, limits, signal);
      await mkdir(folder, { mode: 0o700 });
      return await unpackAll(zip, listed, folder, limits, signal);
    } finally {
      await close();
    }
  });
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
  const file = await createFile(full, isProgram).catch((error: unknown) => {
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
      await writeWhole(file, piece);
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
