// What a server of others does in the folders it may write: they are compared before and after its call. A row that names what was
// there is on disk before the call, so that a crash in between loses nothing.

import { AppError, toAppError } from '../../../shared/errors.ts';
import type { ChangeId } from '../../../shared/model/change.ts';
import type { Log } from '../ports.ts';
import { folderCaps } from './describe.ts';
import { type By, notKept, type RecordDeps, setOf, tell } from './recorder.ts';
import type { FolderSnapshot, FolderSnapshots, StoredChange } from './undo-ports.ts';

export interface FolderCall {
  by: By;
  /** Absolute. */
  folders: readonly string[];
  /** Keep contents; not for a tool that says it only reads, whose changes are then told of without a way back. */
  keep: boolean;
  signal: AbortSignal;
}
export interface FolderDeps {
  record: RecordDeps;
  snapshots: FolderSnapshots | undefined;
}

/** Folders that are being compared, and whether another call was there meanwhile. */
interface Watched {
  folder: string;
  shared: boolean;
}
const busy = new Set<Watched>();
function enter(folder: string): Watched {
  const watched: Watched = { folder, shared: false };
  for (const other of busy) {
    if (!overlaps(folder, other.folder)) continue;
    other.shared = true;
    watched.shared = true;
  }
  busy.add(watched);
  return watched;
}
const overlaps = (one: string, other: string): boolean => one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
/** Rows in one commit: a few milliseconds. */
const atOnce = 100;
/** More of one call are in its change set, and not each in the audit log. */
const toldOneByOne = 200;
const sharedNote = 'Another call worked in this folder at the same time: some of this may be its doing.';

const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

/** The function that it gives compares and records, and says what of it could not be compared, one thing a line. */
export async function compareAround(deps: FolderDeps & { log: Log }, call: FolderCall): Promise<() => Promise<string[]>> {
  const { snapshots, record, log } = deps;
  if (snapshots === undefined || call.folders.length === 0) return async () => [];
  const by = { ...call.by, set: setOf(call.by, () => record.ids.next()) };
  const begun: { marker: StoredChange; before: FolderSnapshot; watched: Watched }[] = [];
  const release = (): void => {
    for (const { watched } of begun) busy.delete(watched);
  };
  try {
    for (const folder of call.folders) {
      const before = await snapshots.take(folder, { keep: call.keep, signal: call.signal }).catch((error: unknown) => gone(error));
      if (before === undefined) continue;
      begun.push({ marker: await mark(record, by, before), before, watched: enter(folder) });
    }
  } catch (error) {
    release();
    for (const { marker } of begun) record.changes.drop(marker.id);
    throw error;
  }
  return async () => {
    const notes: string[] = [];
    for (const { marker, before, watched } of begun) {
      try {
        const isCut = await recordDifference({ record, snapshots }, marker, before, () => (watched.shared ? sharedNote : undefined));
        if (isCut) notes.push(cutNote(before.folder));
      } catch (error) {
        // The row stays, and the comparison is made at the next start.
        log.warn('A folder could not be compared after a call', { folder: marker.target, error: toAppError(error).message });
      }
    }
    release();
    return notes;
  };
}

const cutNote = (folder: string): string =>
  `Not compared as a whole: “${folder}” has more than ${folderCaps.files.toLocaleString('en')} files. What is new in it, and what changed beyond the first of them, is neither recorded nor can it be undone.`;

/** A folder that is not there (yet), or that is not given to it any more, has nothing to compare. */
function gone(error: unknown): undefined {
  if (error instanceof AppError && (error.code === 'file-not-found' || error.code === 'folder-leads-elsewhere')) return undefined;
  throw error;
}

async function mark(record: RecordDeps, by: By & { set: StoredChange['set'] }, before: FolderSnapshot): Promise<StoredChange> {
  const manifest = await record.changes.keepImage(JSON.stringify(before), 256 * 1024 * 1024);
  const { actor, set, run, runTitle, step, conversation } = by;
  const marker: StoredChange = {
    ...{ id: `ch-${record.ids.next()}` as ChangeId, at: record.clock.now(), kind: 'folder', target: before.folder },
    ...{ title: baseName(before.folder), op: 'write', state: 'begun', before: manifest.hash, after: null, bytes: 0, actor, set },
    root: before.folder,
    ...(run === undefined ? {} : { run }),
    ...(runTitle === undefined ? {} : { runTitle }),
    ...(step === undefined ? {} : { step }),
    ...(conversation === undefined ? {} : { conversation }),
  };
  record.changes.insert(marker);
  return marker;
}

/** Each difference becomes a change; the marker goes. True when there was more than could be compared. */
export async function recordDifference(
  { record, snapshots }: { record: RecordDeps; snapshots: FolderSnapshots },
  marker: StoredChange,
  before: FolderSnapshot,
  note: () => string | undefined,
): Promise<boolean> {
  // Not stopped with the call: what it did is recorded however it ended.
  const { changed, limits, isCut } = await snapshots.compare(before, { signal: new AbortController().signal });
  const said = [note(), ...new Set([...before.limits, ...limits])].filter((each) => each !== undefined).join(' ');
  const found: StoredChange[] = [];
  for (const { path, before: was, after, movedFrom, mayHold } of changed) {
    const hash = was === null ? null : (was.hash ?? notKept);
    if (was?.hash !== undefined) record.changes.noteImage(was.hash, was.size);
    const change: StoredChange = {
      ...marker,
      ...{ id: `ch-${record.ids.next()}` as ChangeId, target: `${before.folder}/${path}`, title: baseName(path) },
      ...{ before: hash, after: null, bytes: was?.size ?? 0 },
      ...(was === null ? {} : { mode: was.mode }),
      ...(hash === notKept ? { cannotUndo: 'What was there was not kept: it was beyond what is kept of a folder before a call.' } : {}),
      ...(movedFrom === undefined ? {} : { op: 'move' as const, from: `${before.folder}/${movedFrom}` }),
      ...(mayHold === undefined ? {} : { cannotUndo: `It may hold what ${mayHold} was, of which nothing was kept; so it is not removed.` }),
      ...(said === '' ? {} : { note: said }),
    };
    found.push({ ...change, state: 'done', after: after?.hash ?? null });
  }
  for (let from = 0; from < found.length; from += atOnce) {
    record.changes.insertMany(found.slice(from, from + atOnce));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  record.changes.drop(marker.id);
  for (const change of found.slice(0, toldOneByOne)) tell(record, change);
  if (found.length > 0) record.changed();
  return isCut;
}
