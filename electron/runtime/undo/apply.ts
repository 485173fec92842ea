// Takes one change back, whole or not at all, as a change of its own. Files only inside the folder in which the change was made, through
// the guarded handles; a link in the way is refused there.

import { AppError } from '../../../shared/errors.ts';
import type { UndoChoice } from '../../../shared/model/change.ts';
import type { Files } from '../ports.ts';
import { isFile, judge, type LookDeps, nowOf } from './looking.ts';
import { type By, type RecordDeps, recorderFor } from './recorder.ts';
import type { Restorers, ThingKind } from './things.ts';
import type { StoredChange } from './undo-ports.ts';

export interface ApplyDeps extends LookDeps, RecordDeps {
  files: Files;
  restore: Restorers;
  as<T>(by: By, work: () => T): T;
}

/**
 * `done`: taken back, or it was so already. `kept`: nothing was changed. Without a choice what was changed since is kept; with `keep`
 * everything is. `mayGo` says whether what is there now, by its hash, is what may be overwritten. Throws AppErrors.
 */
export async function takeBack(
  deps: ApplyDeps,
  change: StoredChange,
  choice: UndoChoice | undefined,
  by: By,
  mayGo: (now: string | null) => boolean = () => true,
): Promise<'done' | 'kept'> {
  const { state, words, now } = await judge(deps, change, (path) => nowOf(deps, change, path));
  const finish = (): 'done' => {
    deps.changes.setUndone(change.id, deps.clock.now());
    // An undo that is taken back leaves the first change as it was: it can be undone again.
    if (change.undoes !== undefined) deps.changes.setUndone(change.undoes, null);
    return 'done';
  };
  switch (state) {
    case 'undone':
    case 'cannot':
      return 'kept';
    case 'already':
      return finish();
    case 'conflict':
      if (choice === undefined || choice === 'keep') return 'kept';
      if (choice === 'beside') return saveBeside(deps, change, by);
      if (!mayGo(now)) return 'kept';
      if (change.op === 'move' && (await nowOf(deps, change)) === null)
        throw new AppError('file-not-found', words, { hint: 'It cannot be moved back.' });
      break;
    case 'ready':
      if (choice === 'keep') return 'kept';
      break;
  }
  const isDone = isFile(change) ? await restoreFile(deps, change, by) : await restoreThing(deps, change, by, await imageText(deps, change));
  return isDone ? finish() : 'kept';
}

const imageText = async ({ changes }: ApplyDeps, { before }: StoredChange): Promise<string | null> =>
  before === null ? null : new TextDecoder().decode(await changes.readImage(before));

async function restoreThing(deps: ApplyDeps, change: StoredChange, by: By, image: string | null): Promise<boolean> {
  await deps.as(by, () => deps.restore[change.kind as ThingKind](change.target, image));
  return true;
}

async function restoreFile(deps: ApplyDeps, change: StoredChange, by: By): Promise<boolean> {
  const { files, changes } = deps;
  const folders = [rootOf(change)];
  const recorder = recorderFor(deps, by);
  switch (change.op) {
    case 'move':
      await files.move(change.target, change.from ?? '', folders, { overwrite: true, changes: recorder });
      return true;
    case 'create-folder':
      try {
        await files.remove(change.target, folders, { changes: recorder });
        return true;
      } catch (error) {
        // Others have put something in: the folder stays.
        if (error instanceof AppError && error.code === 'folder-not-empty') return false;
        throw error;
      }
    case 'remove-folder':
      await files.createFolder(change.target, folders, { changes: recorder });
      return true;
    case 'write': {
      if (change.before === null) await files.remove(change.target, folders, { changes: recorder });
      else {
        const image = await changes.readImage(change.before);
        const how = change.mode === undefined ? {} : { mode: change.mode };
        await files.writeBytes(change.target, image, folders, { changes: recorder, ...how });
      }
      return true;
    }
  }
}

/** What was before, under a free name in the same folder. The change itself stays as it is. */
async function saveBeside(deps: ApplyDeps, change: StoredChange, by: By): Promise<'done'> {
  if (!isFile(change) || change.op !== 'write' || change.before === null)
    throw new AppError('undo-not-beside', `Only a file that was there before can be saved beside ${change.title}.`, {
      hint: 'Keep what is there, or put back what was before.',
    });
  const folders = [rootOf(change)];
  const image = await deps.changes.readImage(change.before);
  for (let n = 1; ; n += 1) {
    const path = besideName(change.target, n);
    if ((await deps.files.content(path, folders)).kind !== 'none') continue;
    await deps.files.writeBytes(path, image, folders, { changes: recorderFor(deps, by), mode: change.mode });
    return 'done';
  }
}

export function besideName(path: string, n: number): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  const name = path.slice(cut);
  const dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length;
  return `${path.slice(0, cut)}${name.slice(0, dot)} (before${n === 1 ? '' : ` ${n}`})${name.slice(dot)}`;
}

function rootOf(change: StoredChange): string {
  if (change.root !== undefined) return change.root;
  throw new AppError('undo-no-folder', `It is not known in which folder ${change.title} was changed.`, { hint: 'Put it back by hand.' });
}
