// The Pages port: one worker, one page after the other. A page that takes too long costs its own reading only: the thread is ended
// and the next page gets a new one.

import { Worker } from 'node:worker_threads';
import { AppError, cancelled } from '../../../shared/errors.ts';
import type { Page, Pages } from '../../runtime/ports.ts';
import { nodeEntry } from '../node-entry.ts';
import type { ReadAnswer, ReadMessage } from './pages.worker.ts';

const defaultDeadlineMs = 15_000;

const unreadable = (address: string, why = 'cannot be read as a page'): AppError =>
  new AppError('page-unreadable', `${address} ${why}.`, { hint: 'Try another page.' });

function failure(error: Extract<ReadAnswer, { error: unknown }>['error'], address: string): AppError {
  if (error === undefined) return unreadable(address);
  return new AppError(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
}

export function createPages(options: { deadlineMs?: number } = {}): Pages & { close(): Promise<void> } {
  let worker: Worker | undefined;
  let nextId = 0;
  let last: Promise<unknown> = Promise.resolve();

  const open = (): Worker => new Worker(nodeEntry('pages-worker'), { env: {}, resourceLimits: { maxOldGenerationSizeMb: 256 } });

  function readNow(html: string, address: string, signal: AbortSignal): Promise<Page> {
    if (signal.aborted) return Promise.reject(cancelled());
    worker ??= open();
    const thread = worker;
    thread.ref();
    nextId += 1;
    const id = nextId;
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        thread.off('message', take);
        thread.off('exit', broke);
        thread.unref();
        finish();
      };
      const giveUp = (error: AppError): void => {
        if (worker === thread) worker = undefined;
        void thread.terminate();
        settle(() => reject(error));
      };
      const stop = (): void => giveUp(cancelled());
      const broke = (): void => giveUp(unreadable(address));
      const take = (answer: ReadAnswer): void => {
        if (answer.id !== id) return;
        settle(() => ('page' in answer ? resolve(answer.page) : reject(failure(answer.error, address))));
      };
      const timer = setTimeout(() => giveUp(unreadable(address, 'takes too long to read')), options.deadlineMs ?? defaultDeadlineMs);
      signal.addEventListener('abort', stop, { once: true });
      thread.on('message', take);
      // Its end follows and is what counts; unheard, an error would end the host.
      if (thread.listenerCount('error') === 0) thread.on('error', () => undefined);
      thread.once('exit', broke);
      thread.postMessage({ id, html, address } satisfies ReadMessage);
    });
  }

  return {
    read(html, address, signal) {
      const reading = last.then(() => readNow(html, address, signal));
      last = reading.catch(() => undefined);
      return reading;
    },
    async close() {
      await worker?.terminate();
      worker = undefined;
    },
  };
}
