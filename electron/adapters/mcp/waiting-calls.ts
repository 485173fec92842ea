// What a server still has to answer: calls that took the short way over its pipes (direct-calls.ts), and everything that its worker
// asks for us. Each is answered, refused, stopped by its signal or given up once, and then forgotten.

import type { AppErrorShape } from '../../../shared/errors.ts';
import { AppError, cancelled, fromShape } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import { Slots } from '../../../shared/slots.ts';
import type { ToolCallOptions } from '../../runtime/ports.ts';
import { callLine, cancelLine, firstDirectId, pingLine } from './direct-lines.ts';
import type { StartFailure } from './launch/start-error.ts';
import { limits } from './limits.ts';
import { onAbort } from './on-abort.ts';
import type { Answer, FoundTool, FromWorker, Question, QuestionOf, Questions, ToWorker } from './worker-messages.ts';

/** `worker`: its answer is read by the worker alone. */
export type WaitsFor = 'result' | 'sign' | 'worker';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: AppError): void;
  call: ToolCallOptions | undefined;
  /** What of its answer may be read where it arrives: a result of which nothing was promised, or that there is one. */
  waitsFor: WaitsFor;
  /** Of a call that took the short way: when it was begun, or last told of its progress; milliseconds of the process. */
  heardAt: number | undefined;
  again?(): void;
  late?(): void;
}

interface Ways {
  /** To the worker. */
  post(message: ToWorker): void;
  /** To the server itself. */
  write(text: string): void;
  /** Over pipes the short way is open. */
  isPiped: boolean;
  /** A call that is not heard of for so long is given up, in milliseconds. */
  callMs: number;
}

export class WaitingCalls {
  readonly #ways: Ways;
  readonly #waiting = new Slots<Waiting>();
  /** By id, oldest first. */
  readonly #places = new Map<number, number>();
  /** Tools that the short way is for, by name; none when the server is not reached over pipes. */
  #direct = new Map<string, FoundTool>();
  #nextCall = 1;
  #nextDirect = firstDirectId;
  #closed = false;
  #why: StartFailure | undefined;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  get size(): number {
    return this.#waiting.size;
  }

  waitsFor(id: number): WaitsFor | undefined {
    return this.#find(id)?.waitsFor;
  }

  /** The newest call that waits: MCP does not say in which one a server asks. */
  newest(): ToolCallOptions | undefined {
    const latest = [...this.#places.values()].findLast((place) => this.#waiting.get(place)?.call !== undefined);
    return latest === undefined ? undefined : this.#waiting.get(latest)?.call;
  }

  setTools(tools: FoundTool[], tasks: string[]): void {
    this.#direct = new Map(this.#ways.isPiped ? tools.filter((tool) => !tasks.includes(tool.name)).map((tool) => [tool.name, tool]) : []);
  }

  /** Throws `tool-input-too-large`, `tool-not-found`, `tool-failed`, `cancelled`. */
  call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    const known = this.#direct.get(tool);
    if (known !== undefined) return this.#callDirectly(known, args, options);
    if (JSON.stringify(args).length > limits.messageBytes / 2) return Promise.reject(tooLarge());
    return this.#wait(options.signal, options, (id) => callMessage(id, tool, args, options)) as Promise<ToolResult>;
  }

  ask<K extends keyof Questions>(question: QuestionOf<K>, signal: AbortSignal): Promise<Answer<K>> {
    return this.#wait(signal, undefined, (id) => ({ type: 'question', id, question: question as Question })) as Promise<Answer<K>>;
  }

  /** Is it still there? Asked without the worker. */
  ping(signal: AbortSignal): Promise<null> {
    if (this.#closed) return Promise.reject(ended(this.#why));
    const id = this.#nextDirect++;
    return new Promise((resolve, reject) => {
      const leave = onAbort(signal, () => {
        this.#take(id);
        reject(stopped());
      });
      const answered = () => {
        leave();
        resolve(null);
      };
      const left = (error: AppError) => {
        leave();
        // Whatever it answered, it did.
        if (this.#closed) reject(error);
        else resolve(null);
      };
      this.#put(id, { call: undefined, waitsFor: 'sign', heardAt: undefined, resolve: answered, reject: left, again: answered });
      this.#ways.write(pingLine(id));
    });
  }

  resolve(id: number, result: unknown): void {
    this.#take(id)?.resolve(result);
  }

  reject(id: number, error: AppErrorShape): void {
    this.#take(id)?.reject(fromShape(error));
  }

  /** It needs the long way after all. */
  again(id: number): void {
    this.#take(id)?.again?.();
  }

  progress(message: FromWorker & { type: 'progress' }): void {
    const waiting = this.#find(message.id);
    if (waiting?.heardAt !== undefined) waiting.heardAt = performance.now();
    waiting?.call?.onProgress?.(message);
  }

  /** Gives up those that were not heard of for too long. */
  dropLate(): void {
    const before = performance.now() - this.#ways.callMs;
    for (const waiting of this.#waiting.all()) if (waiting.heardAt !== undefined && waiting.heardAt < before) waiting.late?.();
  }

  /** All that wait fail, and so does whoever comes later; `why` the server was ended, if it was. */
  close(why?: StartFailure): void {
    this.#closed = true;
    this.#why = why;
    const left = this.#waiting.all();
    for (const id of [...this.#places.keys()]) this.#take(id);
    for (const waiting of left) waiting.reject(ended(why));
  }

  #callDirectly(tool: FoundTool, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    if (this.#closed) return Promise.reject(ended(this.#why));
    const { signal, onProgress, idempotencyKey } = options;
    if (signal.aborted) return Promise.reject(stopped());
    const id = this.#nextDirect++;
    const line = callLine(id, tool.name, args, onProgress !== undefined, idempotencyKey);
    if (line.length > limits.messageBytes / 2) return Promise.reject(tooLarge());
    return new Promise<ToolResult>((resolve, reject) => {
      const give = (error: AppError) => {
        this.#take(id);
        leave();
        reject(error);
      };
      const giveUp = (error: AppError) => {
        this.#ways.write(cancelLine(id));
        give(error);
      };
      const leave = onAbort(signal, () => giveUp(stopped()));
      this.#put(id, {
        call: options,
        waitsFor: tool.outputSchema === undefined ? 'result' : 'worker',
        heardAt: performance.now(),
        resolve: (result) => {
          leave();
          resolve(result as ToolResult);
        },
        reject: give,
        again: () => {
          leave();
          resolve(this.#wait(signal, options, (next) => callMessage(next, tool.name, args, options)) as Promise<ToolResult>);
        },
        late: () => giveUp(tooLate()),
      });
      if (tool.outputSchema !== undefined) this.#ways.post({ type: 'promised', id, tool: tool.name });
      this.#ways.write(line);
    });
  }

  #wait(signal: AbortSignal, call: ToolCallOptions | undefined, message: (id: number) => ToWorker): Promise<unknown> {
    if (this.#closed) return Promise.reject(ended(this.#why));
    if (signal.aborted) return Promise.reject(stopped());
    const id = this.#nextCall++;
    return new Promise((resolve, reject) => {
      const leave = onAbort(signal, () => {
        this.#ways.post({ type: 'cancel', id });
        this.#take(id);
        reject(stopped());
      });
      this.#put(id, {
        call,
        waitsFor: 'worker',
        heardAt: undefined,
        resolve: (result) => {
          leave();
          resolve(result);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      });
      this.#ways.post(message(id));
    });
  }

  #put(id: number, waiting: Waiting): void {
    this.#places.set(id, this.#waiting.add(waiting));
  }

  #find(id: number): Waiting | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#waiting.get(place);
  }

  #take(id: number): Waiting | undefined {
    const place = this.#places.get(id);
    if (place === undefined) return undefined;
    this.#places.delete(id);
    return this.#waiting.take(place);
  }
}

const callMessage = (id: number, tool: string, args: JsonObject, { idempotencyKey, onProgress }: ToolCallOptions): ToWorker => ({
  type: 'call',
  id,
  tool,
  args,
  idempotencyKey,
  wantsProgress: onProgress !== undefined,
});

const stopped = () => cancelled('The tool call was stopped.');
const tooLate = () =>
  new AppError('tool-failed', 'The tool did not answer in time.', { hint: 'Look at the server’s output, or ask for less.' });
const tooLarge = () =>
  new AppError('tool-input-too-large', 'What is to be sent to the tool is larger than 2 MB.', { hint: 'Send less at a time.' });
const ended = (why: StartFailure | undefined) =>
  new AppError('tool-failed', `The tool server ended before it answered.${why === undefined ? '' : ` ${why.message}`}`, {
    hint: why?.hint ?? 'Look at its output on the Tools page, then try again.',
    retryable: true,
  });
