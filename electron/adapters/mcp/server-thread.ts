// The worker of one server as a thread: made, given messages and bytes, looked after, ended. What is said is worker-link.ts's.

import { Worker } from 'node:worker_threads';
import { nodeEntry } from '../node-entry.ts';
import type { StartFailure } from './launch/start-error.ts';
import { limits } from './limits.ts';
import { WorkerCare, workerFailure } from './worker-care.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './worker-messages.ts';

export interface ServerThreadEvents {
  said(messages: readonly FromWorker[]): void;
  broken(failure: StartFailure): void;
}

export class ServerThread {
  readonly #worker: Worker;
  readonly #care: WorkerCare;
  #inFlight = 0;

  constructor(options: WorkerOptions, hangMs: number, events: ServerThreadEvents) {
    // No environment, no arguments, a bounded heap: the worker handles hostile data.
    this.#worker = new Worker(nodeEntry('tool-host-worker'), {
      workerData: options,
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapHardMb },
    });
    this.#care = new WorkerCare(this.#worker, hangMs, { broken: events.broken, ping: () => this.post({ type: 'ping' }) });
    this.#worker.on('message', (messages: FromWorker[]) => {
      this.#care.heard();
      events.said(messages);
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) => events.broken(workerFailure(error)));
    this.#worker.on('exit', () => events.broken({ cause: 'unknown', message: 'Its worker ended.', hint: 'Start it again.' }));
    this.post({ type: 'ping' });
  }

  /** Bytes it was given and has not dealt with yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Bytes of the server's pipe. The chunk is copied. */
  push(chunk: Uint8Array): void {
    this.#inFlight += chunk.byteLength;
    this.#care.gotData();
    const copy = new Uint8Array(chunk);
    // A chunk is a part of a shared piece of memory: the copy is handed over whole.
    this.#worker.postMessage({ type: 'data', chunk: copy } satisfies ToWorker, [copy.buffer]);
  }

  /** It was given something whose size is counted elsewhere. */
  gotData(): void {
    this.#care.gotData();
  }

  taken(bytes: number): void {
    this.#inFlight -= bytes;
  }

  async close(): Promise<void> {
    this.#care.close();
    await this.#worker.terminate();
  }
}
