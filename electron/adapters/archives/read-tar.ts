// Unpacks an npm package (a gzipped tar), whole or not at all, into a folder that is not there yet. Plain files and folders only: no
// links, no devices, no names that lead outside or that two systems read differently; sizes are counted while unpacking. As for zips
// (read-archive.ts), what an archive says of itself is not believed.

import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { cancelled } from '../../../shared/errors.ts';
import { contentTooLarge, refused, shown } from './archive-faults.ts';
import { findNameFault, nameKey } from './entry-names.ts';
import { blockBytes, readHeader, type TarHeader, textOf } from './tar-header.ts';
import { type ArchiveLimits, createFile, defaultLimits, type Unpacked, unpackInto, writeWhole } from './unpack-into.ts';

/** Longer names and notes than this are nobody's. */
const maxNote = 64 * 1024;

export interface TarOptions {
  into: string;
  limits?: Partial<Omit<ArchiveLimits, 'ratio' | 'archiveBytes'>>;
  /** Which of its files are wanted; all are looked at. The path is without the package's own first folder. */
  wants?: (path: string) => boolean;
  onProgress?: (bytes: number) => void;
  signal: AbortSignal;
}

/** The first folder of every path (npm's `package/`) is left out. Throws as `readArchive` does. */
export function readTar(file: string, options: TarOptions): Promise<Unpacked> {
  const limits = { ...defaultLimits, ...options.limits };
  return unpackInto({ ...options, timeMs: limits.timeMs }, async (folder, signal) => {
    const source = createReadStream(file);
    const plain = createGunzip();
    source.on('error', (error) => plain.destroy(error));
    const stop = (): void => void plain.destroy(cancelled());
    signal.addEventListener('abort', stop, { once: true });
    try {
      await mkdir(folder, { mode: 0o700 });
      return await unpackAll(pieces(source.pipe(plain)), folder, { ...options, limits, signal });
    } finally {
      signal.removeEventListener('abort', stop);
      source.destroy();
      plain.destroy();
    }
  });
}

/** Any number of bytes at a time from a stream of chunks; less only at its end. */
function pieces(stream: AsyncIterable<Buffer>) {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  return {
    /** At most `most`, at least one; undefined at the end. */
    async some(most: number): Promise<Buffer | undefined> {
      while (rest.length === 0) {
        const next = await chunks.next();
        if (next.done === true) return undefined;
        rest = next.value;
      }
      const piece = rest.subarray(0, most);
      rest = rest.subarray(piece.length);
      return piece;
    },
    async exactly(bytes: number): Promise<Buffer> {
      const found: Buffer[] = [];
      for (let left = bytes; left > 0; ) {
        const piece = await this.some(left);
        if (piece === undefined) throw new Error('it ends too early');
        found.push(piece);
        left -= piece.length;
      }
      return Buffer.concat(found);
    },
  };
}
type Pieces = ReturnType<typeof pieces>;

interface Unpacking extends TarOptions {
  limits: ArchiveLimits;
}

async function unpackAll(from: Pieces, root: string, options: Unpacking): Promise<Unpacked> {
  const { limits, signal } = options;
  const files: Unpacked['files'] = [];
  const seen = new Map<string, boolean>();
  let [bytes, entries, isEnded] = [0, 0, false];
  let longName: string | undefined;
  while (!isEnded) {
    signal.throwIfAborted();
    const header = readHeader(await from.exactly(blockBytes));
    if (header === undefined) {
      isEnded = true;
      continue;
    }
    entries += 1;
    if (entries > limits.entries) throw refused(`it has more than ${limits.entries} entries`);
    if (header.kind === 'note') {
      if (header.size > maxNote) throw refused('it has a name that is too long');
      longName = textOf(header, await from.exactly(header.size)) ?? longName;
      await from.exactly(padding(header.size));
      continue;
    }
    const path = checked({ ...header, name: longName ?? header.name }, seen);
    longName = undefined;
    bytes += header.size;
    if (header.size > limits.fileBytes || bytes > limits.bytes) throw contentTooLarge(limits.bytes);
    if (header.kind === 'file' && path !== '') {
      const isWanted = options.wants?.(path) ?? true;
      await unpackOne(from, header, isWanted ? join(root, path) : undefined, signal);
      if (isWanted) files.push({ path, bytes: header.size });
    }
    await from.exactly(padding(header.size));
    options.onProgress?.(bytes);
  }
  // What follows the end is not looked at, but the packing's own checksum is at its end.
  while ((await from.some(1024 * 1024)) !== undefined) signal.throwIfAborted();
  return { files, bytes: files.reduce((sum, each) => sum + each.bytes, 0) };
}

const padding = (size: number): number => (blockBytes - (size % blockBytes)) % blockBytes;

/** The path below the package's own folder; empty for that folder itself. */
function checked({ name, kind, size }: Pick<TarHeader, 'name' | 'kind' | 'size'>, seen: Map<string, boolean>): string {
  const named = shown(name);
  if (kind === 'other') throw refused(`${named} is a link or a device`);
  const fault = findNameFault(name);
  if (fault !== undefined) throw refused(`${named} ${fault}`);
  if (kind === 'folder' && size > 0) throw refused(`the folder ${named} has content`);
  const plain = name.replace(/\/$/, '');
  const key = nameKey(plain);
  const before = seen.get(key);
  if (before !== undefined && !(before && kind === 'folder')) throw refused(`${named} is in it twice`);
  seen.set(key, kind === 'folder');
  const parts = key.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const above = parts.slice(0, depth).join('/');
    if (seen.get(above) === false) throw refused(`${named} lies below a file`);
    seen.set(above, true);
  }
  const [, ...rest] = plain.split('/');
  if (rest.length === 0 && kind === 'file') throw refused(`${named} lies beside the package`);
  return rest.join('/');
}

async function unpackOne(from: Pieces, header: TarHeader, full: string | undefined, signal: AbortSignal): Promise<void> {
  let file: FileHandle | undefined;
  try {
    if (full !== undefined) file = await createFile(full, header.isProgram);
    for (let left = header.size; left > 0; ) {
      signal.throwIfAborted();
      const piece = await from.some(left);
      if (piece === undefined) throw new Error('it ends too early');
      left -= piece.length;
      if (file !== undefined) await writeWhole(file, piece);
    }
  } finally {
    await file?.close();
  }
}
