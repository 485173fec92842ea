// Everything that can be known of an archive's entries before one is unpacked: names, kinds, sizes, and that no two share bytes.

import type { Entry, ZipFile } from 'yauzl';
import { contentTooLarge, refused, shown } from './archive-faults.ts';
import { findNameFault, nameKey } from './entry-names.ts';
import type { ArchiveLimits } from './unpack-into.ts';
import { localHeader } from './zip-file.ts';

export interface Listed {
  entry: Entry;
  /** Relative, with `/`. */
  path: string;
  isFolder: boolean;
  isProgram: boolean;
}

const kindMask = 0o170000;
/** By the bits of a file's mode, as in stat(2). */
const kinds = new Map([
  [0o120000, 'a link'],
  [0o020000, 'a device'],
  [0o060000, 'a device'],
  [0o010000, 'a pipe'],
  [0o140000, 'a socket'],
]);
const madeOnUnix = 3;
const megabyte = 1024 * 1024;

export async function checkEntries(zip: ZipFile, entries: readonly Entry[], limits: ArchiveLimits, signal: AbortSignal): Promise<Listed[]> {
  let total = 0;
  const listed = entries.map((entry) => {
    total += entry.uncompressedSize;
    if (entry.uncompressedSize > limits.fileBytes || total > limits.bytes) throw contentTooLarge(limits.bytes);
    return checkOne(entry, limits);
  });
  checkNames(listed);
  await checkPlaces(zip, listed, signal);
  return listed;
}

function checkOne(entry: Entry, limits: ArchiveLimits): Listed {
  const name = entry.fileName;
  const fault = findNameFault(name);
  if (fault !== undefined) throw refused(`${shown(name)} ${fault}`);
  if (entry.isEncrypted()) throw refused(`${shown(name)} is locked with a password`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) throw refused(`${shown(name)} is packed in an unusual way`);
  const isFolder = name.endsWith('/');
  const mode = entry.versionMadeBy >>> 8 === madeOnUnix ? entry.externalFileAttributes >>> 16 : 0;
  // Whatever system it says it was made on: the bits of a link are the bits of a link.
  const kind = kinds.get((entry.externalFileAttributes >>> 16) & kindMask);
  if (kind !== undefined) throw refused(`${shown(name)} is ${kind}`);
  if (isFolder && entry.uncompressedSize > 0) throw refused(`the folder ${shown(name)} has content`);
  if (entry.uncompressedSize > megabyte && entry.uncompressedSize > entry.compressedSize * limits.ratio)
    throw refused(`${shown(name)} is packed more than ${limits.ratio} to 1`);
  return { entry, path: name.replace(/\/$/, ''), isFolder, isProgram: (mode & 0o100) !== 0 };
}

/** No two entries are one file on some system, and none lies below a file. */
function checkNames(listed: readonly Listed[]): void {
  const seen = new Map<string, boolean>();
  for (const { path, isFolder } of listed) {
    const key = nameKey(path);
    const before = seen.get(key);
    if (before !== undefined && !(before && isFolder)) throw refused(`${shown(path)} is in it twice`);
    seen.set(key, isFolder);
  }
  for (const { path } of listed) {
    const parts = nameKey(path).split('/');
    for (let depth = 1; depth < parts.length; depth += 1)
      if (seen.get(parts.slice(0, depth).join('/')) === false) throw refused(`${shown(path)} lies below a file`);
  }
}

/** Each entry has bytes of its own, and says the same of its name in both places. */
async function checkPlaces(zip: ZipFile, listed: readonly Listed[], signal: AbortSignal): Promise<void> {
  const places: { from: number; to: number; path: string }[] = [];
  for (const { entry, path } of listed) {
    signal.throwIfAborted();
    const header = await localHeader(zip, entry);
    if (!header.fileName.equals(entry.fileNameRaw)) throw refused(`${shown(path)} has two names`);
    if (header.compressionMethod !== entry.compressionMethod) throw refused(`${shown(path)} says two things of itself`);
    places.push({ from: entry.relativeOffsetOfLocalHeader, to: header.fileDataStart + entry.compressedSize, path });
  }
  places.sort((a, b) => a.from - b.from);
  for (const [index, place] of places.entries()) {
    const next = places[index + 1];
    if (next !== undefined && next.from < place.to) throw refused(`${shown(place.path)} and ${shown(next.path)} share their bytes`);
  }
}
