// The Files port: files inside the allowed folders only. Reads check the opened handle; writes go through the opened parent folder,
// follow no link, and are whole or not at all (temporary file, sync, rename).

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { FileEntry, Files } from '../../runtime/ports.ts';
import { outside, toFileError } from './errors.ts';
import { entryForWriting, type FolderHandle, type HandleOptions, openFolder, openForReading, openOrMakeFolder } from './handles.ts';
import { listFolder, toEntry } from './list.ts';
import { isInside, Roots } from './roots.ts';
import { decodeFile } from './text.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
const defaultMaxBytes = 8 * 1024 * 1024;

/** `closed` folders are never read or written, whatever is allowed: the app's own data folder. */
export function createFiles(options: Partial<HandleOptions> & { closed?: readonly string[] } = {}): Files {
  const closed = options.closed ?? [];
  const handles: HandleOptions = { hasProc: options.hasProc ?? process.platform === 'linux' };
  /** Resolves the path and translates what the system says. */
  const within = async <T>(path: string, folders: readonly string[], work: (full: string, roots: Roots) => Promise<T>): Promise<T> => {
    try {
      const roots = await Roots.open(folders, closed);
      return await work(roots.resolve(path), roots);
    } catch (error) {
      throw toFileError(error, path);
    }
  };

  return {
    readText: (path, folders, limit) =>
      within(path, folders, (full, roots) => readText(full, roots, handles, limit?.maxBytes ?? defaultMaxBytes)),
    writeText: (path, text, folders) => within(path, folders, (full, roots) => writeText(full, text, roots, handles)),
    list: (path, folders, how) =>
      within(path, folders, (full, roots) => listFolder(full, roots, handles, how?.recursive ?? false, how?.limit ?? 10_000)),
    exists: (path, folders) =>
      within(path, folders, async (full, roots) => {
        await roots.precheck(full);
        return (await lstat(full).catch(() => undefined)) !== undefined;
      }),
    info: (path, folders) => within(path, folders, (full, roots) => info(full, roots, handles)),
    createFolder: (path, folders) =>
      within(path, folders, async (full, roots) => {
        const { folder, made } = await openOrMakeFolder(full, roots, handles);
        await folder.handle.close();
        return { existed: !made };
      }),
    move: (from, to, folders, how) =>
      within(to, folders, async (fullTo, roots) => {
        const fullFrom = roots.resolve(from);
        try {
          await roots.precheck(dirname(fullFrom));
          await lstat(fullFrom);
        } catch (error) {
          throw toFileError(error, from);
        }
        await move(fullFrom, fullTo, roots, handles, how?.overwrite ?? false);
      }),
  };
}

async function readText(path: string, roots: Roots, handles: HandleOptions, maxBytes: number): Promise<string> {
  const file = await openForReading(path, roots, handles);
  try {
    const facts = await file.stat();
    if (facts.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    if (!facts.isFile()) throw new AppError('not-a-file', `“${path}” is not an ordinary file.`, { hint: 'Choose a file.' });
    const tooLarge = () =>
      new AppError('file-too-large', `“${path}” has ${facts.size} bytes, and at most ${maxBytes} are read.`, {
        hint: 'Choose a smaller file, or split it.',
      });
    if (facts.size > maxBytes) throw tooLarge();
    // Read no more than allowed even if it grows meanwhile; files in /proc say size 0 and are read the same way.
    const chunks: Buffer[] = [];
    let length = 0;
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(256 * 1024), 0, 256 * 1024, null);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > maxBytes) throw tooLarge();
      chunks.push(buffer.subarray(0, bytesRead));
    }
    return decodeFile(Buffer.concat(chunks), path);
  } finally {
    await file.close();
  }
}

async function writeText(path: string, text: string, roots: Roots, handles: HandleOptions): Promise<{ bytes: number; existed: boolean }> {
  const bytes = Buffer.from(text);
  const name = basename(path);
  const { folder } = await openOrMakeFolder(dirname(path), roots, handles);
  try {
    const before = await entryForWriting(folder, name);
    if (before?.isFolder === true) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    const temporary = folder.at(`.orrery-${randomBytes(6).toString('hex')}.tmp`);
    const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), before?.mode ?? 0o644);
    try {
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, folder.at(name));
    } catch (error) {
      await unlink(temporary).catch(() => undefined); // the first failure is the one to tell
      throw error;
    }
    await syncFolder(folder);
    return { bytes: bytes.length, existed: before !== undefined };
  } finally {
    await folder.handle.close();
  }
}

/** Makes a rename last through a power cut; some file systems cannot, and say so. */
const syncFolder = (folder: FolderHandle): Promise<void> => folder.handle.sync().catch(() => undefined);

async function info(path: string, roots: Roots, handles: HandleOptions): Promise<FileEntry> {
  const file = await openForReading(path, roots, handles);
  try {
    return toEntry(basename(path), path, await file.stat());
  } finally {
    await file.close();
  }
}

async function move(from: string, to: string, roots: Roots, handles: HandleOptions, overwrite: boolean): Promise<void> {
  const source = await openFolder(dirname(from), roots, handles);
  try {
    const moved = await entryForWriting(source, basename(from));
    if (moved === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
    if (roots.leadsToClosed(join(source.real, basename(from)))) throw outside(from, roots.given);
    if (isInside(from, to)) throw new AppError('path-invalid', `“${from}” cannot be moved into itself.`, { hint: 'Choose another place.' });
    const { folder } = await openOrMakeFolder(dirname(to), roots, handles);
    try {
      const target = await entryForWriting(folder, basename(to));
      if (target !== undefined && (!overwrite || target.isFolder)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
      await renameNew(source.at(basename(from)), folder.at(basename(to)), target !== undefined || moved.isFolder);
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
