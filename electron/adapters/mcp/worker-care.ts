// Whether a server's worker still answers and how much memory it needs: what others send it may keep it busy without end, or grow.

import type { Worker } from 'node:worker_threads';
import type { StartFailure } from './launch/start-error.ts';
import { limits } from './limits.ts';

const hung: StartFailure = {
  cause: 'unknown',
  message: 'It was ended because what it sent kept its worker busy without end.',
  hint: 'Update it, or tell its makers; start it again when it is mended.',
};
const tooMuchMemory: StartFailure = {
  cause: 'too-big',
  message: 'It was ended because what it sent needed too much memory.',
  hint: 'Update it, or tell its makers.',
};
const lookEveryMs = 50;
const looksAfterData = 40;
const ticks = 5;

export class WorkerCare {
  readonly #worker: Worker;
  readonly #hangMs: number;
  readonly #broken: (failure: StartFailure) => void;
  /** Asks the worker for a sign, at every tick. */
  readonly #ping: () => void;
  #watchdog: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #looking: NodeJS.Timeout | undefined;
  #looksLeft = 0;
  #closed = false;

  constructor(worker: Worker, hangMs: number, { broken, ping }: { broken(failure: StartFailure): void; ping(): void }) {
    this.#worker = worker;
    this.#hangMs = hangMs;
    this.#broken = broken;
    this.#ping = ping;
  }

  /** It said something. The first time shows that it runs; how long it takes to get there is covered by the time to start. */
  heard(): void {
    this.#unanswered = 0;
    if (this.#watchdog === undefined && !this.#closed) this.#watch();
  }

  /** What it was given last may take a while to grow: its memory is looked at for some time after. */
  gotData(): void {
    this.#looksLeft = looksAfterData;
    if (this.#looking !== undefined || this.#closed) return;
    this.#looking = setInterval(() => {
      this.#looksLeft -= 1;
      if (this.#looksLeft <= 0) {
        clearInterval(this.#looking);
        this.#looking = undefined;
      }
      this.#worker.getHeapStatistics().then(
        ({ used_heap_size: used }) => {
          if (used > limits.workerHeapMb * 1024 * 1024) this.#broken(tooMuchMemory);
        },
        // It has just ended, and says so itself.
        () => undefined,
      );
    }, lookEveryMs);
    this.#looking.unref();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watchdog);
    clearInterval(this.#looking);
  }

  /** Counts its own ticks and not the time, so that a busy main thread or a machine that slept is not held against the worker. */
  #watch(): void {
    this.#watchdog = setInterval(() => {
      this.#unanswered += 1;
      if (this.#unanswered > ticks) this.#broken(hung);
      else this.#ping();
    }, this.#hangMs / ticks);
    this.#watchdog.unref();
  }
}

/** Why a worker ended by itself. */
export const workerFailure = (error: NodeJS.ErrnoException): StartFailure =>
  error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? tooMuchMemory
    : { cause: 'unknown', message: `Its worker failed: ${error.message.slice(0, 500)}`, hint: 'Look at the log.' };
