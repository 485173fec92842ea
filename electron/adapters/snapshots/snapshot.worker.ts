// Walks a folder, hashes what is in it and keeps copies, away from the main thread. Follows no link; opens nothing but ordinary files.

import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { cancelled, toAppError } from '../../../shared/errors.ts';
import type { FolderDifference, FolderSnapshot } from '../../runtime/undo/undo-ports.ts';
import { toFileError } from '../files/errors.ts';
import type { SnapshotAnswer, SnapshotMessage } from './snapshot-messages.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
const maxDepth = 40;
const piece = Buffer.allocUnsafe(1024 * 1024);
type Entry = FolderSnapshot['files'][string];
/** Hashes of files that were looked at before, by path: the same facts mean the same content. */
const known = new Map<string, { facts: string; hash: string }>();
const maxKnown = 200_000;

const factsOf = (entry: Entry): string => `${entry.size}/${entry.mtimeMs}/${entry.ctimeMs ?? 0}/${entry.ino ?? 0}`;

function* walk(message: SnapshotMessage, root: string): Generator<{ at: string; full: string; entry: Entry }> {
  let level = [''];
  for (let depth = 0; level.length > 0 && depth < maxDepth; depth += 1) {
    const below: string[] = [];
    for (const folder of level) {
      if (Atomics.load(message.stop, 0) === 1) throw cancelled();
      for (const name of names(path.join(root, folder), depth)) {
        const at = folder === '' ? name : `${folder}/${name}`;
        const full = path.join(root, at);
        if (message.closed.includes(full)) continue;
        const facts = lstatSync(full, { throwIfNoEntry: false });
        if (facts?.isDirectory() === true) below.push(at);
        else if (facts?.isFile() === true)
          yield {
            at,
            full,
            entry: { size: facts.size, mtimeMs: facts.mtimeMs, ctimeMs: facts.ctimeMs, ino: facts.ino, mode: facts.mode & 0o777 },
          };
      }
    }
    level = below;
  }
}

/** A folder below that is closed to us, or went meanwhile, has nothing to show; the one asked for must be readable. */
function names(folder: string, depth: number): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (depth === 0) throw error;
    return [];
  }
}

/** Its hash; with `blobs`, a copy is kept under it. Undefined when it cannot be read, or changes while it is. */
function hashFile(full: string, entry: Entry, blobs: string | undefined): string | undefined {
  const facts = factsOf(entry);
  const before = known.get(full);
  if (before?.facts === facts && (blobs === undefined || touch(blobs, before.hash))) return before.hash;
  let file: number | undefined;
  let copy: { handle: number; name: string } | undefined;
  try {
    file = openSync(full, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    const opened = fstatSync(file);
    if (!opened.isFile() || (entry.ino !== undefined && opened.ino !== entry.ino)) return undefined;
    if (blobs !== undefined) {
      mkdirSync(blobs, { recursive: true, mode: 0o700 });
      const name = path.join(blobs, `image.${randomUUID().slice(0, 8)}.tmp`);
      copy = { handle: openSync(name, 'wx', 0o600), name };
    }
    const summing = createHash('sha256');
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) {
      const bytes = piece.subarray(0, length);
      summing.update(bytes);
      if (copy !== undefined) for (let at = 0; at < length; ) at += writeSync(copy.handle, bytes, at, length - at);
    }
    const hash = summing.digest('hex');
    if (copy !== undefined && blobs !== undefined) {
      closeSync(copy.handle);
      const folder = path.join(blobs, hash.slice(0, 2));
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      renameSync(copy.name, path.join(folder, hash));
      copy = undefined;
    }
    if (known.size >= maxKnown) known.clear();
    known.set(full, { facts, hash });
    return hash;
  } catch (error) {
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
    if (copy !== undefined) {
      closeSync(copy.handle);
      rmSync(copy.name, { force: true });
    }
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
  for (const { at, full, entry } of walk(message, folder)) {
    if (count >= caps.files) {
      limits.add(`The folder has more than ${caps.files} files; only the first are compared.`);
      break;
    }
    count += 1;
    files[at] = entry;
    if (!keep) continue;
    if (entry.size > caps.fileBytes || bytes + entry.size > caps.bytes) {
      limits.add(`Only ${Math.round(caps.bytes / 1024 / 1024)} MB of the folder were kept, and nothing of very large files.`);
      continue;
    }
    const hash = hashFile(full, entry, message.blobs);
    if (hash === undefined) continue;
    bytes += entry.size;
    files[at] = { ...entry, hash };
  }
  return { folder, files, limits: [...limits] };
}

function compare(message: SnapshotMessage & { kind: 'compare' }): { changed: FolderDifference[]; limits: string[] } {
  const { before, caps } = message;
  const changed: FolderDifference[] = [];
  const seen = new Set<string>();
  const isCut = Object.keys(before.files).length >= caps.files;
  let count = 0;
  for (const { at, full, entry } of walk(message, before.folder)) {
    count += 1;
    if (count > caps.files * 2) break;
    seen.add(at);
    const was = Object.hasOwn(before.files, at) ? before.files[at] : undefined;
    // Beyond the cap nobody knows what was there before.
    if (was === undefined && isCut) continue;
    if (was !== undefined && factsOf(was) === factsOf(entry)) continue;
    const hash = hashFile(full, entry, undefined) ?? 'unreadable';
    if (was?.hash !== undefined && was.hash === hash && was.mode === entry.mode) continue;
    changed.push({
      path: at,
      before: was === undefined ? null : { hash: was.hash, size: was.size, mode: was.mode },
      after: { hash, size: entry.size },
    });
  }
  for (const [at, was] of Object.entries(before.files))
    if (!seen.has(at)) changed.push({ path: at, before: { hash: was.hash, size: was.size, mode: was.mode }, after: null });
  return { changed, limits: [] };
}

parentPort?.on('message', (message: SnapshotMessage) => {
  const answer = (): SnapshotAnswer => {
    const { id } = message;
    try {
      return message.kind === 'take' ? { id, taken: take(message) } : { id, compared: compare(message) };
    } catch (error) {
      const {
        code,
        message: words,
        hint,
      } = toAppError(toFileError(error, message.kind === 'take' ? message.folder : message.before.folder));
      return { id, error: { code, message: words, ...(hint === undefined ? {} : { hint }) } };
    }
  };
  parentPort?.postMessage(answer());
});
