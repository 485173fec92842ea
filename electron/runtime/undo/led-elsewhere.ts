// A grant that an undo brings back is for where its folders led when they were granted: where one leads elsewhere by now, nothing is put
// back. Granting that place is a person's own deed, not that of an undo.

import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { Store } from '../ports.ts';

type Kind = 'setting' | 'agent' | 'job' | 'server' | 'grant';
const kinds: ReadonlySet<string> = new Set<Kind>(['setting', 'agent', 'job', 'server', 'grant']);
export const namesFolders = (kind: string): boolean => kinds.has(kind);

/** Only what grants folders. Older images may lack any of it, and never have it in another form. */
const folders = z.array(z.string()).optional();
const image = z.object({
  isOn: z.boolean().optional(),
  grant: z.object({ folders }).optional(),
  reach: z.object({ folders: z.array(z.object({ path: z.string() })).optional() }).optional(),
  cwd: z.string().optional(),
  conditions: z.object({ folders }).optional(),
});

/** Throws `change-image-damaged`: what cannot be read is not put back unlooked at. */
function parsed<T>(shape: z.ZodType<T>, kind: Kind, target: string, text: string): T {
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('change-image-damaged', `What was kept of ${kind} “${target}” can no longer be read, so it is not put back.`, {
      hint: 'Set it by hand as it should be.',
      cause,
    });
  }
}

function foldersIn(kind: Kind, target: string, text: string | null): string[] {
  if (text === null) return [];
  if (kind === 'setting') return target === 'folders' ? parsed(z.array(z.string()), kind, target, text) : [];
  const { isOn = true, grant, reach, cwd = '', conditions } = parsed(image, kind, target, text);
  // A job that is off uses none; turning it on grants them.
  const own = isOn ? (grant?.folders ?? []) : [];
  return [...own, ...(reach?.folders ?? []).map(({ path }) => path), ...(cwd === '' ? [] : [cwd]), ...(conditions?.folders ?? [])];
}

const holderOf = (kind: Kind, target: string): string => (kind === 'setting' ? 'settings' : `${kind}:${target}`);

/** `now`: what is there before it. Throws `folder-leads-elsewhere`, `change-image-damaged`. */
export function refuseLedElsewhere(
  store: Pick<Store, 'folderMoved'>,
  kind: string,
  target: string,
  before: string | null,
  now: string | null,
): void {
  if (!namesFolders(kind) || store.folderMoved === undefined) return;
  // One that it names already stays what it was.
  const had = new Set(foldersIn(kind as Kind, target, now));
  for (const folder of foldersIn(kind as Kind, target, before)) {
    const moved = had.has(folder) ? undefined : store.folderMoved(folder, holderOf(kind as Kind, target));
    if (moved === undefined) continue;
    throw new AppError(
      'folder-leads-elsewhere',
      `“${folder}” led to ${moved.was} when it was granted, and leads to ${moved.now} now, so it is not granted again by an undo.`,
      { hint: 'Put the folder back where it was and undo again, or grant it yourself if where it leads now is right.', place: folder },
    );
  }
}
