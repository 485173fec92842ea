// Takes in a content of any size piece by piece: reckons its hash, holds what is small, and writes what is not into a file that gets the
// hash for its name when it ends. It never holds the thread for longer than one piece.

import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { storageError } from '../sqlite/errors.ts';
import { fileOf, folderOf, temporaryName } from './blob-names.ts';
import { makeSyncedFolder, syncFolder } from './synced-folder.ts';

export type Pieces = Uint8Array | AsyncIterable<Uint8Array>;

/** In bytes: what is larger is not kept, and what fits is given back instead. */
export interface KeepLimits {
  maxBytes: number;
  inMemory: number;
}

export interface Kept {
  hash: string;
  bytes: number;
  isKept: boolean;
  small?: Uint8Array;
}

/** What it says is kept is on disk under its name in `root`. Throws AppErrors of the disk, and what the source throws. */
export async function keepPieces(root: string, source: Pieces, { maxBytes, inMemory }: KeepLimits): Promise<Kept> {
  const summing = createHash('sha256');
  const held: Uint8Array[] = [];
  let bytes = 0;
  let file: { handle: FileHandle; name: string } | undefined;
  try {
    for await (const piece of inPieces(source)) {
      summing.update(piece);
      const at = bytes;
      bytes += piece.length;
      if (bytes > maxBytes) continue;
      if (file === undefined) held.push(piece);
      if (bytes <= inMemory) continue;
      if (file !== undefined) await writeAllAt(file.handle, piece, at);
      else {
        await makeSyncedFolder(root, path.dirname(root)).catch(rethrowStorage);
        const name = temporaryName(root, 'image');
        file = { handle: await open(name, 'wx', 0o600).catch(rethrowStorage), name };
        await writeAllAt(file.handle, Buffer.concat(held.splice(0)), 0);
      }
    }
    const hash = summing.digest('hex');
    if (bytes > maxBytes) return { hash, bytes, isKept: false };
    if (file === undefined) return { hash, bytes, isKept: true, small: Buffer.concat(held) };
    await takeIn(root, file, hash);
    file = undefined;
    return { hash, bytes, isKept: true };
  } finally {
    if (file !== undefined) {
      await file.handle.close();
      await rm(file.name, { force: true });
    }
  }
}

async function takeIn(root: string, { handle, name }: { handle: FileHandle; name: string }, hash: string): Promise<void> {
  try {
    await handle.sync();
    const folder = folderOf(root, hash);
    await makeSyncedFolder(folder, path.dirname(root));
    await rename(name, fileOf(root, hash));
    await handle.close();
    await syncFolder(folder);
  } catch (error) {
    throw storageError(error);
  }
}

const pieceBytes = 1024 * 1024;
/** Never more than a piece in one turn of the event loop: reckoning a hash holds the thread. */
async function* inPieces(source: Pieces): AsyncIterable<Uint8Array> {
  const pieces = source instanceof Uint8Array ? [source] : source;
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; at += pieceBytes) {
      yield piece.subarray(at, at + pieceBytes);
      if (piece.length > pieceBytes) await nextTurn();
    }
}

/** At given places, so that a write that was cut short is taken up where it ended. Throws AppErrors of the disk. */
export async function writeAllAt(handle: FileHandle, bytes: Uint8Array, start: number): Promise<void> {
  for (let at = 0; at < bytes.length; )
    at += (await handle.write(bytes, at, bytes.length - at, start + at).catch(rethrowStorage)).bytesWritten;
}

const rethrowStorage = (error: unknown): never => {
  throw storageError(error);
};
