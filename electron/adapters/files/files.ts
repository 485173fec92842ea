// The Files port: files inside the allowed folders only. Reads check the opened handle; writes go through the opened parent folder,
// follow no link, and are whole or not at all (temporary file, sync, rename).

import { lstat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { FileEntry, Files } from '../../runtime/ports.ts';
import { contentAt, move, remove, writeFileWhole } from './changing.ts';
import { toFileError } from './errors.ts';
import type { LedTo } from './granted-folders.ts';
import { type HandleOptions, openForReading, openOrMakeFolder } from './handles.ts';
import { listFolder, toEntry } from './list.ts';
import { recordingFor } from './recording.ts';
import { Roots } from './roots.ts';
import { decodeFile } from './text.ts';

const defaultMaxBytes = 8 * 1024 * 1024;

/** `closed` folders are never read or written, whatever is allowed: the app's own data folder. A granted one is followed only to where it `ledTo`. */
export function createFiles(options: Partial<HandleOptions> & { closed?: readonly string[]; home?: string; ledTo?: LedTo } = {}): Files {
  const closed = options.closed ?? [];
  const handles: HandleOptions = { hasProc: options.hasProc ?? process.platform === 'linux' };
  /** Resolves the path and translates what the system says. */
  const within = async <T>(path: string, folders: readonly string[], work: (full: string, roots: Roots) => Promise<T>): Promise<T> => {
    try {
      const roots = await Roots.open(folders, closed, options.ledTo);
      return await work(roots.resolve(path), roots);
    } catch (error) {
      throw toFileError(error, path);
    }
  };

  return {
    home: options.home ?? homedir(),
    readText: (path, folders, limit) =>
      within(path, folders, (full, roots) => readText(full, roots, handles, limit?.maxBytes ?? defaultMaxBytes)),
    writeText: (path, text, folders, how) =>
      within(path, folders, (full, roots) => writeFileWhole(full, Buffer.from(text), { roots, handles, changes: how?.changes })),
    writeBytes: (path, bytes, folders, how) =>
      within(path, folders, (full, roots) => writeFileWhole(full, bytes, { roots, handles, changes: how?.changes }, how?.mode)),
    list: (path, folders, how) =>
      within(path, folders, (full, roots) => listFolder(full, roots, handles, how?.recursive ?? false, how?.limit ?? 10_000)),
    exists: (path, folders) =>
      within(path, folders, async (full, roots) => {
        await roots.precheck(full);
        return (await lstat(full).catch(() => undefined)) !== undefined;
      }),
    info: (path, folders) => within(path, folders, (full, roots) => info(full, roots, handles)),
    createFolder: (path, folders, how) =>
      within(path, folders, async (full, roots) => {
        const { folder, made } = await openOrMakeFolder(full, roots, handles, recordingFor(how?.changes, roots).making);
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
        await move(fullFrom, fullTo, how?.overwrite ?? false, { roots, handles, changes: how?.changes });
      }),
    remove: (path, folders, how) => within(path, folders, (full, roots) => remove(full, { roots, handles, changes: how?.changes })),
    content: (path, folders) => within(path, folders, (full, roots) => contentAt(full, { roots, handles, changes: undefined })),
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

async function info(path: string, roots: Roots, handles: HandleOptions): Promise<FileEntry> {
  const file = await openForReading(path, roots, handles);
  try {
    return toEntry(basename(path), path, await file.stat());
  } finally {
    await file.close();
  }
}
