// Large outputs, each in a file named by the SHA-256 of its text, the same text once. What `put` has promised is on disk under
// its name: written beside it, synced, renamed, the folder synced. It knows nothing of runs; who names a blob is asked of the caller.

import { createHash, hash as hashOf, randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { storageError } from '../sqlite/errors.ts';
import { FileBytes, piecesOf } from './file-bytes.ts';
import { FileKeeper } from './file-keeper.ts';
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
      const folder = this.#folderOf(hash);
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
  async putStream(
    source: Uint8Array | AsyncIterable<Uint8Array>,
    { maxBytes, inMemory }: { maxBytes: number; inMemory: number },
  ): Promise<{ hash: string; bytes: number; isKept: boolean; small?: Uint8Array }> {
    if (source instanceof FileBytes) return this.#putFile(source, maxBytes, inMemory);
    const known = source instanceof Uint8Array && source.length > maxBytes ? this.#readWhole.get(source) : undefined;
    if (known !== undefined) return { hash: known, bytes: (source as Uint8Array).length, isKept: false };
    return this.#putPieces(source, maxBytes, inMemory);
  }

  /** A large file is read in a thread. */
  async #putFile(source: FileBytes, maxBytes: number, inMemory: number): ReturnType<BlobStore['putStream']> {
    const file = await source.open();
    try {
      const { size } = await file.stat();
      if (size <= Math.max(inMemory, smallFile)) return await this.#putPieces(piecesOf(file), maxBytes, inMemory);
      return await this.#keeper.keep(file.fd, maxBytes);
    } finally {
      await file.close();
    }
  }

  async #putPieces(source: Uint8Array | AsyncIterable<Uint8Array>, maxBytes: number, inMemory: number): ReturnType<BlobStore['putStream']> {
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
          await makeSyncedFolder(this.#root, path.dirname(this.#root)).catch(rethrowStorage);
          const name = temporaryName(this.#root, 'image');
          file = { handle: await open(name, 'wx', 0o600).catch(rethrowStorage), name };
          await writeAllAt(file.handle, Buffer.concat(held.splice(0)), 0);
        }
      }
      const hash = summing.digest('hex');
      if (bytes > maxBytes) return { hash, bytes, isKept: false };
      if (file === undefined) return { hash, bytes, isKept: true, small: Buffer.concat(held) };
      await this.#takeIn(file, hash);
      file = undefined;
      return { hash, bytes, isKept: true };
    } finally {
      if (file !== undefined) {
        await file.handle.close();
        await rm(file.name, { force: true });
      }
    }
  }

  async #takeIn({ handle, name }: { handle: FileHandle; name: string }, hash: string): Promise<void> {
    try {
      await handle.sync();
      const folder = this.#folderOf(hash);
      await makeSyncedFolder(folder, path.dirname(this.#root));
      await rename(name, path.join(folder, hash));
      await handle.close();
      await syncFolder(folder);
    } catch (error) {
      throw storageError(error);
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
    if (!/^[0-9a-f]{64}$/.test(hash)) throw largeMissing(hash);
    return path.join(this.#folderOf(hash), hash);
  }

  /**
   * Removes what nobody names and is older than `graceMs`, one folder per turn of the event loop. `isNamed` is asked right
   * before each removal, in the same turn. Gives the bytes that went.
   */
  async sweep(isNamed: (hash: string) => boolean, graceMs: number, signal?: AbortSignal): Promise<{ files: number; bytes: number }> {
    const gone = { files: 0, bytes: 0 };
    const before = Date.now() - graceMs;
    for (const folder of await namesIn(this.#root)) {
      if (folder.endsWith('.tmp')) await this.#removeOld('', folder, before, isNamed);
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await namesIn(path.join(this.#root, folder))) {
        if (signal?.aborted === true) return gone;
        const bytes = await this.#removeOld(folder, name, before, isNamed);
        if (bytes === undefined) continue;
        gone.files += 1;
        gone.bytes += bytes;
      }
    }
    return gone;
  }

  async #removeOld(folder: string, name: string, before: number, isNamed: (hash: string) => boolean): Promise<number | undefined> {
    const file = path.join(this.#root, folder, name);
    const isOurs = /^[0-9a-f]{64}$/.test(name);
    if (!isOurs && !name.endsWith('.tmp')) return undefined;
    if (isOurs && isNamed(name)) return undefined;
    const facts = await stat(file).catch(() => undefined); // gone meanwhile: nothing to remove
    if (facts === undefined || facts.mtimeMs > before) return undefined;
    // Asked again, for it may have been named while we looked; and removed in the same turn, so that nothing comes between.
    if (isOurs && (this.#writing.has(name) || isNamed(name))) return undefined;
    this.#whole.delete(name);
    rmSync(file, { force: true });
    return facts.size;
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
    const folder = this.#folderOf(hash);
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
        await writeAll(handle, Buffer.from(text));
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

  #folderOf(hash: string): string {
    return path.join(this.#root, hash.slice(0, 2));
  }
}

const pieceBytes = 1024 * 1024;
/** Never more than a piece in one turn of the event loop: reckoning a hash holds the thread. */
async function* inPieces(source: Uint8Array | AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const pieces = source instanceof Uint8Array ? [source] : source;
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; at += pieceBytes) {
      yield piece.subarray(at, at + pieceBytes);
      if (piece.length > pieceBytes) await nextTurn();
    }
}

async function writeAllAt(handle: FileHandle, bytes: Uint8Array, start: number): Promise<void> {
  for (let at = 0; at < bytes.length; )
    at += (await handle.write(bytes, at, bytes.length - at, start + at).catch(rethrowStorage)).bytesWritten;
}

const rethrowStorage = (error: unknown): never => {
  throw storageError(error);
};

const temporaryName = (folder: string, hash: string): string => path.join(folder, `${hash}.${randomUUID().slice(0, 8)}.tmp`);

/** At given places, so that a write that was cut short is taken up where it ended. */
async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten;
}

/** A damaged file is written anew: the good text is at hand. */
async function holds(file: string, text: string): Promise<boolean> {
  const found = await readFile(file, 'utf8').catch(() => undefined); // not there, or unreadable: written anew
  return found === text;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw storageError(error);
  }
}

const hint = 'The run’s other steps are unharmed. Run it again to make the value anew, or put back your own copy of the data folder.';
export const largeMissing = (hash: string, cause?: unknown): AppError =>
  new AppError('large-value-missing', 'A large output is not in the data folder any more.', { hint, details: { hash }, cause });
const damaged = (hash: string): AppError =>
  new AppError('large-value-damaged', 'A large output is damaged: it is not what was kept.', { hint, details: { hash } });

function unreadable(hash: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return largeMissing(hash, error);
  return code === 'EISDIR' ? damaged(hash) : storageError(error);
}
