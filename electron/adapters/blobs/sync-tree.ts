// A whole folder on disk: what others' programs wrote there (an installer, an archive that was unpacked) lasts through a power cut
// once this returns. It must be called before anything names the folder as whole.

import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from './synced-folder.ts';

/** Node does four at once; more wait in its queue, so that none is idle. */
const atOnce = 16;
// Windows writes out only what may be written to; elsewhere no link is followed and no pipe is waited for.
const flags =
  process.platform === 'win32' ? constants.O_RDWR : constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Files first, then the folders that name them. Throws what the disk says, and the reason of `signal` when it was stopped. */
export async function syncTree(root: string, signal?: AbortSignal): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const inside = entries.map((entry) => ({ entry, full: path.join(entry.parentPath, entry.name) }));
  await each(
    inside.filter(({ entry }) => entry.isFile()).map(({ full }) => full),
    syncFile,
    signal,
  );
  await each([...inside.filter(({ entry }) => entry.isDirectory()).map(({ full }) => full), root], syncFolder, signal);
}

async function each(paths: readonly string[], work: (path: string) => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let at = paths[next++]; at !== undefined; at = paths[next++]) {
      signal?.throwIfAborted();
      await work(at);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, paths.length) }, one));
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, flags).catch((error: NodeJS.ErrnoException) => {
    // One that is closed to us is of no use to a server either; on Windows it may be one that is only to be read.
    if (error.code === 'EACCES' || error.code === 'EPERM') return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
