// Large outputs, each in a file named by the SHA-256 of its text, the same text once. What `put` has promised is on disk under
// its name: written beside it, synced, renamed, the folder synced. It knows nothing of runs; who names a blob is asked of the caller.

import { hash as hashOf } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { storageError } from '../sqlite/errors.ts';
import { damaged, unreadable } from './blob-errors.ts';
import { fileOf, folderOf, temporaryName } from './blob-names.ts';
import { FileBytes, piecesOf } from './file-bytes.ts';
import { FileKeeper } from './file-keeper.ts';
import { type KeepLimits, type Kept, keepPieces, type Pieces, writeAllAt } from './keep-pieces.ts';
import { sweepBlobs } from './sweep-blobs.ts';
import { makeSyncedFolder, makeSyncedFolderSync, syncFolder, syncFolderSync } from './synced-folder.ts';

export const sha256Of = (text: string): string => hashOf('sha256', text);

interface Job {
  hash: string;
  text: string;
  resolve(): void;
  reject(error: unknown): void;
}

/** Bytes of a file that is not worth a thread. */
const smallFile = 1024 * 1024;
/** Files written at the same time; the thread pool has four. */
const atOnce = 8;

export class BlobStore {
  readonly #root: string;
  readonly #keeper: FileKeeper;
  /** Under way, by hash. */
  readonly #writing = new Map<string, Promise<void>>();
  /** Written or read whole by this process, so that they need not be looked at again. */
  readonly #whole = new Set<string>();
  readonly #folders = new Set<string>();
  /** Large ones that were read here, by what they hash to: what is put back is not reckoned again. */
  readonly #readWhole = new WeakMap<Uint8Array, string>();
  #jobs: Job[] = [];
  #isDraining = false;

  /** `root` is made when the first one is kept. */
  constructor(root: string) {
    this.#root = root;
    this.#keeper = new FileKeeper(root);
  }

  /** Ends its thread. */
  close(): Promise<void> {
    return this.#keeper.close();
  }

  /** Settles when it is on disk. Throws AppErrors of the disk. */
  put(hash: string, text: string): Promise<void> {
    const known = this.#writing.get(hash);
    if (known !== undefined) return known;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#writing.set(hash, promise);
    const forget = (): void => void this.#writing.delete(hash);
    promise.then(forget, forget);
    this.#jobs.push({ hash, text, resolve, reject });
    if (!this.#isDraining) {
      this.#isDraining = true;
      setImmediate(() => void this.#drain());
    }
    return promise;
  }

  /** The same, at once: for what is taken over while a run is made. Throws AppErrors of the disk. */
  putSync(hash: string, text: string): void {
    if (this.#whole.has(hash)) return;
    try {
      const folder = folderOf(this.#root, hash);
      if (!this.#folders.has(folder)) makeSyncedFolderSync(folder, path.dirname(this.#root));
      this.#folders.add(folder);
      const name = temporaryName(folder, hash);
      const handle = openSync(name, 'w', 0o600);
      try {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at, at);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(name, path.join(folder, hash));
      syncFolderSync(folder);
      this.#whole.add(hash);
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Its text, as it was given. Throws `large-value-missing`, `large-value-damaged`. */
  async read(hash: string): Promise<string> {
    const text = await readFile(this.fileOf(hash), 'utf8').catch((error: unknown) => {
      throw unreadable(hash, error);
    });
    if (sha256Of(text) !== hash) {
      this.#whole.delete(hash);
      throw damaged(hash);
    }
    return text;
  }

  /**
   * Any content, piece by piece. Its hash and size are always given; kept (on disk when it settles) only up to `maxBytes`. What fits
   * into `inMemory` bytes is given back instead of being kept. Throws AppErrors of the disk, and what the source throws.
   */
  async putStream(source: Pieces, limits: KeepLimits): Promise<Kept> {
    if (source instanceof FileBytes) return this.#putFile(source, limits);
    const known = source instanceof Uint8Array && source.length > limits.maxBytes ? this.#readWhole.get(source) : undefined;
    if (known !== undefined) return { hash: known, bytes: (source as Uint8Array).length, isKept: false };
    return keepPieces(this.#root, source, limits);
  }

  /** A large file is read in a thread. */
  async #putFile(source: FileBytes, limits: KeepLimits): Promise<Kept> {
    const file = await source.open();
    try {
      const { size } = await file.stat();
      if (size <= Math.max(limits.inMemory, smallFile)) return await keepPieces(this.#root, piecesOf(file), limits);
      return await this.#keeper.keep(file.fd, limits.maxBytes);
    } finally {
      await file.close();
    }
  }

  /** Its bytes, which are not to be changed; of a large one the hash is reckoned in a thread. Throws `large-value-missing`, `large-value-damaged`. */
  async readBytes(hash: string): Promise<Uint8Array> {
    const file = await open(this.fileOf(hash)).catch((error: unknown) => {
      throw unreadable(hash, error);
    });
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw damaged(hash);
      const isLarge = facts.size > smallFile;
      if (isLarge && (await this.#keeper.keep(file.fd, 0)).hash !== hash) throw damaged(hash);
      const bytes = await file.readFile();
      if (!isLarge && hashOf('sha256', bytes) !== hash) throw damaged(hash);
      if (isLarge) this.#readWhole.set(bytes, hash);
      return bytes;
    } catch (error) {
      throw unreadable(hash, error);
    } finally {
      await file.close();
    }
  }

  has(hash: string): boolean {
    return existsSync(this.fileOf(hash));
  }

  fileOf(hash: string): string {
    return fileOf(this.#root, hash);
  }

  /**
   * Removes what nobody names and is older than `graceMs`, one folder per turn of the event loop. `isNamed` is asked right
   * before each removal, in the same turn. Gives the bytes that went.
   */
  sweep(isNamed: (hash: string) => boolean, graceMs: number, signal?: AbortSignal): Promise<{ files: number; bytes: number }> {
    return sweepBlobs({
      root: this.#root,
      isNamed: (hash) => this.#writing.has(hash) || isNamed(hash),
      graceMs,
      signal,
      onRemove: (hash) => void this.#whole.delete(hash),
    });
  }

  async #drain(): Promise<void> {
    while (this.#jobs.length > 0) {
      const batch = this.#jobs.splice(0, atOnce);
      const touched = new Set<string>();
      const written = await Promise.allSettled(batch.map((job) => this.#write(job, touched)));
      const synced = await Promise.allSettled([...touched].map(syncFolder));
      const failed = synced.find((each) => each.status === 'rejected');
      for (const [i, job] of batch.entries()) {
        const result = written[i];
        if (result?.status === 'rejected') job.reject(storageError(result.reason));
        else if (failed !== undefined) job.reject(storageError(failed.reason));
        else {
          this.#whole.add(job.hash);
          job.resolve();
        }
      }
    }
    this.#isDraining = false;
  }

  async #write({ hash, text }: Job, touched: Set<string>): Promise<void> {
    if (this.#whole.has(hash)) return;
    const folder = folderOf(this.#root, hash);
    if (!this.#folders.has(folder)) {
      await makeSyncedFolder(folder, path.dirname(this.#root));
      this.#folders.add(folder);
    }
    // Kept by an earlier process, which may have ended before it synced the folder.
    touched.add(folder);
    if (await holds(path.join(folder, hash), text)) return;
    const name = temporaryName(folder, hash);
    try {
      const handle = await open(name, 'w', 0o600);
      try {
        await writeAllAt(handle, Buffer.from(text), 0);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(name, path.join(folder, hash));
    } catch (error) {
      await rm(name, { force: true });
      throw error;
    }
  }
}

/** A damaged file is written anew: the good text is at hand. */
async function holds(file: string, text: string): Promise<boolean> {
  const found = await readFile(file, 'utf8').catch(() => undefined); // not there, or unreadable: written anew
  return found === text;
}
