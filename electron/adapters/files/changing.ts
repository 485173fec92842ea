// Everything that changes files: through the opened parent folder, following no link, whole or not at all, recorded before.

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { FileContent } from '../../runtime/ports.ts';
import type { ChangeRecorder } from '../../runtime/tool-ports.ts';
import { FileBytes } from '../blobs/file-bytes.ts';
import { outside } from './errors.ts';
import { entryForWriting, type FolderHandle, type HandleOptions, openFolder, openOrMakeFolder } from './handles.ts';
import { bytesAt, openOrdinary, recorded, recordingFor } from './recording.ts';
import { isInside, type Roots } from './roots.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** One request: where it may go, and who is told. */
export interface ChangeRequest {
  roots: Roots;
  handles: HandleOptions;
  changes: ChangeRecorder | undefined;
}

export async function writeFileWhole(
  path: string,
  bytes: Uint8Array,
  { roots, handles, changes }: ChangeRequest,
  mode = 0o644,
): Promise<{ bytes: number; existed: boolean }> {
  const name = basename(path);
  const recording = recordingFor(changes, roots);
  const { folder } = await openOrMakeFolder(dirname(path), roots, handles, recording.making);
  try {
    const before = await entryForWriting(folder, name);
    if (before?.isFolder === true) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    const done = await recording.before(folder, name, {
      before: before === undefined ? null : bytesAt(folder, name),
      intended: bytes,
      ...(before === undefined ? {} : { mode: before.mode, bytes: before.size }),
    });
    await recorded(done, bytes, async () => {
      const temporary = folder.at(`.orrery-${randomBytes(6).toString('hex')}.tmp`);
      const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), before?.mode ?? mode);
      try {
        try {
          await file.writeFile(bytes);
          if (before !== undefined || mode !== 0o644) await file.chmod(before?.mode ?? mode);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, folder.at(name));
      } catch (error) {
        await unlink(temporary).catch(() => undefined); // the first failure is the one to tell
        throw error;
      }
    });
    await syncFolder(folder);
    return { bytes: bytes.length, existed: before !== undefined };
  } finally {
    await folder.handle.close();
  }
}

/** Makes a rename last through a power cut; some file systems cannot, and say so. */
const syncFolder = (folder: FolderHandle): Promise<void> => folder.handle.sync().catch(() => undefined);

export async function move(from: string, to: string, overwrite: boolean, { roots, handles, changes }: ChangeRequest): Promise<void> {
  const recording = recordingFor(changes, roots);
  const source = await openFolder(dirname(from), roots, handles);
  try {
    const moved = await entryForWriting(source, basename(from));
    if (moved === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
    if (roots.leadsToClosed(join(source.real, basename(from)))) throw outside(from, roots.given);
    if (isInside(from, to)) throw new AppError('path-invalid', `“${from}” cannot be moved into itself.`, { hint: 'Choose another place.' });
    const { folder } = await openOrMakeFolder(dirname(to), roots, handles, recording.making);
    try {
      const name = basename(to);
      const target = await entryForWriting(folder, name);
      if (target !== undefined && (!overwrite || target.isFolder)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
      // What is replaced is a change of its own, taken back after the move is.
      const replaced =
        target === undefined
          ? undefined
          : await recording.before(folder, name, { before: bytesAt(folder, name), intended: null, mode: target.mode, bytes: target.size });
      const done = await recording.before(folder, name, {
        ...{ op: 'move', from: join(source.real, basename(from)), mode: moved.mode },
        // What is moved stays what it is: nothing needs to be kept.
        before: null,
      });
      try {
        await renameNew(source.at(basename(from)), folder.at(name), target !== undefined || moved.isFolder);
      } catch (error) {
        replaced?.failed?.();
        done.failed?.();
        throw error;
      }
      await replaced?.(null);
      await done(null);
      await syncFolder(folder);
    } finally {
      await folder.handle.close();
    }
  } finally {
    await source.handle.close();
  }
}

/** A name taken with O_EXCL first, so that a file that appears in between is not lost to the rename. */
async function renameNew(from: string, to: string, mayReplace: boolean): Promise<void> {
  if (mayReplace) return rename(from, to);
  await (await open(to, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0))).close();
  try {
    await rename(from, to);
  } catch (error) {
    await unlink(to).catch(() => rmdir(to).catch(() => undefined));
    throw error;
  }
}

export async function remove(path: string, { roots, handles, changes }: ChangeRequest): Promise<void> {
  const recording = recordingFor(changes, roots);
  const folder = await openFolder(dirname(path), roots, handles);
  try {
    const name = basename(path);
    const there = await entryForWriting(folder, name);
    if (there === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
    const real = join(folder.real, name);
    if (roots.leadsToClosed(real) || !roots.holds(real) || roots.rootOf(real) === real) throw outside(path, roots.given);
    const done = await recording.before(
      folder,
      name,
      there.isFolder
        ? { op: 'remove-folder', before: null, mode: there.mode }
        : { before: bytesAt(folder, name), intended: null, mode: there.mode, bytes: there.size },
    );
    await recorded(done, null, () => (there.isFolder ? removeFolder(folder, name, path) : unlink(folder.at(name))));
    await syncFolder(folder);
  } finally {
    await folder.handle.close();
  }
}

async function removeFolder(folder: FolderHandle, name: string, path: string): Promise<void> {
  try {
    await rmdir(folder.at(name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    throw new AppError('folder-not-empty', `“${path}” is not empty.`, { hint: 'Delete what is in it first.' });
  }
}

/** What is at a path, links not followed. */
export async function contentAt(path: string, { roots, handles }: ChangeRequest): Promise<FileContent> {
  const folder = await openFolder(dirname(path), roots, handles).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (folder === undefined) return { kind: 'none' };
  try {
    const name = basename(path);
    const facts = await lstat(folder.at(name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (facts === undefined) return { kind: 'none' };
    if (facts.isDirectory()) return { kind: 'folder', isEmpty: (await readdir(folder.at(name))).length === 0 };
    if (!facts.isFile()) return { kind: 'other' };
    return { kind: 'file', bytes: facts.size, mode: facts.mode & 0o777, read: () => read(path, roots, handles) };
  } finally {
    await folder.handle.close();
  }
}

const read = (path: string, roots: Roots, handles: HandleOptions): FileBytes =>
  new FileBytes(async () => {
    const folder = await openFolder(dirname(path), roots, handles);
    try {
      return await openOrdinary(folder, basename(path));
    } finally {
      await folder.handle.close();
    }
  });
