// Folders compared before and after what others' programs do in them. One worker, made when first needed; the main thread only waits.

import { realpath } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import type { FolderSnapshots } from '../../runtime/undo/undo-ports.ts';
import { leadsElsewhere } from '../files/errors.ts';
import { isSamePlace, type LedTo } from '../files/granted-folders.ts';
import { nodeEntry } from '../node-entry.ts';
import type { SnapshotAnswer, SnapshotCaps, SnapshotMessage } from './snapshot-messages.ts';

export const defaultCaps: SnapshotCaps = { files: 20_000, bytes: 200 * 1024 * 1024, fileBytes: 64 * 1024 * 1024 };

/** `blobs`: the folder of the content-addressed store. `closed` folders are not looked into, nor one that no longer leads to where it `ledTo` when it was granted. */
export function createSnapshots(options: {
  blobs: string;
  closed: readonly string[];
  ledTo?: LedTo;
  caps?: SnapshotCaps;
}): FolderSnapshots {
  const { blobs, closed, caps = defaultCaps } = options;
  let worker: Worker | undefined;
  let nextId = 0;
  const waiting = new Map<number, { resolve(answer: SnapshotAnswer): void; reject(error: unknown): void }>();

  const open = (): Worker => {
    const made = new Worker(nodeEntry('snapshot-worker'), { env: {} });
    made.on('message', (answer: SnapshotAnswer) => waiting.get(answer.id)?.resolve(answer));
    made.on('error', () => undefined); // its end follows, and is what counts
    made.once('exit', () => {
      if (worker === made) worker = undefined;
      for (const each of waiting.values())
        each.reject(new AppError('snapshot-failed', 'A folder could not be compared.', { hint: 'Try again.', retryable: true }));
    });
    return made;
  };

  type Own = 'id' | 'blobs' | 'caps' | 'closed' | 'stop' | 'leads';
  type About<Kind extends SnapshotMessage['kind']> = Omit<Extract<SnapshotMessage, { kind: Kind }>, Own>;
  async function ask(about: About<'take'> | About<'compare'> | About<'count'>, signal: AbortSignal) {
    worker ??= open();
    const thread = worker;
    nextId += 1;
    const id = nextId;
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const leads = options.ledTo?.(about.kind === 'compare' ? about.before.folder : about.folder);
    const onAbort = (): void => void Atomics.store(stop, 0, 1);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    thread.ref();
    try {
      const answer = await new Promise<SnapshotAnswer>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        thread.postMessage({
          ...about,
          id,
          blobs,
          caps,
          closed,
          stop,
          ...(leads === undefined ? {} : { leads }),
        } satisfies SnapshotMessage);
      });
      if ('error' in answer) {
        const { code, message, hint } = answer.error;
        throw new AppError(code, message, hint === undefined ? {} : { hint });
      }
      return answer;
    } finally {
      waiting.delete(id);
      signal.removeEventListener('abort', onAbort);
      if (waiting.size === 0) thread.unref();
    }
  }
  /** A server may have replaced its own folder by a link: what lies there now is not its to show. */
  async function mustStillLead(folder: string): Promise<void> {
    const was = options.ledTo?.(folder);
    if (was === undefined) return;
    const now = await realpath(folder).catch(() => undefined);
    if (now !== undefined && !isSamePlace(was, now)) throw leadsElsewhere(folder, { folder, was, now });
  }
  return {
    async take(folder, { keep, signal }) {
      await mustStillLead(folder);
      const answer = await ask({ kind: 'take', folder, keep }, signal);
      if (!('taken' in answer)) throw new AppError('internal', 'The worker answered something else.');
      return answer.taken;
    },
    async compare(before, { signal }) {
      await mustStillLead(before.folder);
      const answer = await ask({ kind: 'compare', before }, signal);
      if (!('compared' in answer)) throw new AppError('internal', 'The worker answered something else.');
      return answer.compared;
    },
    async isTooLarge(folder, { signal }) {
      await mustStillLead(folder);
      const answer = await ask({ kind: 'count', folder }, signal);
      if (!('isTooLarge' in answer)) throw new AppError('internal', 'The worker answered something else.');
      return answer.isTooLarge;
    },
    async close() {
      await worker?.terminate();
      worker = undefined;
    },
  };
}
