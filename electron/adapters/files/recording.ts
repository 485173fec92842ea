// Before each change of a file: what is there is put down through the folder handle in which it will be changed, so that what is kept
// and what is changed are the same file. Without a recorder nothing is kept.

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ChangeDone, ChangeRecorder } from '../../runtime/tool-ports.ts';
import { FileBytes } from '../blobs/file-bytes.ts';
import type { FolderHandle, Made } from './handles.ts';
import type { Roots } from './roots.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** An ordinary file's bytes, opened when the first piece is asked for; a link in its place is refused. */
export const bytesAt = (folder: FolderHandle, name: string): FileBytes => new FileBytes(() => openOrdinary(folder, name));

export async function openOrdinary(folder: FolderHandle, name: string): Promise<FileHandle> {
  const file = await open(folder.at(name), O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
  try {
    if ((await file.stat()).isFile()) return file;
    throw Object.assign(new Error('is no ordinary file'), { code: 'EISDIR' });
  } catch (error) {
    await file.close();
    throw error;
  }
}

type About = Parameters<ChangeRecorder['before']>[0];

const nothing: ChangeDone = async () => undefined;

export interface Recording {
  before(folder: FolderHandle, name: string, about: Pick<About, 'before'> & Partial<About>): Promise<ChangeDone>;
  making: ((real: string) => Promise<Made>) | undefined;
}

export function recordingFor(changes: ChangeRecorder | undefined, roots: Roots): Recording {
  if (changes === undefined) return { before: async () => nothing, making: undefined };
  const rootFor = (real: string) => {
    const root = roots.rootOf(real);
    return root === undefined ? {} : { root };
  };
  return {
    before: (folder, name, about) =>
      changes.before({ kind: 'file', target: join(folder.real, name), title: name, ...rootFor(folder.real), ...about }),
    async making(real) {
      const done = await changes.before({
        ...{ kind: 'file', op: 'create-folder', target: real, title: basename(real), before: null, ...rootFor(real) },
      });
      let isSettled = false;
      return {
        async done() {
          isSettled = true;
          await done(null);
        },
        async failed() {
          if (!isSettled) done.failed?.();
          isSettled = true;
        },
      };
    },
  };
}

/** Does the work between the two halves of a record. */
export async function recorded<T>(done: ChangeDone, after: About['before'], work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    done.failed?.();
    throw error;
  }
  await done(after);
  return result;
}
