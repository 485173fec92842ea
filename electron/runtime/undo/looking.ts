// What is there now, compared with what a change found and left. Used for the preview, for carrying it out and after a crash.

import type { Change, UndoItem } from '../../../shared/model/change.ts';
import type { FileContent, Files, StoredJob } from '../ports.ts';
import { keyOfImage } from '../vault/recorded-vault.ts';
import { notKept } from './recorder.ts';
import { comesBackOff, type Readers, type ThingKind } from './things.ts';
import type { ChangeStore, StoredChange } from './undo-ports.ts';
import { undoWords } from './words.ts';

export interface LookDeps {
  changes: ChangeStore;
  files: Pick<Files, 'content'>;
  read: Readers;
  hash(text: string): string;
  /** The key of the vault by which secrets are sealed now. */
  secretKey?(): string | undefined;
}

export const isFile = (change: Pick<Change, 'kind'>): boolean => change.kind === 'file' || change.kind === 'folder';

/** What is at a path: a file's hash, null for nothing, or that it is something else. */
export type Now = string | null | 'folder' | 'empty-folder' | 'other';

export async function contentOf(deps: Pick<LookDeps, 'files'>, change: Pick<Change, 'root'>, path: string): Promise<FileContent> {
  if (change.root === undefined) return { kind: 'other' };
  return deps.files.content(path, [change.root]);
}

export async function nowOf(deps: LookDeps, change: Pick<StoredChange, 'kind' | 'target' | 'root'>, path = change.target): Promise<Now> {
  if (!isFile(change)) {
    const text = deps.read[change.kind as ThingKind](change.target);
    return text === null ? null : deps.hash(text);
  }
  const content = await contentOf(deps, change, path);
  switch (content.kind) {
    case 'none':
      return null;
    case 'folder':
      return content.isEmpty ? 'empty-folder' : 'folder';
    case 'other':
      return 'other';
    case 'file':
      // Only its hash: nothing is kept by looking.
      return (await deps.changes.keepImage(content.read(), 0)).hash;
  }
}

/** `seen` answers what is there, as it will be when the changes after this one have been taken back. */
export async function judge(
  deps: LookDeps,
  change: StoredChange,
  seen: (path: string) => Promise<Now>,
): Promise<Pick<UndoItem, 'state' | 'words' | 'now'>> {
  if (change.undoneAt !== undefined) return { state: 'undone', words: 'Taken back already', now: null };
  if (change.cannotUndo !== undefined) return { state: 'cannot', words: change.cannotUndo, now: null };
  if (change.state === 'begun') return { state: 'cannot', words: 'It is not over yet. Try again when it is.', now: null };
  const now = await seen(change.target);
  const hash = now === 'folder' || now === 'empty-folder' || now === 'other' ? null : now;
  const say = (state: UndoItem['state'], words: string) => ({ state, words, now: hash });
  const ready = () => say('ready', undoWords(change));
  switch (change.op) {
    case 'move': {
      const old = await seen(change.from ?? '');
      if (now === null)
        return old === null ? say('conflict', `${change.title} is not there any more.`) : say('already', 'It is back where it was');
      return old === null ? ready() : say('conflict', `Something else is at ${change.from ?? 'the old place'} now.`);
    }
    case 'create-folder':
      return now === null ? say('already', 'The folder is not there any more') : ready();
    case 'remove-folder':
      if (now === null) return ready();
      return now === 'folder' || now === 'empty-folder'
        ? say('already', 'The folder is there again')
        : say('conflict', 'Something else has its name now.');
    case 'write': {
      if (now === change.before) return say('already', change.before === null ? 'It is not there any more' : 'It is as it was before');
      if (change.before === notKept) return say('cannot', 'What was there was not kept.');
      const gone = change.kind === 'secret' && change.before !== null ? await rotatedAway(deps, change.before) : undefined;
      if (gone !== undefined) return say('cannot', gone);
      if (change.state === 'done' && now === change.after) return say('ready', `${undoWords(change)}${await offWords(deps, change)}`);
      return say('conflict', changedSince(deps, change));
    }
  }
}

/** A secret that was sealed by an earlier key of the vault is gone with that key. */
async function rotatedAway({ changes, secretKey }: LookDeps, before: string): Promise<string | undefined> {
  const image = new TextDecoder().decode(await changes.readImage(before));
  return keyOfImage(image) === secretKey?.() ? undefined : 'It is sealed by an earlier key of the vault, which was rotated away.';
}

/** A job whose graph nobody has agreed to is not put back to start by itself. */
async function offWords({ changes, read }: LookDeps, { kind, target, before }: StoredChange): Promise<string> {
  if (kind !== 'job' || before === null) return '';
  const image = new TextDecoder().decode(await changes.readImage(before));
  const text = read.job(target);
  const now = text === null ? undefined : (JSON.parse(text) as Pick<StoredJob, 'agreed'>);
  return comesBackOff(image, now)
    ? ', turned off: it was made before Orrery kept which graph you agreed to. Turn it on to agree to the workflow as it is now'
    : '';
}

function changedSince({ changes }: LookDeps, change: StoredChange): string {
  if (change.state === 'unclear')
    return 'Orrery ended while it was being changed, and what is there is neither what was nor what was meant.';
  const next = changes.nextOf(change);
  if (next === undefined) return 'Changed since then, and not through Orrery.';
  const by = next.actor.kind === 'person' ? 'you' : next.actor.name;
  return `Changed since then by ${by}${next.runTitle === undefined ? '' : ` in “${next.runTitle}”`}.`;
}

/** Paths as they will be while changes are taken back one after the other, newest first. */
export class Ahead {
  readonly #deps: LookDeps;
  readonly #known = new Map<string, Now>();
  readonly #moved: { from: string; to: string }[] = [];

  constructor(deps: LookDeps) {
    this.#deps = deps;
  }

  seen(change: StoredChange): (path: string) => Promise<Now> {
    return async (path) => {
      const key = `${change.kind}:${path}`;
      const known = this.#known.get(key);
      if (known !== undefined) return known;
      return nowOf(this.#deps, change, this.#where(path));
    };
  }

  /** Where what will be at this path is now: what lies in a folder that is moved back comes along. */
  #where(path: string): string {
    let at = path;
    for (const { from, to } of this.#moved.toReversed()) if (at.startsWith(`${from}/`)) at = to + at.slice(from.length);
    return at;
  }

  async takenBack(change: StoredChange): Promise<void> {
    const key = (path: string): string => `${change.kind}:${path}`;
    switch (change.op) {
      case 'move': {
        const from = change.from ?? '';
        const now = await this.seen(change)(change.target);
        this.#moved.push({ from, to: change.target });
        this.#known.set(key(from), now);
        this.#known.set(key(change.target), null);
        return;
      }
      case 'create-folder':
        this.#known.set(key(change.target), null);
        return;
      case 'remove-folder':
        this.#known.set(key(change.target), 'empty-folder');
        return;
      case 'write':
        this.#known.set(key(change.target), change.before);
        return;
    }
  }
}
