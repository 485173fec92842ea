// A whole check of the databases of a data folder, which takes long where they are large: on a thread of its own, and over after a time
// that its caller gives.

import { Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { nodeEntry } from '../node-entry.ts';

export interface CheckRequest {
  folder: string;
  /** Set to 1: no further table. */
  stop: Int32Array;
}
export type CheckNews =
  | { kind: 'begun'; of: number }
  | { kind: 'checked'; problems: string[] }
  | { kind: 'problems'; problems: string[] }
  | { kind: 'end' };

export interface Checked {
  /** What is wrong, in SQLite's words. */
  problems: string[];
  /** Tables and the like, looked at and in all; all of them unless the time was over. */
  done: number;
  of: number;
}

/** `limitMs` in milliseconds. Throws `check-failed` where the thread ends before it has said anything of use. */
export function checkDatabases(folder: string, limitMs: number): Promise<Checked> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const found: Checked = { problems: [], done: 0, of: 0 };
  const { promise, resolve, reject } = Promise.withResolvers<Checked>();
  const worker = new Worker(nodeEntry('check-worker'), { env: {}, workerData: { folder, stop } satisfies CheckRequest });
  // The table that is being read is read to its end, and nobody waits for that.
  worker.unref();
  const timer = setTimeout(() => {
    Atomics.store(stop, 0, 1);
    resolve(found);
  }, limitMs);
  const failed = (why: string): void =>
    reject(new AppError('check-failed', `The database could not be checked: ${why}.`, { hint: 'Try again; the log has the details.' }));
  worker.on('message', (news: CheckNews) => {
    if (news.kind === 'begun') found.of = news.of;
    if (news.kind === 'checked') found.done += 1;
    if ('problems' in news) found.problems.push(...news.problems);
    if (news.kind === 'end') resolve(found);
  });
  worker.on('error', (error) => failed(error instanceof Error ? error.message : String(error)));
  worker.on('exit', () => failed('its thread ended'));
  return promise.finally(() => clearTimeout(timer));
}
