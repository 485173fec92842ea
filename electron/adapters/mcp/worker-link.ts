// The main side of a server's worker: messages both ways and back-pressure. What waits for an answer is in waiting-calls.ts, what the
// server asks in server-asks.ts, how the worker fares in worker-care.ts.

import { Worker } from 'node:worker_threads';
import type { AppErrorShape } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import type { ToolCallOptions } from '../../runtime/ports.ts';
import { nodeEntry } from '../node-entry.ts';
import type { StartFailure } from './launch/start-error.ts';
import { limits } from './limits.ts';
import { type QuickAnswer, quickAnswers } from './quick-answers.ts';
import { type AnswerAsks, OpenAsks } from './server-asks.ts';
import { WaitingCalls } from './waiting-calls.ts';
import { WorkerCare, workerFailure } from './worker-care.ts';
import type {
  Answer,
  FoundTool,
  FromWorker,
  HttpAsk,
  QuestionOf,
  Questions,
  ServerAbout,
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
  /** The server asks something. */
  asks: AnswerAsks;
  http(ask: HttpAsk): void;
  httpTaken(id: number, bytes: number): void;
  httpStop(id: number): void;
}

export class WorkerLink {
  readonly #worker: Worker;
  readonly #events: WorkerLinkEvents;
  readonly #calls: WaitingCalls;
  readonly #asked: OpenAsks;
  readonly #care: WorkerCare;
  #inFlight = 0;
  /** The worker has the beginning of a line whose end is still to come. */
  #isMidLine = false;
  #closed = false;

  constructor(options: WorkerOptions & { hangMs: number }, events: WorkerLinkEvents) {
    const { hangMs, ...workerData } = options;
    this.#events = events;
    const post = (message: ToWorker) => this.#post(message);
    this.#calls = new WaitingCalls({
      post,
      write: (text) => events.write(text),
      isPiped: options.carrier.kind === 'pipes',
      callMs: options.callMs,
    });
    this.#asked = new OpenAsks((asks, more) => events.asks(asks, more), post);
    // No environment, no arguments, a bounded heap: the worker handles hostile data.
    this.#worker = new Worker(nodeEntry('tool-host-worker'), {
      workerData,
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapHardMb },
    });
    this.#care = new WorkerCare(this.#worker, hangMs, {
      broken: (failure) => this.#broken(failure),
      ping: () => {
        this.#post({ type: 'ping' });
        this.#calls.dropLate();
      },
    });
    this.#worker.on('message', (messages: FromWorker[]) => {
      this.#care.heard();
      for (const message of messages) if (!this.#closed) this.#take(message);
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) => this.#broken(workerFailure(error)));
    this.#worker.on('exit', () => this.#broken({ cause: 'unknown', message: 'Its worker ended.', hint: 'Start it again.' }));
    this.#post({ type: 'ping' });
  }

  /** Nobody waits for an answer of the server. */
  get isIdle(): boolean {
    return this.#calls.size === 0;
  }

  /** So many wait for an answer of the server. */
  get underWay(): number {
    return this.#calls.size;
  }

  /** False when the sender should wait for `drained`. The chunk is copied. */
  push(chunk: Buffer): boolean {
    if (this.#answered(chunk)) return true;
    this.#isMidLine = chunk[chunk.length - 1] !== 10;
    this.#inFlight += chunk.byteLength;
    this.#care.gotData();
    const copy = new Uint8Array(chunk);
    // A chunk is a part of a shared piece of memory: the copy is handed over whole.
    if (!this.#closed) this.#worker.postMessage({ type: 'data', chunk: copy } satisfies ToWorker, [copy.buffer]);
    return this.#inFlight < limits.inFlightBytes;
  }

  /** True when all of it were plain answers, which are given to those who wait. Never before what the worker has not dealt with yet. */
  #answered(chunk: Buffer): boolean {
    if (this.#inFlight > 0 || this.#isMidLine || this.#calls.size === 0 || this.#closed) return false;
    const answers = quickAnswers(chunk, (id) => this.#calls.isQuick(id));
    if (answers === undefined) return false;
    this.#give(answers, 0);
    return true;
  }

  /** One after another, each until what it lets go on has come to its end: so the next call of the first goes out before the last is begun. */
  #give(answers: readonly QuickAnswer[], at: number): void {
    const each = answers[at];
    if (each === undefined) return;
    this.#calls.resolve(each.id, each.result);
    // All microtasks come before a tick, but ticks that wait together come before the microtasks of each.
    if (at + 1 < answers.length) queueMicrotask(() => process.nextTick(() => this.#give(answers, at + 1)));
  }

  httpHead(id: number, status: number, headers: [string, string][]): void {
    this.#post({ type: 'http-head', id, status, headers });
  }

  httpData(id: number, chunk: Uint8Array): void {
    this.#care.gotData();
    this.#post({ type: 'http-data', id, chunk });
  }

  httpEnd(id: number, error?: AppErrorShape): void {
    this.#post({ type: 'http-end', id, error });
  }

  /** Throws `tool-input-too-large`, `tool-not-found`, `tool-failed`, `cancelled`. */
  call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    return this.#calls.call(tool, args, options);
  }

  ask<K extends keyof Questions>(question: QuestionOf<K>, signal: AbortSignal): Promise<Answer<K>> {
    return this.#calls.ask(question, signal);
  }

  /** Ends the worker at once; calls that wait fail. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#care.close();
    this.#calls.close();
    this.#asked.close();
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    if (!this.#closed) this.#worker.postMessage(message);
  }

  #broken(failure: StartFailure): void {
    if (!this.#closed) this.#events.broken(failure);
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
        this.#calls.setTools(message.tools, message.tasks);
        return events.ready(message.tools, message.about);
      case 'tools':
        this.#calls.setTools(message.tools, message.tasks);
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
        return this.#calls.progress(message);
      case 'asks':
        return void this.#asked.take(message.id, message, this.#calls.newest());
      case 'asks-no-more':
        return this.#asked.stop(message.id);
      case 'http':
        return events.http(message);
      case 'http-taken':
        return events.httpTaken(message.id, message.bytes);
      case 'http-stop':
        return events.httpStop(message.id);
      case 'result':
        return this.#calls.resolve(message.id, message.result);
      case 'again':
        return this.#calls.again(message.id);
      case 'answer':
        return this.#calls.resolve(message.id, message.answer);
      case 'error':
        return this.#calls.reject(message.id, message.error);
    }
  }
}
