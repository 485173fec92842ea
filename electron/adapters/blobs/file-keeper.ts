// Large files hashed and copied into the content-addressed store in a thread: reckoning the hash of 60 MB on the main one takes 70 ms of it.
// One thread, made when first needed, ended when nobody needed it for a while.

import { Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { nodeEntry } from '../node-entry.ts';
import type { KeepAnswer, KeepMessage } from '../snapshots/snapshot-messages.ts';

/** Milliseconds. */
const idleMs = 20_000;

export interface KeptFile {
  hash: string;
  bytes: number;
  isKept: boolean;
}

export class FileKeeper {
  readonly #blobs: string;
  readonly #waiting = new Map<number, { at: Worker; resolve(answer: KeepAnswer): void; reject(error: unknown): void }>();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextId = 0;

  /** `blobs`: the folder of the content-addressed store. */
  constructor(blobs: string) {
    this.#blobs = blobs;
  }

  /** `fd` stays open until it settles. On disk under its hash when `isKept`. Throws AppErrors of the disk. */
  async keep(fd: number, maxBytes: number): Promise<KeptFile> {
    clearTimeout(this.#timer);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    this.#nextId += 1;
    const id = this.#nextId;
    try {
      const answer = await new Promise<KeepAnswer>((resolve, reject) => {
        this.#waiting.set(id, { at: worker, resolve, reject });
        worker.ref();
        worker.postMessage({ kind: 'keep', id, fd, maxBytes, blobs: this.#blobs } satisfies KeepMessage);
      });
      if ('kept' in answer) return answer.kept;
      const { code, message, hint } = answer.error;
      throw new AppError(code, message, hint === undefined ? {} : { hint });
    } finally {
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) {
        worker.unref();
        this.#timer = setTimeout(() => void this.close(), idleMs);
        this.#timer.unref();
      }
    }
  }

  #start(): Worker {
    const made = new Worker(nodeEntry('snapshot-worker'), { env: {} });
    made.on('message', (answer: KeepAnswer) => this.#waiting.get(answer.id)?.resolve(answer));
    made.on('error', () => undefined); // its end follows, and is what counts
    made.once('exit', () => {
      if (this.#worker === made) this.#worker = undefined;
      // What came while it was ended waits for the next one.
      for (const each of this.#waiting.values())
        if (each.at === made)
          each.reject(new AppError('image-not-kept', 'What was there could not be kept.', { hint: 'Try again.', retryable: true }));
    });
    return made;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
