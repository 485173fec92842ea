// Removes blobs that nobody names any more, and what writes that were cut short left behind. What is young stays: it may be named by
// something that is only just being written.

import { rmSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { storageError } from '../sqlite/errors.ts';
import { isFolderName, isHash, isTemporary } from './blob-names.ts';

export interface Sweep {
  root: string;
  /** Asked right before each removal, in the same turn. */
  isNamed(hash: string): boolean;
  /** In milliseconds. */
  graceMs: number;
  signal?: AbortSignal | undefined;
  /** It is about to be removed. */
  onRemove(hash: string): void;
}

/** One file per turn of the event loop. Gives what went. */
export async function sweepBlobs(sweep: Sweep): Promise<{ files: number; bytes: number }> {
  const gone = { files: 0, bytes: 0 };
  const before = Date.now() - sweep.graceMs;
  for (const folder of await namesIn(sweep.root)) {
    if (isTemporary(folder)) await removeOld(sweep, '', folder, before);
    if (!isFolderName(folder)) continue;
    for (const name of await namesIn(path.join(sweep.root, folder))) {
      if (sweep.signal?.aborted === true) return gone;
      const bytes = await removeOld(sweep, folder, name, before);
      if (bytes === undefined) continue;
      gone.files += 1;
      gone.bytes += bytes;
    }
  }
  return gone;
}

async function removeOld({ root, isNamed, onRemove }: Sweep, folder: string, name: string, before: number): Promise<number | undefined> {
  const file = path.join(root, folder, name);
  const isOurs = isHash(name);
  if (!isOurs && !isTemporary(name)) return undefined;
  if (isOurs && isNamed(name)) return undefined;
  const facts = await stat(file).catch(() => undefined); // gone meanwhile: nothing to remove
  if (facts === undefined || facts.mtimeMs > before) return undefined;
  // Asked again, for it may have been named while we looked; and removed in the same turn, so that nothing comes between.
  if (isOurs && isNamed(name)) return undefined;
  onRemove(name);
  rmSync(file, { force: true });
  return facts.size;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw storageError(error);
  }
}
