// What is in a folder. Links are named and not followed; the walk is bounded by the number of entries and by depth.

import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { FileEntry } from '../../runtime/ports.ts';
import { type HandleOptions, openFolder } from './handles.ts';
import type { Roots } from './roots.ts';

const maxDepth = 40;

export const toEntry = (name: string, path: string, facts: Stats): FileEntry => ({
  name,
  path,
  kind: facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'other',
  size: facts.isFile() ? facts.size : 0,
  modifiedAt: Math.round(facts.mtimeMs),
});

/** Sorted by path. With `limit` reached, the entries nearest to the top are the ones that are there. */
export async function listFolder(
  path: string,
  roots: Roots,
  handles: HandleOptions,
  recursive: boolean,
  limit: number,
): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  let level = [path];
  for (let depth = 0; level.length > 0 && depth < maxDepth && found.length < limit; depth += 1) {
    const below: string[] = [];
    for (const folder of level) {
      try {
        below.push(...(await listOne(folder, roots, handles, limit, found)));
      } catch (error) {
        // The folder asked for must be readable; one below it may be closed to us, or gone meanwhile.
        if (depth === 0 || !isPassing(error)) throw error;
      }
      if (found.length >= limit) break;
    }
    level = recursive ? below : [];
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const isPassing = (error: unknown): boolean =>
  ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '') ||
  (error instanceof AppError && error.code === 'path-outside');

async function listOne(path: string, roots: Roots, handles: HandleOptions, limit: number, found: FileEntry[]): Promise<string[]> {
  const folder = await openFolder(path, roots, handles);
  const folders: string[] = [];
  try {
    for (const name of (await readdir(folder.at('.'))).sort()) {
      if (found.length >= limit) break;
      const facts = await lstat(folder.at(name)).catch(() => undefined); // gone since it was listed
      if (facts === undefined) continue;
      const entry = toEntry(name, join(path, name), facts);
      found.push(entry);
      if (entry.kind === 'folder') folders.push(entry.path);
    }
  } finally {
    await folder.handle.close();
  }
  return folders;
}
