// The Expressions port: JSONata in a worker thread that is ended when an expression does not come to an end (a regular
// expression, say, which JSONata's own timeout cannot stop). The next evaluation gets a new thread.

import { Worker } from 'node:worker_threads';
import jsonata from 'jsonata';
import { AppError, cancelled } from '../../../shared/errors.ts';
import { findHostileJson, type JsonObject, type JsonValue } from '../../../shared/model/json.ts';
import type { Expressions } from '../../runtime/ports.ts';
import { nodeEntry } from '../node-entry.ts';
import type { EvaluatedMessage } from './expressions.worker.ts';

interface Waiting {
  resolve(value: JsonValue | undefined): void;
  reject(error: AppError): void;
  expression: string;
  timer: NodeJS.Timeout;
}

const defaultTimeoutMs = 2000;
/** How much longer than its own limit a thread may take before it is ended. */
const graceMs = 500;

export function createExpressions(): Expressions & { close(): Promise<void> } {
  let worker: Worker | undefined;
  let nextId = 0;
  const waiting = new Map<number, Waiting>();

  const fail = (error: AppError): void => {
    for (const [, one] of waiting) {
      clearTimeout(one.timer);
      one.reject(error);
    }
    waiting.clear();
  };

  const start = (): Worker => {
    const started = new Worker(nodeEntry('expressions-worker'), { env: {}, resourceLimits: { maxOldGenerationSizeMb: 256 } });
    started.unref();
    started.on('message', (message: EvaluatedMessage) => settle(message));
    started.on('error', (error) => {
      if (worker !== started) return;
      worker = undefined;
      fail(
        new AppError('expression-failed', `The expression needed too much memory or broke: ${error.message}`, {
          hint: 'Make it work on less data.',
        }),
      );
    });
    started.on('exit', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  };

  const settle = (message: EvaluatedMessage): void => {
    const one = waiting.get(message.id);
    if (one === undefined) return;
    waiting.delete(message.id);
    clearTimeout(one.timer);
    if (waiting.size === 0) worker?.unref();
    const value: JsonValue | undefined = message.value === undefined ? undefined : JSON.parse(message.value);
    const hostile = value === undefined ? undefined : findHostileJson(value);
    if (message.error !== undefined) one.reject(failed(one.expression, message.error));
    else if (hostile !== undefined) one.reject(hostile);
    else one.resolve(value);
  };

  /** Ends the thread; what else it was working on is failed too, since it shared the thread. */
  const end = (id: number, error: AppError): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    void worker?.terminate();
    worker = undefined;
    if (one !== undefined) {
      clearTimeout(one.timer);
      one.reject(error);
    }
    fail(
      new AppError('expression-interrupted', 'Another expression blocked the evaluator.', { retryable: true, hint: 'Run the step again.' }),
    );
  };

  return {
    evaluate(expression, context: JsonObject, { signal, timeoutMs = defaultTimeoutMs }) {
      if (signal.aborted) return Promise.reject(cancelled());
      worker ??= start();
      worker.ref();
      nextId += 1;
      const id = nextId;
      return new Promise<JsonValue | undefined>((resolve, reject) => {
        const timer = setTimeout(
          () =>
            end(
              id,
              new AppError('expression-timed-out', `The expression took longer than ${timeoutMs / 1000} s and was stopped.`, {
                hint: 'Simplify it, or make it work on less data.',
              }),
            ),
          timeoutMs + graceMs,
        );
        const abandon = (): void => {
          const one = waiting.get(id);
          if (one === undefined) return;
          clearTimeout(one.timer);
          waiting.delete(id);
          reject(cancelled());
        };
        signal.addEventListener('abort', abandon, { once: true });
        const done = () => signal.removeEventListener('abort', abandon);
        waiting.set(id, {
          expression,
          timer,
          resolve: (value) => {
            done();
            resolve(value);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        });
        worker?.postMessage({ id, expression, context: JSON.stringify(context), timeoutMs });
      });
    },
    check(expression) {
      try {
        jsonata(expression);
        return undefined;
      } catch (error) {
        return String((error as { message?: string }).message ?? error);
      }
    },
    async close() {
      fail(cancelled());
      await worker?.terminate();
      worker = undefined;
    },
  };
}

const failed = (expression: string, error: { message: string; position?: number }): AppError =>
  new AppError('expression-failed', `The expression failed: ${error.message}`, {
    hint:
      error.position === undefined
        ? 'Check it against the input shown in the inspector.'
        : `Look at character ${error.position}: …${expression.slice(Math.max(0, error.position - 20), error.position)}`,
  });
