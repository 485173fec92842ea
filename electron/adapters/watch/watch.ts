// The Watch port: tells of files that were added, changed or removed, once their writing has come to rest. Links are not followed,
// so nothing outside the watched folder is told of. Whose folder it is and what follows from a change is not known here.

import { realpathSync, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, cancelled } from '../../../shared/errors.ts';
import { lazy } from '../../../shared/lazy.ts';
import type { Watch } from '../../runtime/ports.ts';

const watching = lazy(() => import('chokidar'));
const defaultSettleMs = 500;
/** A folder that vanished and is not noticed by the system is noticed by looking. */
const lookEveryMs = 2000;
const recentMs = 50;
/** Files that our own writer and editors put beside the one they write. */
const passing = /(?:\.tmp|\.part|\.crdownload|\.swp|~)$/i;

export function createWatch(): Watch {
  return {
    async watch(wanted, { recursive, signal, settleMs = defaultSettleMs, initial = false, onGone }, listener) {
      if (signal.aborted) throw cancelled();
      const target = path.resolve(wanted);
      const kind = await kindOf(target);
      const { watch: watchTree } = await watching();
      if (signal.aborted) throw cancelled();
      // A file is watched through its folder: editors replace files, and the new one is another.
      const root = kind === 'folder' ? target : path.dirname(target);
      const leads = await realpath(root).catch((error: unknown) => Promise.reject(gone(target, error)));
      if (signal.aborted) throw cancelled();
      const watcher = watchTree(root, {
        ignoreInitial: false,
        alwaysStat: true,
        followSymlinks: false,
        ignorePermissionErrors: true,
        atomic: true,
        ...(recursive && kind === 'folder' ? {} : { depth: 0 }),
        awaitWriteFinish: { stabilityThreshold: Math.max(50, settleMs), pollInterval: Math.min(200, Math.max(25, settleMs / 4)) },
        ignored: (file, stats) => stats?.isFile() === true && (passing.test(file) || (kind === 'file' && path.resolve(file) !== target)),
      });
      let isReady = false;
      let lookedAt = 0;
      /** Before something is told of, but not for each of thousands: the system goes on with what replaced the folder before we look. */
      const isStillThere = (): boolean => {
        if (Date.now() - lookedAt < recentMs) return true;
        lookedAt = Date.now();
        try {
          return realpathSync.native(root) === leads;
        } catch {
          return false; // it went away
        }
      };
      const tell = (what: 'added' | 'changed' | 'removed') => (file: string, stats?: Stats) => {
        if (signal.aborted || (!isReady && !initial)) return;
        if (stats !== undefined && !stats.isFile()) return;
        if (!isStillThere()) {
          end(gone(target));
          return;
        }
        listener({ kind: what, path: path.resolve(root, file), size: stats?.size ?? 0, modifiedAt: Math.round(stats?.mtimeMs ?? 0) });
      };
      watcher.on('add', tell('added')).on('change', tell('changed')).on('unlink', tell('removed'));
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let isOver = false;
      const end = (error: Error | undefined): void => {
        if (isOver) return;
        isOver = true;
        clearInterval(look);
        signal.removeEventListener('abort', stop);
        void watcher.close();
        if (!isReady) reject(error ?? cancelled());
        else if (error !== undefined) onGone?.(error);
      };
      const stop = (): void => end(undefined);
      // One that was replaced by a link is gone too: whoever watches looks again whether it may watch what is there now.
      const look = setInterval(() => void mustLeadTo(leads, root).catch((error: Error) => end(error)), lookEveryMs);
      look.unref();
      signal.addEventListener('abort', stop, { once: true });
      watcher.on('error', (error) => end(toWatchError(target, error)));
      watcher.on('unlinkDir', (folder) => {
        if (path.resolve(root, folder) === root) end(gone(target));
      });
      watcher.on('ready', () => {
        if (isOver) return;
        isReady = true;
        resolve();
      });
      await promise;
    },
  };
}

async function mustLeadTo(leads: string, root: string): Promise<void> {
  await kindOf(root);
  const now = await realpath(root).catch((error: unknown) => Promise.reject(gone(root, error)));
  if (now !== leads) throw gone(root);
}

async function kindOf(target: string): Promise<'folder' | 'file'> {
  try {
    const found = await stat(target);
    if (found.isDirectory()) return 'folder';
    if (found.isFile()) return 'file';
  } catch (error) {
    throw gone(target, error);
  }
  throw gone(target);
}

const gone = (target: string, cause?: unknown): AppError =>
  new AppError('folder-not-found', `There is no folder ${target} that could be watched.`, {
    hint: 'Make it again or choose another; it is looked for again by itself.',
    ...(cause === undefined ? {} : { cause }),
  });

function toWatchError(target: string, cause: unknown): AppError {
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  if (code === 'ENOSPC' || code === 'EMFILE')
    return new AppError('watch-limit', `The system watches no more files, so ${target} cannot be watched.`, {
      hint: 'Watch a smaller folder, or raise the system’s limit (on Linux: fs.inotify.max_user_watches).',
      cause,
    });
  if (code === 'ENOENT') return gone(target, cause);
  return new AppError('watch-failed', `${target} cannot be watched: ${cause instanceof Error ? cause.message : String(cause)}`, {
    hint: 'See that you may read it.',
    cause,
  });
}
