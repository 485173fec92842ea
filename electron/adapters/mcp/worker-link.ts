// The main side of a server's worker: messages both ways, calls that wait, back-pressure, and the watchdog that notices when the
// worker no longer answers.

import { Worker } from 'node:worker_threads';
import { AppError, type AppErrorShape, cancelled, fromShape } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import type { ToolCallOptions } from '../../runtime/ports.ts';
import { nodeEntry } from '../node-entry.ts';
import { callLine, cancelLine, firstDirectId } from './direct-lines.ts';
import type { StartFailure } from './launch/start-error.ts';
import { limits } from './limits.ts';
import { quickAnswers } from './quick-answers.ts';
import type {
  Answer,
  FoundTool,
  FromWorker,
  HttpAsk,
  Question,
  QuestionOf,
  Questions,
  ServerAbout,
  ServerAsks,
  ServerIsTold,
  ToWorker,
  WorkerOptions,
} from './worker-messages.ts';

export interface WorkerLinkEvents {
  write(text: string): void;
  ready(tools: FoundTool[], about: ServerAbout): void;
  tools(tools: FoundTool[]): void;
  note(text: string): void;
  badLine(line: string): void;
  log(level: ServerLogLine['level'], text: string): void;
  resource(uri: string): void;
  lists(what: 'resources' | 'prompts'): void;
  /** The worker took what it was given; stdout may flow again. */
  drained(): void;
  broken(failure: StartFailure): void;
  /** The server asks something; `source` is the call in which it most likely does. */
  asks(asks: ServerAsks, options: { signal: AbortSignal; call: ToolCallOptions | undefined }): Promise<ServerIsTold>;
  http(ask: HttpAsk): void;
  httpTaken(id: number, bytes: number): void;
  httpStop(id: number): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: AppError): void;
  call: ToolCallOptions | undefined;
  /** Its answer may be read where it arrives: nothing was promised of it. */
  isQuick?: boolean;
  /** Of a call that took the short way: when it was begun, or last told of its progress; milliseconds of the process. */
  heardAt?: number;
  again?(): void;
  late?(): void;
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
  readonly #asked = new Map<number, AbortController>();
  /** Tools that the short way is for, by name; none when the server is not reached over pipes. */
  #direct = new Map<string, FoundTool>();
  readonly #isPiped: boolean;
  readonly #callMs: number;
  #nextCall = 1;
  #nextDirect = firstDirectId;
  #inFlight = 0;
  /** The worker has the beginning of a line whose end is still to come. */
  #isMidLine = false;
  #closed = false;
  #watchdog: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #looking: NodeJS.Timeout | undefined;
  #looksLeft = 0;

  constructor(options: WorkerOptions & { hangMs: number }, events: WorkerLinkEvents) {
    const { hangMs, ...workerData } = options;
    this.#events = events;
    this.#isPiped = options.carrier.kind === 'pipes';
    this.#callMs = options.callMs;
    // No environment, no arguments, a bounded heap: the worker handles hostile data.
    this.#worker = new Worker(nodeEntry('tool-host-worker'), {
      workerData,
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapHardMb },
    });
    this.#worker.on('message', (messages: FromWorker[]) => this.#receive(messages, hangMs));
    this.#worker.on('error', (error: NodeJS.ErrnoException) => this.#broken(workerFailure(error)));
    this.#worker.on('exit', () => this.#broken({ cause: 'unknown', message: 'Its worker ended.', hint: 'Start it again.' }));
    // Its first message shows that it runs; how long it takes to get there is covered by the time to start.
    this.#post({ type: 'ping' });
  }

  /** Nobody waits for an answer of the server. */
  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  /** False when the sender should wait for `drained`. The chunk is copied. */
  push(chunk: Buffer): boolean {
    if (this.#answered(chunk)) return true;
    this.#isMidLine = chunk[chunk.length - 1] !== 10;
    this.#inFlight += chunk.byteLength;
    this.#lookFor();
    const copy = new Uint8Array(chunk);
    // A chunk is a part of a shared piece of memory: the copy is handed over whole.
    if (!this.#closed) this.#worker.postMessage({ type: 'data', chunk: copy } satisfies ToWorker, [copy.buffer]);
    return this.#inFlight < limits.inFlightBytes;
  }

  /** True when all of it were plain answers, which are given to those who wait. Never before what the worker has not dealt with yet. */
  #answered(chunk: Buffer): boolean {
    if (this.#inFlight > 0 || this.#isMidLine || this.#waiting.size === 0 || this.#closed) return false;
    const answers = quickAnswers(chunk, (id) => this.#waiting.get(id)?.isQuick === true);
    if (answers === undefined) return false;
    for (const { id, result } of answers) this.#settle(id)?.resolve(result);
    return true;
  }

  httpHead(id: number, status: number, headers: [string, string][]): void {
    this.#post({ type: 'http-head', id, status, headers });
  }

  httpData(id: number, chunk: Uint8Array): void {
    this.#lookFor();
    this.#post({ type: 'http-data', id, chunk });
  }

  httpEnd(id: number, error?: AppErrorShape): void {
    this.#post({ type: 'http-end', id, error });
  }

  /** Throws `tool-input-too-large`, `tool-not-found`, `tool-failed`, `cancelled`. */
  call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    const known = this.#direct.get(tool);
    if (known !== undefined) return this.#callDirectly(known, args, options);
    if (JSON.stringify(args).length > limits.messageBytes / 2) return Promise.reject(tooLarge());
    return this.#wait(options.signal, options, (id) => this.#callMessage(id, tool, args, options)) as Promise<ToolResult>;
  }

  #callMessage(id: number, tool: string, args: JsonObject, { idempotencyKey, onProgress }: ToolCallOptions): ToWorker {
    return { type: 'call', id, tool, args, idempotencyKey, wantsProgress: onProgress !== undefined };
  }

  #callDirectly(tool: FoundTool, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    if (this.#closed) return Promise.reject(ended());
    const { signal, onProgress, idempotencyKey } = options;
    if (signal.aborted) return Promise.reject(stopped());
    const id = this.#nextDirect++;
    const line = callLine(id, tool.name, args, onProgress !== undefined, idempotencyKey);
    if (line.length > limits.messageBytes / 2) return Promise.reject(tooLarge());
    return new Promise<ToolResult>((resolve, reject) => {
      const give = (error: AppError) => {
        this.#waiting.delete(id);
        signal.removeEventListener('abort', abort);
        reject(error);
      };
      const abort = () => {
        this.#events.write(cancelLine(id));
        give(stopped());
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, {
        call: options,
        isQuick: tool.outputSchema === undefined,
        heardAt: performance.now(),
        resolve: (result) => {
          signal.removeEventListener('abort', abort);
          resolve(result as ToolResult);
        },
        reject: give,
        again: () => {
          signal.removeEventListener('abort', abort);
          resolve(this.#wait(signal, options, (next) => this.#callMessage(next, tool.name, args, options)) as Promise<ToolResult>);
        },
        late: () => {
          this.#events.write(cancelLine(id));
          give(tooLate());
        },
      });
      if (tool.outputSchema !== undefined) this.#post({ type: 'promised', id, tool: tool.name });
      this.#events.write(line);
    });
  }

  ask<K extends keyof Questions>(question: QuestionOf<K>, signal: AbortSignal): Promise<Answer<K>> {
    return this.#wait(signal, undefined, (id) => ({ type: 'question', id, question: question as Question })) as Promise<Answer<K>>;
  }

  /** Ends the worker at once; calls that wait fail. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watchdog);
    clearInterval(this.#looking);
    for (const waiting of this.#waiting.values()) waiting.reject(ended());
    this.#waiting.clear();
    for (const controller of this.#asked.values()) controller.abort();
    this.#asked.clear();
    await this.#worker.terminate();
  }

  #wait(signal: AbortSignal, call: ToolCallOptions | undefined, message: (id: number) => ToWorker): Promise<unknown> {
    if (this.#closed) return Promise.reject(ended());
    if (signal.aborted) return Promise.reject(stopped());
    const id = this.#nextCall++;
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#post({ type: 'cancel', id });
        this.#waiting.delete(id);
        reject(stopped());
      };
      const leave = () => signal.removeEventListener('abort', abort);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, {
        call,
        resolve: (result) => {
          leave();
          resolve(result);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      });
      this.#post(message(id));
    });
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
      const before = performance.now() - this.#callMs;
      for (const waiting of [...this.#waiting.values()]) if (waiting.heardAt !== undefined && waiting.heardAt < before) waiting.late?.();
    }, hangMs / ticks);
    this.#watchdog.unref();
  }

  #receive(messages: FromWorker[], hangMs: number): void {
    this.#unanswered = 0;
    if (this.#watchdog === undefined && !this.#closed) this.#watch(hangMs);
    for (const message of messages) if (!this.#closed) this.#take(message);
  }

  #take(message: FromWorker): unknown {
    const events = this.#events;
    switch (message.type) {
      case 'pong':
        return;
      case 'taken':
        this.#inFlight -= message.bytes;
        if (this.#inFlight < limits.inFlightBytes / 2) events.drained();
        return;
      case 'write':
        return events.write(message.text);
      case 'ready':
        this.#takeTools(message.tools, message.tasks);
        return events.ready(message.tools, message.about);
      case 'tools':
        this.#takeTools(message.tools, message.tasks);
        return events.tools(message.tools);
      case 'note':
        return events.note(message.text);
      case 'bad-line':
        return events.badLine(message.line);
      case 'log':
        return events.log(message.level, message.text);
      case 'resource':
        return events.resource(message.uri);
      case 'lists':
        return events.lists(message.what);
      case 'broken':
        return this.#broken(message.failure);
      case 'progress':
        return this.#progress(message);
      case 'asks':
        return void this.#passOn(message.id, message);
      case 'asks-no-more':
        return this.#asked.get(message.id)?.abort();
      case 'http':
        return events.http(message);
      case 'http-taken':
        return events.httpTaken(message.id, message.bytes);
      case 'http-stop':
        return events.httpStop(message.id);
      case 'result':
        return this.#settle(message.id)?.resolve(message.result);
      case 'again':
        return this.#settle(message.id)?.again?.();
      case 'answer':
        return this.#settle(message.id)?.resolve(message.answer);
      case 'error':
        return this.#settle(message.id)?.reject(fromShape(message.error));
    }
  }

  #progress(message: FromWorker & { type: 'progress' }): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting?.heardAt !== undefined) waiting.heardAt = performance.now();
    waiting?.call?.onProgress?.(message);
  }

  #takeTools(tools: FoundTool[], tasks: string[]): void {
    this.#direct = new Map(this.#isPiped ? tools.filter((tool) => !tasks.includes(tool.name)).map((tool) => [tool.name, tool]) : []);
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  async #passOn(id: number, asks: ServerAsks): Promise<void> {
    const controller = new AbortController();
    this.#asked.set(id, controller);
    // MCP does not say in which call a server asks: it is the newest that waits.
    const call = [...this.#waiting.values()].findLast((each) => each.call !== undefined)?.call;
    try {
      this.#post({ type: 'told', id, answer: await this.#events.asks(asks, { signal: controller.signal, call }) });
    } catch (error) {
      const known = error instanceof AppError ? error : new AppError('internal', 'Something went wrong in Orrery.', { cause: error });
      this.#post({ type: 'refused', id, error: known.toJSON() });
    } finally {
      this.#asked.delete(id);
    }
  }
}

const stopped = () => cancelled('The tool call was stopped.');
const tooLate = () =>
  new AppError('tool-failed', 'The tool did not answer in time.', { hint: 'Look at the server’s output, or ask for less.' });
const tooLarge = () =>
  new AppError('tool-input-too-large', 'What is to be sent to the tool is larger than 2 MB.', { hint: 'Send less at a time.' });

const ended = () =>
  new AppError('tool-failed', 'The tool server ended before it answered.', {
    hint: 'Look at its output on the Tools page, then try again.',
    retryable: true,
  });

const workerFailure = (error: NodeJS.ErrnoException): StartFailure =>
  error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? tooMuchMemory
    : { cause: 'unknown', message: `Its worker failed: ${error.message.slice(0, 500)}`, hint: 'Look at the log.' };
