// Folders whose entries last through a power cut: a rename or a new name is on disk only when its folder was synced. Windows has
// no such call; its file system keeps names by itself.

import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';

export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function syncFolderSync(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes it with its missing parents below `top`, readable by its owner only, and syncs each parent up to there. */
export async function makeSyncedFolder(folder: string, top: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const parent of parentsUpTo(folder, top)) await syncFolder(parent);
}

export function makeSyncedFolderSync(folder: string, top: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const parent of parentsUpTo(folder, top)) syncFolderSync(parent);
}

function parentsUpTo(folder: string, top: string): string[] {
  const parents: string[] = [];
  for (let at = path.dirname(folder); at.startsWith(top); at = path.dirname(at)) {
    parents.push(at);
    if (at === top || at === path.dirname(at)) break;
  }
  return parents;
}
