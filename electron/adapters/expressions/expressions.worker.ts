// Evaluates JSONata off the main thread. It has no powers: no functions are registered, and it sees only the context sent
// to it. Time is bounded twice: by JSONata's own limits here, and by the main side, which ends this thread.

import { parentPort } from 'node:worker_threads';
import jsonata from 'jsonata';

export interface EvaluateMessage {
  id: number;
  expression: string;
  /** JSON text: cheaper to hand over than a structured clone. */
  context: string;
  timeoutMs: number;
}
export interface EvaluatedMessage {
  id: number;
  /** JSON text of the value; missing when the expression found nothing. */
  value?: string;
  error?: { message: string; position?: number };
}

/** JSONata calls what is bound to this after each part of an expression. */
const afterEach = Symbol.for('jsonata.__evaluate_exit');
/** UTF-16 units of one text, and of the whole answer as JSON. */
const maxText = 8_000_000;
const maxAnswer = 16_000_000;
const tooLong = (): Error => new Error(`its result is longer than ${maxText / 1e6} million signs`);

const cache = new Map<string, ReturnType<typeof jsonata>>();

function compile(expression: string, timeoutMs: number): ReturnType<typeof jsonata> {
  const key = `${timeoutMs}\0${expression}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size > 500) cache.clear();
  const compiled = jsonata(expression, { timeout: timeoutMs, stack: 500, sequence: 1_000_000 } as Parameters<typeof jsonata>[1]);
  // Doubling a text costs nothing until it is looked at; by then it would not fit. Every intermediate result is bounded.
  compiled.assign(afterEach as unknown as string, (_expression: unknown, _input: unknown, _scope: unknown, result: unknown) => {
    if (typeof result === 'string' && result.length > maxText) throw tooLong();
  });
  cache.set(key, compiled);
  return compiled;
}

/** One after the other, so that the main side knows which one this thread is at. */
let last = Promise.resolve();
parentPort?.on('message', (message: EvaluateMessage) => {
  last = last.then(() => evaluate(message));
});
parentPort?.postMessage('ready');

async function evaluate(message: EvaluateMessage): Promise<void> {
  const reply: EvaluatedMessage = { id: message.id };
  try {
    const value: unknown = await compile(message.expression, message.timeoutMs).evaluate(JSON.parse(message.context));
    const text = JSON.stringify(value);
    if (text !== undefined && text.length > maxAnswer) throw tooLong();
    if (text !== undefined) reply.value = text;
  } catch (error) {
    const fault = error as { message?: string; position?: number };
    reply.error = { message: String(fault.message ?? error), ...(typeof fault.position === 'number' ? { position: fault.position } : {}) };
  }
  parentPort?.postMessage(reply);
}
