// The main side of a server's worker: messages both ways, calls that wait, back-pressure, and the watchdog that notices when the
// worker no longer answers.

import { Worker } from 'node:worker_threads';
import { AppError, cancelled, fromShape } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import type { ToolCallOptions } from '../../runtime/ports.ts';
import { nodeEntry } from '../node-entry.ts';
import { limits } from './limits.ts';
import type { StartFailure } from './launch/start-error.ts';
import type { FoundTool, FromWorker, ToWorker, WorkerOptions } from './worker-messages.ts';

export interface WorkerLinkEvents {
  write(text: string): void;
  ready(tools: FoundTool[]): void;
  tools(tools: FoundTool[]): void;
  note(text: string): void;
  badLine(line: string): void;
  /** The worker took what it was given; stdout may flow again. */
  drained(): void;
  broken(failure: StartFailure): void;
}

interface Waiting {
  resolve(result: ToolResult): void;
  reject(error: AppError): void;
  options: ToolCallOptions;
}

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

export class WorkerLink {
  readonly #worker: Worker;
  readonly #events: WorkerLinkEvents;
  readonly #waiting = new Map<number, Waiting>();
  #nextCall = 1;
  #inFlight = 0;
  #closed = false;
  #watchdog: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #looking: NodeJS.Timeout | undefined;
  #looksLeft = 0;

  constructor(options: WorkerOptions & { hangMs: number }, events: WorkerLinkEvents) {
    const { hangMs, ...workerData } = options;
    this.#events = events;
    // No environment, no arguments, a bounded heap: the worker handles hostile data.
    this.#worker = new Worker(nodeEntry('tool-host-worker'), {
      workerData,
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapHardMb },
    });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message, hangMs));
    this.#worker.on('error', (error: NodeJS.ErrnoException) => this.#broken(workerFailure(error)));
    this.#worker.on('exit', () => this.#broken({ cause: 'unknown', message: 'Its worker ended.', hint: 'Start it again.' }));
    // Its first message shows that it runs; how long it takes to get there is covered by the time to start.
    this.#post({ type: 'ping' });
  }

  /** False when the sender should wait for `drained`. The chunk is copied. */
  push(chunk: Buffer): boolean {
    this.#inFlight += chunk.byteLength;
    this.#lookFor();
    this.#post({ type: 'data', chunk: new Uint8Array(chunk) });
    return this.#inFlight < limits.inFlightBytes;
  }

  call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    if (this.#closed) return Promise.reject(ended());
    const id = this.#nextCall++;
    return new Promise<ToolResult>((resolve, reject) => {
      const abort = () => {
        this.#post({ type: 'cancel', id });
        this.#waiting.delete(id);
        reject(cancelled('The tool call was stopped.'));
      };
      const leave = () => options.signal.removeEventListener('abort', abort);
      if (options.signal.aborted) return reject(cancelled('The tool call was stopped.'));
      options.signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, {
        options,
        resolve: (result) => {
          leave();
          resolve(result);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      });
      this.#post({ type: 'call', id, tool, args, idempotencyKey: options.idempotencyKey });
    });
  }

  /** Ends the worker at once; calls that wait fail. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watchdog);
    clearInterval(this.#looking);
    for (const waiting of this.#waiting.values()) waiting.reject(ended());
    this.#waiting.clear();
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    if (!this.#closed) this.#worker.postMessage(message);
  }

  #broken(failure: StartFailure): void {
    if (!this.#closed) this.#events.broken(failure);
  }

  /** What it was given last may take a while to grow: its memory is looked at for some time after. */
  #lookFor(): void {
    this.#looksLeft = looksAfterData;
    if (this.#looking !== undefined) return;
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

  /** Counts its own ticks and not the time, so that a busy main thread or a machine that slept is not held against the worker. */
  #watch(hangMs: number): void {
    const ticks = 5;
    this.#watchdog = setInterval(() => {
      this.#unanswered += 1;
      if (this.#unanswered > ticks) this.#broken(hung);
      else this.#post({ type: 'ping' });
    }, hangMs / ticks);
    this.#watchdog.unref();
  }

  #receive(message: FromWorker, hangMs: number): void {
    if (this.#closed) return;
    this.#unanswered = 0;
    if (this.#watchdog === undefined) this.#watch(hangMs);
    switch (message.type) {
      case 'pong':
        return;
      case 'taken':
        this.#inFlight -= message.bytes;
        if (this.#inFlight < limits.inFlightBytes / 2) this.#events.drained();
        return;
      case 'write':
        this.#events.write(message.text);
        return;
      case 'ready':
        this.#events.ready(message.tools);
        return;
      case 'tools':
        this.#events.tools(message.tools);
        return;
      case 'note':
        this.#events.note(message.text);
        return;
      case 'bad-line':
        this.#events.badLine(message.line);
        return;
      case 'broken':
        this.#broken(message.failure);
        return;
      case 'progress':
        this.#waiting.get(message.id)?.options.onProgress?.(message);
        return;
      case 'result':
      case 'error': {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.type === 'result') waiting?.resolve(message.result);
        else waiting?.reject(fromShape(message.error));
      }
    }
  }
}

const ended = () =>
  new AppError('tool-failed', 'The tool server ended before it answered.', {
    hint: 'Look at its output on the Tools page, then try again.',
    retryable: true,
  });

const workerFailure = (error: NodeJS.ErrnoException): StartFailure =>
  error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? tooMuchMemory
    : { cause: 'unknown', message: `Its worker failed: ${error.message.slice(0, 500)}`, hint: 'Look at the log.' };
