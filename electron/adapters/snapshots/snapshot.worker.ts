// Walks a folder, hashes what is in it and keeps copies, away from the main thread. Follows no link; opens nothing but ordinary files.

import { createHash, hash as hashOf, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { cancelled, toAppError } from '../../../shared/errors.ts';
import type { FolderDifference, FolderSnapshot } from '../../runtime/undo/undo-ports.ts';
import { makeSyncedFolderSync, syncFolderSync } from '../blobs/synced-folder.ts';
import { toFileError } from '../files/errors.ts';
import { storageError } from '../sqlite/errors.ts';
import { entriesOf, isAt, rootOf } from './by-handle.ts';
import type { KeepAnswer, KeepMessage, SnapshotAnswer, SnapshotMessage } from './snapshot-messages.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
const maxDepth = 40;
const piece = Buffer.allocUnsafe(1024 * 1024);
type Entry = FolderSnapshot['files'][string];
/** Hashes of files that were looked at before, by path: the same facts mean the same content. */
const known = new Map<string, { facts: string; hash: string }>();
const maxKnown = 200_000;

const factsOf = (entry: Entry): string => `${entry.size}/${entry.mtimeMs}/${entry.ctimeMs ?? 0}/${entry.ino ?? 0}`;

type Found = { at: string; full: string; place: string; entry: Entry };

function* walk(message: SnapshotMessage, root: string): Generator<Found> {
  const leads = rootOf(root, message.leads);
  let level = [''];
  for (let depth = 0; level.length > 0 && depth < maxDepth; depth += 1) {
    const below: string[] = [];
    for (const folder of level) {
      if (Atomics.load(message.stop, 0) === 1) throw cancelled();
      for (const { name, facts } of entriesOf(path.join(root, folder), path.join(leads, folder), depth === 0)) {
        const at = folder === '' ? name : `${folder}/${name}`;
        const full = path.join(root, at);
        if (message.closed.includes(full)) continue;
        if (facts.isDirectory()) below.push(at);
        else if (facts.isFile())
          yield {
            at,
            full,
            place: path.join(leads, at),
            entry: { size: facts.size, mtimeMs: facts.mtimeMs, ctimeMs: facts.ctimeMs, ino: facts.ino, mode: facts.mode & 0o777 },
          };
      }
    }
    level = below;
  }
}

/** Its hash; with `blobs`, a copy is kept under it. Undefined when it cannot be read, or changes while it is. */
function hashFile({ full, place, entry }: Omit<Found, 'at'>, blobs: string | undefined): string | undefined {
  const facts = factsOf(entry);
  const before = known.get(full);
  if (before?.facts === facts && (blobs === undefined || touch(blobs, before.hash))) return before.hash;
  let file: number | undefined;
  try {
    file = openSync(full, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    const opened = fstatSync(file);
    if (!opened.isFile() || (entry.ino !== undefined && opened.ino !== entry.ino) || !isAt(file, full, place)) return undefined;
    const hash = opened.size < piece.length ? takeSmall(file, blobs) : takeLarge(file, blobs);
    if (known.size >= maxKnown) known.clear();
    known.set(full, { facts, hash });
    return hash;
  } catch (error) {
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Folders of the store that are there. */
const made = new Set<string>();
function blobPath(blobs: string, hash: string): string {
  const folder = path.join(blobs, hash.slice(0, 2));
  if (!made.has(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  made.add(folder);
  return path.join(folder, hash);
}
const temporaryName = (blobs: string): string => {
  if (!made.has(blobs)) mkdirSync(blobs, { recursive: true, mode: 0o700 });
  made.add(blobs);
  return path.join(blobs, `image.${randomUUID().slice(0, 8)}.tmp`);
};

/** Read whole, so that what is kept already is not written again. */
function takeSmall(file: number, blobs: string | undefined): string {
  let length = 0;
  for (let more = readSync(file, piece); more > 0; more = readSync(file, piece, length, piece.length - length, null)) {
    length += more;
    if (length === piece.length) return takeLarge(file, blobs); // it grows while it is read
  }
  const bytes = piece.subarray(0, length);
  const hash = hashOf('sha256', bytes);
  if (blobs === undefined || touch(blobs, hash)) return hash;
  const name = temporaryName(blobs);
  writeFileSync(name, bytes, { mode: 0o600, flag: 'wx' });
  renameSync(name, blobPath(blobs, hash));
  return hash;
}

function takeLarge(file: number, blobs: string | undefined): string {
  const name = blobs === undefined ? undefined : temporaryName(blobs);
  const copy = name === undefined ? undefined : openSync(name, 'wx', 0o600);
  try {
    const summing = createHash('sha256');
    let at = 0;
    for (let length = readSync(file, piece, 0, piece.length, at); length > 0; length = readSync(file, piece, 0, piece.length, at)) {
      const bytes = piece.subarray(0, length);
      summing.update(bytes);
      if (copy !== undefined) for (let done = 0; done < length; ) done += writeSync(copy, bytes, done, length - done);
      at += length;
    }
    const hash = summing.digest('hex');
    if (name !== undefined && blobs !== undefined) renameSync(name, blobPath(blobs, hash));
    return hash;
  } finally {
    if (copy !== undefined) closeSync(copy);
    if (name !== undefined) rmSync(name, { force: true });
  }
}

/** Still kept, and made young again so that the sweep leaves it alone for its grace. */
function touch(blobs: string, hash: string): boolean {
  const file = path.join(blobs, hash.slice(0, 2), hash);
  if (!existsSync(file)) return false;
  const now = new Date();
  utimesSync(file, now, now);
  return true;
}

function take(message: SnapshotMessage & { kind: 'take' }): FolderSnapshot {
  const { folder, caps, keep } = message;
  const files: FolderSnapshot['files'] = {};
  const limits = new Set<string>();
  let count = 0;
  let bytes = 0;
  let isCut = false;
  for (const found of walk(message, folder)) {
    const { at, entry } = found;
    if (count >= caps.files) {
      isCut = true;
      limits.add(`The folder has more than ${caps.files.toLocaleString('en')} files; only the first are compared.`);
      break;
    }
    count += 1;
    files[at] = entry;
    if (!keep) continue;
    if (entry.size > caps.fileBytes || bytes + entry.size > caps.bytes) {
      limits.add(`Only ${Math.round(caps.bytes / 1024 / 1024)} MB of the folder were kept, and nothing of very large files.`);
      continue;
    }
    const hash = hashFile(found, message.blobs);
    if (hash === undefined) continue;
    bytes += entry.size;
    files[at] = { ...entry, hash };
  }
  return { folder, files, limits: [...limits], ...(isCut ? { isCut } : {}) };
}

function isTooLarge(message: SnapshotMessage & { kind: 'count' }): boolean {
  let count = 0;
  for (const _ of walk(message, message.folder)) {
    count += 1;
    if (count > message.caps.files) return true;
  }
  return false;
}

function compare(message: SnapshotMessage & { kind: 'compare' }): { changed: FolderDifference[]; limits: string[]; isCut: boolean } {
  const { before, caps } = message;
  const changed: FolderDifference[] = [];
  const seen = new Set<string>();
  const isCut = before.isCut === true;
  let isBrokenOff = false;
  const added: Found[] = [];
  const lost: { at: string; was: Entry; isGone: boolean }[] = [];
  let count = 0;
  for (const found of walk(message, before.folder)) {
    const { at, entry } = found;
    count += 1;
    if (count > caps.files * 2) {
      isBrokenOff = true;
      break;
    }
    seen.add(at);
    const was = Object.hasOwn(before.files, at) ? before.files[at] : undefined;
    if (was === undefined) {
      // Beyond the cap nobody knows what was there before.
      if (!isCut) added.push(found);
      continue;
    }
    if (factsOf(was) === factsOf(entry)) continue;
    const hash = hashFile(found, undefined) ?? 'unreadable';
    if (was.hash !== undefined && was.hash === hash && was.mode === entry.mode) continue;
    if (was.hash === undefined) lost.push({ at, was, isGone: false });
    changed.push({ path: at, before: { hash: was.hash, size: was.size, mode: was.mode }, after: { hash, size: entry.size } });
  }
  const gone: FolderDifference[] = [];
  for (const [at, was] of Object.entries(before.files)) {
    if (seen.has(at)) continue;
    // Not come to, and not gone.
    if (isBrokenOff && lstatSync(path.join(before.folder, at), { throwIfNoEntry: false })?.isFile() === true) continue;
    if (was.hash === undefined) lost.push({ at, was, isGone: true });
    gone.push({ path: at, before: { hash: was.hash, size: was.size, mode: was.mode }, after: null });
  }
  const moved = new Set<string>();
  for (const each of added) {
    const difference = addedOrMoved(each, lost, moved);
    if (difference.movedFrom !== undefined) moved.add(difference.movedFrom);
    changed.push(difference);
  }
  return { changed: [...changed, ...gone.filter((each) => !moved.has(each.path))], limits: [], isCut: isCut || isBrokenOff };
}

/**
 * A file that came, told apart from one of which nothing was kept and that is now here: to remove that as “added” would destroy the only
 * copy there is.
 */
function addedOrMoved(
  found: Found,
  lost: readonly { at: string; was: Entry; isGone: boolean }[],
  moved: ReadonlySet<string>,
): FolderDifference {
  const { at, entry } = found;
  const same = lost.filter(({ at: path, was }) => was.size === entry.size && !moved.has(path));
  const self = same.find(({ was, isGone }) => isGone && was.ino !== undefined && was.ino === entry.ino && was.mtimeMs === entry.mtimeMs);
  // Not read: it is what it was.
  if (self !== undefined) return { path: at, before: null, after: { hash: 'moved', size: entry.size }, movedFrom: self.at };
  const after = { hash: hashFile(found, undefined) ?? 'unreadable', size: entry.size };
  const held = entry.size === 0 ? undefined : same[0]?.at;
  return { path: at, before: null, after, ...(held === undefined ? {} : { mayHold: held }) };
}

/** On disk when it answers: synced under its name, and its folders too. */
function keep({ fd, maxBytes, blobs }: KeepMessage): { hash: string; bytes: number; isKept: boolean } {
  const summing = createHash('sha256');
  let bytes = 0;
  let copy: { file: number; name: string } | undefined;
  try {
    for (let length = readSync(fd, piece, 0, piece.length, bytes); length > 0; length = readSync(fd, piece, 0, piece.length, bytes)) {
      summing.update(piece.subarray(0, length));
      if (bytes + length <= maxBytes) {
        if (copy === undefined) {
          makeSyncedFolderSync(blobs, path.dirname(blobs));
          const name = path.join(blobs, `image.${randomUUID().slice(0, 8)}.tmp`);
          copy = { name, file: openSync(name, 'wx', 0o600) };
        }
        for (let done = 0; done < length; ) done += writeSync(copy.file, piece, done, length - done);
      }
      bytes += length;
    }
    const hash = summing.digest('hex');
    if (copy === undefined || bytes > maxBytes) return { hash, bytes, isKept: false };
    fsyncSync(copy.file);
    const folder = path.join(blobs, hash.slice(0, 2));
    makeSyncedFolderSync(folder, path.dirname(blobs));
    renameSync(copy.name, path.join(folder, hash));
    syncFolderSync(folder);
    return { hash, bytes, isKept: true };
  } catch (error) {
    throw storageError(error);
  } finally {
    if (copy !== undefined) {
      closeSync(copy.file);
      rmSync(copy.name, { force: true });
    }
  }
}

const failed = (id: number, error: unknown): SnapshotAnswer & KeepAnswer => {
  const { code, message, hint } = toAppError(error);
  return { id, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
};

parentPort?.on('message', (message: SnapshotMessage | KeepMessage) => {
  const answer = (): SnapshotAnswer | KeepAnswer => {
    const { id } = message;
    try {
      if (message.kind === 'keep') return { id, kept: keep(message) };
      if (message.kind === 'count') return { id, isTooLarge: isTooLarge(message) };
      return message.kind === 'take' ? { id, taken: take(message) } : { id, compared: compare(message) };
    } catch (error) {
      if (message.kind === 'keep') return failed(id, error);
      return failed(id, toFileError(error, message.kind === 'compare' ? message.before.folder : message.folder));
    }
  };
  parentPort?.postMessage(answer());
});
