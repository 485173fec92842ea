// A grant that an undo brings back is for where its folders led when they were granted: where one leads elsewhere by now, nothing is put
// back. Granting that place is a person's own deed, not that of an undo.

import { AppError } from '../../../shared/errors.ts';
import type { Store } from '../ports.ts';

type Kind = 'setting' | 'agent' | 'job' | 'server' | 'grant';
const kinds: ReadonlySet<string> = new Set<Kind>(['setting', 'agent', 'job', 'server', 'grant']);
export const namesFolders = (kind: string): boolean => kinds.has(kind);

interface Image {
  isOn?: boolean;
  grant?: { folders?: string[] };
  reach?: { folders?: { path: string }[] };
  cwd?: string;
  conditions?: { folders?: string[] };
}

function foldersIn(kind: Kind, target: string, image: string | null): string[] {
  if (image === null) return [];
  const value: unknown = JSON.parse(image);
  if (kind === 'setting') return target === 'folders' && Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  const { isOn = true, grant, reach, cwd = '', conditions } = value as Image;
  // A job that is off uses none; turning it on grants them.
  const own = isOn ? (grant?.folders ?? []) : [];
  return [...own, ...(reach?.folders ?? []).map(({ path }) => path), ...(cwd === '' ? [] : [cwd]), ...(conditions?.folders ?? [])];
}

/** `now`: what is there before it. Throws `folder-leads-elsewhere`. */
export function refuseLedElsewhere(
  store: Pick<Store, 'folderMoved'>,
  kind: string,
  target: string,
  image: string | null,
  now: string | null,
): void {
  if (!namesFolders(kind) || store.folderMoved === undefined) return;
  // One that it names already stays what it was.
  const had = new Set(foldersIn(kind as Kind, target, now));
  for (const folder of foldersIn(kind as Kind, target, image)) {
    const moved = had.has(folder) ? undefined : store.folderMoved(folder);
    if (moved === undefined) continue;
    throw new AppError(
      'folder-leads-elsewhere',
      `“${folder}” led to ${moved.was} when it was granted, and leads to ${moved.now} now, so it is not granted again by an undo.`,
      { hint: 'Put the folder back where it was and undo again, or grant it yourself if where it leads now is right.', place: folder },
    );
  }
}
