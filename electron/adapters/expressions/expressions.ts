// The Expressions port: JSONata in a worker thread that is ended when an expression does not come to an end (a regular
// expression, say, which JSONata's own timeout cannot stop). The next evaluation gets a new thread.

import { Worker } from 'node:worker_threads';
import { AppError, cancelled } from '../../../shared/errors.ts';
import { findHostileJson, type JsonObject, type JsonValue } from '../../../shared/model/json.ts';
import type { Expressions } from '../../runtime/ports.ts';
import { nodeEntry } from '../node-entry.ts';
import type { EvaluatedMessage } from './expressions.worker.ts';

interface Waiting {
  expression: string;
  context: string;
  timeoutMs: number;
  /** Whoever asked has left, but the thread may still be at it. */
  isLeft: boolean;
  resolve(value: JsonValue | undefined): void;
  reject(error: AppError): void;
}

const defaultTimeoutMs = 2000;
/** How much longer than its own limit a thread may take before it is ended. */
const graceMs = 500;
/**
 * V8 ends the whole process when one piece does not fit under a thread's limit, so that limit is out of reach for the longest text
 * there can be, and what the thread really uses is looked at from outside: above `maxHeapBytes` it is ended.
 */
const outOfReachMb = 4096;
const maxHeapBytes = 320 * 1024 * 1024;
const lookEveryMs = 40;
/** A thread that has not even begun by then is ended too. */
const startMs = 15_000;

export function createExpressions(): Expressions & { close(): Promise<void> } {
  const thread = new EvaluatorThread();
  return {
    evaluate(expression, context: JsonObject, { signal, timeoutMs = defaultTimeoutMs }) {
      if (signal.aborted) return Promise.reject(cancelled());
      return new Promise<JsonValue | undefined>((resolve, reject) => {
        const abandon = (): void => {
          waiting.isLeft = true;
          reject(cancelled());
        };
        const done = () => signal.removeEventListener('abort', abandon);
        const waiting: Waiting = {
          expression,
          context: JSON.stringify(context),
          timeoutMs,
          isLeft: false,
          resolve: (value) => {
            done();
            resolve(value);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        };
        signal.addEventListener('abort', abandon, { once: true });
        thread.evaluate(waiting);
      });
    },
    close: () => thread.close(),
  };
}

/**
 * The thread works in order, so the oldest that waits is the one it is at: only that one's time runs, and only that one is
 * failed when the thread has to be ended or breaks. The others are asked again of the next thread: expressions change nothing.
 */
class EvaluatorThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #isReady = false;
  #nextId = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;

  evaluate(waiting: Waiting): void {
    this.#nextId += 1;
    this.#waiting.set(this.#nextId, waiting);
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#ask(this.#nextId, waiting);
    if (this.#waiting.size === 1) this.#watch();
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    clearTimeout(this.#timer);
    clearInterval(this.#looking);
    for (const one of this.#waiting.values()) one.reject(cancelled());
    this.#waiting.clear();
    await worker?.terminate();
  }

  #ask(id: number, { expression, context, timeoutMs }: Waiting): void {
    this.#worker?.postMessage({ id, expression, context, timeoutMs });
  }

  #start(): Worker {
    const started = new Worker(nodeEntry('expressions-worker'), { env: {}, resourceLimits: { maxOldGenerationSizeMb: outOfReachMb } });
    this.#isReady = false;
    started.unref();
    started.on('message', (message: EvaluatedMessage | 'ready') => {
      if (this.#worker !== started) return;
      if (message === 'ready') this.#isReady = true;
      else this.#settle(message);
      this.#watch();
    });
    const broke = (why: string): void => {
      if (this.#worker !== started) return;
      this.#replace(
        new AppError('expression-failed', `The expression needed too much memory or broke: ${why}`, { hint: 'Make it work on less data.' }),
      );
    };
    started.on('error', (error) => broke(error.message));
    started.on('exit', (code) => broke(`the evaluator ended (${code})`));
    return started;
  }

  #look(worker: Worker): void {
    worker.getHeapStatistics().then(
      ({ used_heap_size: used }) => {
        if (used > maxHeapBytes && worker === this.#worker)
          this.#replace(
            new AppError('expression-failed', 'The expression needed too much memory.', { hint: 'Make it work on less data.' }),
          );
      },
      // The thread has just ended: its end is told by itself.
      () => undefined,
    );
  }

  /** Time and memory of the one that the thread is at. */
  #watch(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#looking);
    const [current] = this.#waiting.values();
    if (current === undefined) {
      this.#worker?.unref();
      return;
    }
    const timedOut = new AppError(
      'expression-timed-out',
      `The expression took longer than ${current.timeoutMs / 1000} s and was stopped.`,
      {
        hint: 'Simplify it, or make it work on less data.',
      },
    );
    const worker = this.#worker;
    if (worker !== undefined) this.#looking = setInterval(() => this.#look(worker), lookEveryMs);
    this.#timer = setTimeout(() => this.#replace(timedOut), this.#isReady ? current.timeoutMs + graceMs : startMs);
  }

  /** Ends the thread and fails the one it was at; a new one does the rest. */
  #replace(error: AppError): void {
    const broken = this.#worker;
    this.#worker = undefined;
    void broken?.terminate();
    const [[id, current] = []] = this.#waiting;
    if (id !== undefined) this.#waiting.delete(id);
    current?.reject(error);
    for (const [left, one] of this.#waiting) if (one.isLeft) this.#waiting.delete(left);
    if (this.#waiting.size === 0) return;
    this.#worker = this.#start();
    this.#worker.ref();
    for (const [next, one] of this.#waiting) this.#ask(next, one);
    this.#watch();
  }

  #settle(message: EvaluatedMessage): void {
    const one = this.#waiting.get(message.id);
    if (one === undefined) return;
    this.#waiting.delete(message.id);
    if (one.isLeft) return;
    const value: JsonValue | undefined = message.value === undefined ? undefined : JSON.parse(message.value);
    const hostile = value === undefined ? undefined : findHostileJson(value);
    if (message.error !== undefined) one.reject(failed(one.expression, message.error));
    else if (hostile !== undefined) one.reject(hostile);
    else one.resolve(value);
  }
}

const failed = (expression: string, error: { message: string; position?: number }): AppError =>
  new AppError('expression-failed', `The expression failed: ${error.message}`, {
    hint:
      error.position === undefined
        ? 'Check it against the input shown in the inspector.'
        : `Look at character ${error.position}: …${expression.slice(Math.max(0, error.position - 20), error.position)}`,
  });
