// Open first, then check what was opened. On Linux a handle knows where it is (/proc/self/fd), and names below an opened folder
// are reached through it, so a link swapped in between changes nothing. Elsewhere the path is resolved again after opening
// and must still be the same file (device and inode); what remains there is a window of microseconds for one who can already
// write inside an allowed folder.

import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isLink } from './errors.ts';
import type { Roots } from './roots.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

export interface HandleOptions {
  /** Handles know their place: true on Linux. Tests turn it off to try the other way. */
  hasProc: boolean;
}

/** An opened folder that was checked, and how its entries are named. */
export interface FolderHandle {
  handle: FileHandle;
  /** Where it really is. */
  real: string;
  /** A path by which the system finds the entry in this very folder. */
  at(name: string): string;
}

/** What is told of a folder that is made. `failed` after `done` does nothing. */
export interface Made {
  done(): Promise<void>;
  failed(): Promise<void>;
}

async function whereIs(handle: FileHandle, path: string, roots: Roots, { hasProc }: HandleOptions): Promise<string> {
  const real = hasProc ? await readlink(`/proc/self/fd/${handle.fd}`) : await realpath(path);
  if (!roots.holds(real)) throw roots.refusal(path);
  if (!hasProc) {
    const [opened, named] = [await handle.stat(), await stat(real)];
    if (opened.dev !== named.dev || opened.ino !== named.ino) throw roots.refusal(path);
  }
  return real;
}

const closing = async <T>(handle: FileHandle, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** Never waits for the other end of a named pipe. The caller closes it. */
export async function openForReading(path: string, roots: Roots, options: HandleOptions): Promise<FileHandle> {
  await roots.precheck(path);
  const handle = await open(path, O_RDONLY | (O_NONBLOCK ?? 0));
  await closing(handle, whereIs(handle, path, roots, options));
  return handle;
}

export async function openFolder(path: string, roots: Roots, options: HandleOptions): Promise<FolderHandle> {
  await roots.precheck(path);
  const handle = await open(path, O_RDONLY | (O_DIRECTORY ?? 0));
  const real = await closing(handle, whereIs(handle, path, roots, options));
  return { handle, real, at: (name) => join(options.hasProc ? `/proc/self/fd/${handle.fd}` : real, name) };
}

/** A folder below an opened one; a link in its place is refused. */
async function openBelow(parent: FolderHandle, name: string, roots: Roots, options: HandleOptions): Promise<FolderHandle> {
  const handle = await open(parent.at(name), O_RDONLY | (O_DIRECTORY ?? 0) | (O_NOFOLLOW ?? 0));
  const real = await closing(handle, whereIs(handle, join(parent.real, name), roots, options));
  return { handle, real, at: (entry) => join(options.hasProc ? `/proc/self/fd/${handle.fd}` : real, entry) };
}

/** Opens a folder for writing into; parts that are missing are made, one below the other. `making` is told before each. */
export async function openOrMakeFolder(
  path: string,
  roots: Roots,
  options: HandleOptions,
  making?: (real: string) => Promise<Made>,
): Promise<{ folder: FolderHandle; made: boolean }> {
  await roots.precheck(path);
  const missing: string[] = [];
  let existing = path;
  while ((await lstat(existing).catch(ignoreMissing)) === undefined && dirname(existing) !== existing) {
    missing.unshift(basename(existing));
    existing = dirname(existing);
  }
  let folder = await openFolder(existing, roots, options);
  for (const name of missing) {
    const parent = folder;
    const made = await making?.(join(parent.real, name)).catch(async (error: unknown) => {
      await parent.handle.close();
      throw error;
    });
    try {
      const isOurs = await mkdir(parent.at(name)).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error; // made by someone else just now; opening it decides
          return false;
        },
      );
      await (isOurs ? made?.done() : made?.failed());
      folder = await openBelow(parent, name, roots, options);
    } catch (error) {
      await made?.failed();
      throw error;
    } finally {
      await parent.handle.close();
    }
  }
  return { folder, made: missing.length > 0 };
}

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT') return undefined;
  throw error;
};

/** What an entry of an opened folder is, links not followed; undefined when it is not there. Throws for a link. */
export async function entryForWriting(
  folder: FolderHandle,
  name: string,
): Promise<{ isFolder: boolean; mode: number; size: number } | undefined> {
  const found = await lstat(folder.at(name)).catch(ignoreMissing);
  if (found === undefined) return undefined;
  if (found.isSymbolicLink()) throw isLink(join(folder.real, name));
  return { isFolder: found.isDirectory(), mode: found.mode & 0o777, size: found.size };
}
