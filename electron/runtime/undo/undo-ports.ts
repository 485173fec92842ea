// What undo needs of the outside: where changes and their before-images are kept, and folders compared before and after a call.

import type { Change, ChangeId, ChangeKind, ChangeSet, ChangeSetId, UndoChoice } from '../../../shared/model/change.ts';
import type { RunId } from '../../../shared/model/ids.ts';

export type ImageSource = Uint8Array | string | AsyncIterable<Uint8Array>;

/** A change as it is stored: with what it was meant to leave, known before the effect. */
export interface StoredChange extends Change {
  set: ChangeSetId;
  op: NonNullable<Change['op']>;
  state: NonNullable<Change['state']>;
  /** Hash of what the effect is to leave, where that is known beforehand; null: nothing. Undefined: not known. */
  intended?: string | null;
}

export interface ChangeFilter {
  limit: number;
  /** Changes before this time, newest first. */
  before?: number | undefined;
  since?: number | undefined;
  actor?: { kind: string; id?: string | undefined } | undefined;
  /** Without what the person did by hand, and what the app does by itself. */
  notByPerson?: boolean | undefined;
  kinds?: readonly ChangeKind[] | undefined;
  run?: RunId | undefined;
  step?: string | undefined;
  set?: ChangeSetId | undefined;
  target?: { kind: ChangeKind; target: string } | undefined;
  query?: string | undefined;
}

/** An undo that was begun: what it takes back in which way, so that it can be taken up again. */
export interface StoredUndo {
  id: ChangeSetId;
  at: number;
  body: {
    changes: ChangeId[];
    choices: Record<string, UndoChoice>;
    /** Hash of what a person saw in the place of what they said may be overwritten; null: nothing. What is another by then is kept. */
    seen?: Record<string, string | null> | undefined;
  };
}

export interface ChangeStore {
  /** Its hash and size; on disk when it settles. Above `maxBytes` only the hash and size are taken, and `isKept` is false. */
  keepImage(source: ImageSource, maxBytes: number): Promise<{ hash: string; bytes: number; isKept: boolean }>;
  /** The same at once, for the short texts of configuration. */
  keepText(text: string): string;
  /** Throws `image-missing`, `large-value-damaged`. */
  readImage(hash: string): Promise<Uint8Array>;
  imageBytes(hash: string): number | undefined;
  /** Says that this image lies in the content-addressed store already. */
  noteImage(hash: string, bytes: number): void;
  /** On disk when it returns. */
  insert(change: StoredChange): void;
  /** On disk when it settles: those that are given in the same turn of the loop share one commit. */
  insertSoon(change: StoredChange): Promise<void>;
  /** In one commit. */
  insertMany(changes: readonly StoredChange[]): void;
  /** It happened (or nobody can tell), and this is what is there. */
  settle(id: ChangeId, end: { state: 'done' | 'unclear'; after: string | null; cannotUndo?: string; note?: string }): void;
  /** It did not happen. */
  drop(id: ChangeId): void;
  /** Null: it can be taken back again. Read at once, on disk a little later: after a crash it is found to be as it was already. */
  setUndone(id: ChangeId, at: number | null): void;
  get(id: ChangeId): StoredChange | undefined;
  /** In their order, without those that are not kept. */
  getMany(ids: readonly ChangeId[]): StoredChange[];
  /** Newest first. */
  list(filter: ChangeFilter): StoredChange[];
  /** The same, only which, any number of them in pieces: `below` is the `seq` of the last one so far. */
  idsOf(filter: ChangeFilter, below?: number): { id: ChangeId; seq: number }[];
  /** Oldest first; with `limit` the first ones. */
  ofSet(id: ChangeSetId, limit?: number): StoredChange[];
  /** Those that were under way when the host ended, oldest first. */
  begun(): StoredChange[];
  /** The newest change of this thing after that one. */
  nextOf(change: StoredChange): StoredChange | undefined;
  sets(filter: ChangeFilter): ChangeSet[];
  getSet(id: ChangeSetId): ChangeSet | undefined;
  putUndo(undo: StoredUndo): void;
  dropUndo(id: ChangeSetId): void;
  undos(): StoredUndo[];
  /** Bytes of all images. */
  imageTotal(): number;
  /**
   * Removes whole change sets of which all is older (milliseconds since 1970), and images that no change names. Gives how many changes
   * and bytes of images went.
   */
  compact(limits: { olderThan: number }): Promise<{ changes: number; bytes: number }>;
  /**
   * Removes for good what was kept of one thing, where nothing else is the same; its changes say why they cannot be undone. Gives how many
   * images went.
   */
  forget(kind: ChangeKind, target: string, why: string): number;
  /** Forgets the oldest images until at most so many bytes are kept; the changes that needed them say so. Gives how many went. */
  thin(maxBytes: number, why: string): number;
}

/** What was in a folder at one moment. */
export interface FolderSnapshot {
  folder: string;
  /** By path below the folder, with `/`. `hash` is there where the content was kept. */
  files: Record<
    string,
    { size: number; mtimeMs: number; ctimeMs?: number | undefined; ino?: number | undefined; mode: number; hash?: string | undefined }
  >;
  /** Why not all of it could be looked at or kept, in words. */
  limits: string[];
  /** It has more files than are compared: what is new in it cannot be told from what was there. */
  isCut?: boolean | undefined;
}
export interface FolderDifference {
  /** Below the folder. */
  path: string;
  before: { hash?: string | undefined; size: number; mode: number } | null;
  after: { hash: string; size: number } | null;
  /** Below the folder: it is the file that was there, of which nothing was kept, under another name. */
  movedFrom?: string | undefined;
  /** Below the folder: it may hold what was there, of which nothing was kept, such as a copy of it. */
  mayHold?: string | undefined;
}
export interface FolderSnapshots {
  /** Looks at a folder away from the main thread; with `keep` its contents are kept as images up to the caps. */
  take(folder: string, options: { keep: boolean; signal: AbortSignal }): Promise<FolderSnapshot>;
  /** What is different now. Links are not followed. `isCut`: there is more than could be looked at. */
  compare(
    before: FolderSnapshot,
    options: { signal: AbortSignal },
  ): Promise<{ changed: FolderDifference[]; limits: string[]; isCut: boolean }>;
  /** Whether it has more files than are compared. */
  isTooLarge(folder: string, options: { signal: AbortSignal }): Promise<boolean>;
  close(): Promise<void>;
}
