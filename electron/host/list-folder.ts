// Names in a folder, for the picker that the page draws where there is no system dialog. Names only, never contents.

import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { refuseNetworkPath } from './network-path.ts';

const MAX_ENTRIES = 5_000;
export interface FolderListing {
  path: string;
  parent: string | null;
  entries: { name: string; path: string; kind: 'folder' | 'file' }[];
}

/** Throws `folder-not-found` and `folder-refused`. Hidden names are left out; links are shown as what they point to. */
export async function listFolder(asked: string | undefined): Promise<FolderListing> {
  refuseNetworkPath(asked, 'path');
  const folder = path.resolve(asked === undefined || asked === '' ? homedir() : asked);
  try {
    const found = (await readdir(folder, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.')).slice(0, MAX_ENTRIES);
    const entries = await Promise.all(
      found.map(async (entry) => {
        const full = path.join(folder, entry.name);
        const isFolder = entry.isSymbolicLink() ? await pointsToFolder(full) : entry.isDirectory();
        return { name: entry.name, path: full, kind: isFolder ? ('folder' as const) : ('file' as const) };
      }),
    );
    entries.sort((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name) : a.kind === 'folder' ? -1 : 1));
    const parent = path.dirname(folder);
    return { path: folder, parent: parent === folder ? null : parent, entries };
  } catch (cause) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '');
    throw isMissing
      ? new AppError('folder-not-found', `There is no folder ${folder}.`, { hint: 'Choose another.', place: 'path', cause })
      : new AppError('folder-refused', `The folder ${folder} cannot be read.`, {
          hint: 'Choose one that you may open.',
          place: 'path',
          cause,
        });
  }
}

/** A link that points nowhere is no folder. */
const pointsToFolder = (full: string): Promise<boolean> =>
  stat(full).then(
    (target) => target.isDirectory(),
    () => false,
  );
