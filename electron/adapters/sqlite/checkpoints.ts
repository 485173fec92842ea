// While much is written, a thread of its own copies the write-ahead log back into the database: on the main thread the commit that
// fills the log pays for all of it. SQLite's own locks keep the two apart; the main thread still copies what the other one has not
// reached, so that a log never grows beyond `logPages` for long, and does it alone when there is little to do or no thread to be had.

import { Worker } from 'node:worker_threads';
import { nodeEntry } from '../node-entry.ts';
import { atRest, atWork, type CheckpointData, type CheckpointMessage } from './checkpoint-messages.ts';
import type { WriteDb } from './db.ts';

export interface CheckpointLimits {
  /** The thread is asked after so many commits, and begun when so many came within `busyMs`. */
  commits: number;
  busyMs: number;
  /** Milliseconds without work after which it ends. */
  idleMs: number;
}
export const checkpointLimits: CheckpointLimits = { commits: 64, busyMs: 1000, idleMs: 30_000 };

/** From so many pages on the main thread copies itself: SQLite's own measure, and the one beside a thread. */
export const aloneLogPages = 1000;
const logPages = 4000;
/** After a thread was lost. */
const restMs = 60_000;
/** A copy that takes longer is not waited for: SQLite refuses the second one. */
const patienceMs = 5000;

/** To be closed before `write` is. */
export function checkpointsBeside(
  file: string,
  write: Pick<WriteDb, 'onCommit' | 'checkpointFrom' | 'setBeforeEmptying'>,
  limits: CheckpointLimits = checkpointLimits,
): { close(): Promise<void> } {
  let thread: { worker: Worker; gate: Int32Array<SharedArrayBuffer> } | undefined;
  let count = 0;
  let since = performance.now();
  let notBefore = 0;
  let idle: NodeJS.Timeout | undefined;
  /** Settles when none has the file open any more, also one that was let go or lost. */
  let ending: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  function start(): void {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    try {
      const worker = new Worker(nodeEntry('checkpoint-worker'), { env: {}, workerData: { file, gate } satisfies CheckpointData });
      const made = { worker, gate };
      const lost = (): void => {
        if (thread !== made) return;
        thread = undefined;
        worker.ref();
        notBefore = performance.now() + restMs;
        write.checkpointFrom(aloneLogPages);
      };
      // What is wrong with the disk the main thread meets, too, and tells.
      worker.on('error', lost);
      worker.on('exit', lost);
      ending = Promise.all([ending, new Promise((resolve) => worker.once('exit', resolve))]);
      worker.unref();
      thread = made;
      write.checkpointFrom(logPages);
    } catch {
      // The computer gives no further thread.
      notBefore = performance.now() + restMs;
    }
  }

  function ask(): void {
    if (thread === undefined) return;
    clearTimeout(idle);
    idle = setTimeout(() => void letGo(), limits.idleMs);
    idle.unref();
    if (Atomics.compareExchange(thread.gate, 0, atRest, atWork) === atRest) thread.worker.postMessage('copy' satisfies CheckpointMessage);
  }

  async function letGo(): Promise<void> {
    clearTimeout(idle);
    const left = thread;
    if (left !== undefined) {
      thread = undefined;
      write.checkpointFrom(aloneLogPages);
      // The process must live until it has ended, where somebody waits for that.
      left.worker.ref();
      left.worker.postMessage('end' satisfies CheckpointMessage);
    }
    await ending;
  }

  /** The thread is not at the file when this returns, until the next commit. */
  function settle(): void {
    if (thread === undefined) return;
    if (Atomics.wait(thread.gate, 0, atWork, patienceMs) === 'timed-out') void thread.worker.terminate();
  }

  write.onCommit(() => {
    count += 1;
    if (count < limits.commits) return;
    count = 0;
    const now = performance.now();
    const isBusy = now - since < limits.busyMs;
    since = now;
    if (thread === undefined && isBusy && now >= notBefore && !isClosed) start();
    ask();
  });
  write.setBeforeEmptying(settle);
  return {
    close() {
      isClosed = true;
      return letGo();
    },
  };
}
