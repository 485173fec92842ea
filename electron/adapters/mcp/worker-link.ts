// The main side of a server's session: messages both ways and back-pressure. Its worker (server-thread.ts) is made when somebody has to
// read what the server says: at once, or, where its start is known (known-start.ts), at the first word that is not. What waits for an
// answer is in waiting-calls.ts, what the server asks in server-asks.ts.

import type { AppErrorShape } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import type { ToolCallOptions } from '../../runtime/ports.ts';
import { KnownStart } from './known-start.ts';
import type { StartFailure } from './launch/start-error.ts';
import { limits } from './limits.ts';
import { type QuickAnswer, quickAnswers } from './quick-answers.ts';
import { rootsAnswers } from './roots-ask.ts';
import { type AnswerAsks, OpenAsks } from './server-asks.ts';
import { ServerThread } from './server-thread.ts';
import type { StartRecord } from './start-record.ts';
import { WaitingCalls } from './waiting-calls.ts';
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
  /** `start`: how it went, when a next one can be known by it. */
  ready(tools: FoundTool[], about: ServerAbout, start: StartRecord | undefined): void;
  tools(tools: FoundTool[]): void;
  note(text: string): void;
  badLine(line: string): void;
  log(level: ServerLogLine['level'], text: string): void;
  resource(uri: string): void;
  lists(what: 'resources' | 'prompts'): void;
  /** The worker took what it was given; stdout may flow again. */
  drained(): void;
  broken(failure: StartFailure): void;
  /** Something of ours threw. */
  fault(error: unknown): void;
  /** The server asks something. */
  asks: AnswerAsks;
  http(ask: HttpAsk): void;
  httpTaken(id: number, bytes: number): void;
  httpStop(id: number): void;
}

export interface KnownServer {
  tools: FoundTool[];
  start: StartRecord;
}

export class WorkerLink {
  readonly #options: WorkerOptions & { hangMs: number };
  readonly #events: WorkerLinkEvents;
  readonly #calls: WaitingCalls;
  readonly #asked: OpenAsks;
  readonly #known: KnownServer | undefined;
  readonly #answerRoots: (line: Buffer) => boolean;
  readonly #late: NodeJS.Timeout;
  /** None while everything that the server says is known. */
  #thread: ServerThread | undefined;
  #start: KnownStart | undefined;
  #isReady = false;
  /** The worker has the beginning of a line whose end is still to come. */
  #isMidLine = false;
  #closed = false;

  /** `known`: how its last start went; over pipes alone. */
  constructor(options: WorkerOptions & { hangMs: number }, events: WorkerLinkEvents, known?: KnownServer) {
    this.#options = options;
    this.#events = events;
    this.#known = known?.start.by === options.version ? known : undefined;
    const post = (message: ToWorker) => this.#post(message);
    this.#calls = new WaitingCalls({
      post,
      write: (text) => events.write(text),
      isPiped: options.carrier.kind === 'pipes',
      callMs: options.callMs,
    });
    this.#asked = new OpenAsks((asks, more) => events.asks(asks, more), post);
    this.#answerRoots = rootsAnswers(options.roots, (text) => events.write(text));
    this.#late = setInterval(() => this.#calls.dropLate(), options.hangMs / 5);
    this.#late.unref();
  }

  /** From here on words go out, and events come in. */
  begin(): void {
    if (this.#known === undefined) {
      this.#wake();
      return;
    }
    this.#start = new KnownStart(this.#known.start, (text) => this.#events.write(text), this.#options.roots);
    this.#start.begin();
  }

  #wake(): ServerThread {
    if (this.#thread !== undefined) return this.#thread;
    const { hangMs, ...options } = this.#options;
    const past = this.#start?.past;
    // The worker knows it from here on.
    this.#start = undefined;
    this.#thread = new ServerThread(past === undefined ? options : { ...options, past }, hangMs, {
      said: (messages) =>
        this.#guarded(() => {
          for (const message of messages) if (!this.#closed) this.#take(message);
        }),
      broken: (failure) => this.#broken(failure),
    });
    return this.#thread;
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
    let isTaken = true;
    this.#guarded(() => {
      isTaken = this.#read(chunk);
    });
    return isTaken;
  }

  /** A fault of ours in dealing with what one server said costs that server, and not the host. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#events.fault(error);
      this.#broken({
        cause: 'unknown',
        message: 'What it said could not be dealt with, by a fault of Orrery.',
        hint: 'Look at the log of Orrery, then start it again.',
      });
    }
  }

  #read(chunk: Buffer): boolean {
    if (this.#closed) return true;
    const left = this.#thread === undefined && !this.#isReady ? this.#takeStart(chunk) : chunk;
    // To be ready may have been its end.
    if (left.length === 0 || this.#closed || this.#answered(left)) return true;
    this.#isMidLine = left[left.length - 1] !== 10;
    const thread = this.#wake();
    thread.push(left);
    return thread.inFlight < limits.inFlightBytes;
  }

  /** What is not of a start that is known. */
  #takeStart(chunk: Buffer): Buffer {
    const taken = this.#start?.take(chunk);
    if (taken === undefined) return chunk;
    if (taken.is === 'known') return chunk.subarray(chunk.length);
    if (taken.is === 'ready' && this.#known !== undefined) this.#become(this.#known.tools, this.#known.start, undefined);
    return taken.rest;
  }

  /** True when all of it was answered here: plain answers, given to those who wait. Never before what the worker has not dealt with yet. */
  #answered(chunk: Buffer): boolean {
    if ((this.#thread?.inFlight ?? 0) > 0 || this.#isMidLine) return false;
    const isAsked = this.#thread === undefined && chunk.indexOf(10) === chunk.length - 1 && this.#answerRoots(chunk.subarray(0, -1));
    if (isAsked || this.#calls.size === 0) return isAsked;
    const answers = quickAnswers(chunk, (id) => this.#calls.waitsFor(id));
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
    this.#thread?.gotData();
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
    // Whether it is there needs nobody who reads.
    if (question.about === 'alive' && this.#thread === undefined) return this.#calls.ping(signal) as Promise<Answer<K>>;
    return this.#calls.ask(question, signal);
  }

  /** Ends the worker at once; calls that wait fail. */
  async close(why?: StartFailure): Promise<void> {
    this.#closed = true;
    clearInterval(this.#late);
    this.#calls.close(why);
    this.#asked.close();
    await this.#thread?.close();
  }

  #post(message: ToWorker): void {
    if (!this.#closed) this.#wake().post(message);
  }

  /** `start`: what is new of it. */
  #become(tools: FoundTool[], { tasks, about }: Pick<StartRecord, 'tasks' | 'about'>, start: StartRecord | undefined): void {
    this.#calls.setTools(tools, tasks);
    // A worker that was made later finds the same once more.
    if (this.#isReady) return;
    this.#isReady = true;
    this.#events.ready(tools, about, start);
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
        this.#thread?.taken(message.bytes);
        if ((this.#thread?.inFlight ?? 0) < limits.inFlightBytes / 2) events.drained();
        return;
      case 'write':
        return events.write(message.text);
      case 'ready': {
        const { tools, tasks, about, steps } = message;
        return this.#become(tools, message, steps === undefined ? undefined : { by: this.#options.version, steps, tasks, about });
      }
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
