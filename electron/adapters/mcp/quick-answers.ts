// The shortest way of an answer: a small piece of output that holds nothing but plain answers to calls that wait is read where it
// arrives, so that it need not cross to the worker and back. What others wrote is parsed on the main thread only here, and only up to
// `mostBytes` at a time, which takes some hundredths of a millisecond, and at the very worst some tenths (thousands of brackets). While
// the worker has something in hand nothing is read here, so a server cannot have one such piece after another parsed. Everything else (larger, cut in the middle of
// a line, a question, a notification, an error, a result with more than texts, hostile JSON) goes to the worker, whole and in order.

import { findHostileJson } from '../../../shared/model/json.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import { resultLimits, toToolResult } from './convert.ts';
import { isPlain } from './direct-lines.ts';
import type { WaitsFor } from './waiting-calls.ts';

const mostBytes = 16 * 1024;
/** What answers that are this small hold; one that holds more is looked at by the worker. */
const quickLimits = { ...resultLimits, maxDepth: Math.min(resultLimits.maxDepth, 24), maxValues: 500 };
const newline = 10;

export interface QuickAnswer {
  id: number;
  /** Null where a sign of life was all that was asked for. */
  result: ToolResult | null;
}

/** All of the answers in it, or undefined when anything in it is for the worker. `waitsFor`: what whoever waits for this id may be given here. */
export function quickAnswers(chunk: Uint8Array, waitsFor: (id: number) => WaitsFor | undefined): QuickAnswer[] | undefined {
  if (chunk.length === 0 || chunk.length > mostBytes || chunk[chunk.length - 1] !== newline) return undefined;
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('utf8');
  const answers: QuickAnswer[] = [];
  const seen = new Set<number>();
  for (let from = 0; from < text.length; ) {
    const to = text.indexOf('\n', from);
    const answer = answerIn(text.slice(from, to), waitsFor);
    if (answer === undefined || seen.has(answer.id)) return undefined;
    seen.add(answer.id);
    answers.push(answer);
    from = to + 1;
  }
  return answers;
}

/** One line as it came; undefined where it is no object, which the worker says. */
export function messageIn(line: string): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return message === null || typeof message !== 'object' ? undefined : (message as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

function answerIn(line: string, waitsFor: (id: number) => WaitsFor | undefined): QuickAnswer | undefined {
  const message = messageIn(line);
  if (message === undefined) return undefined;
  const { jsonrpc, id, result } = message;
  for (const name in message) if (name !== 'jsonrpc' && name !== 'id' && name !== 'result') return undefined;
  if (jsonrpc !== '2.0' || typeof id !== 'number') return undefined;
  const wanted = waitsFor(id);
  if (wanted === undefined || wanted === 'worker' || result === null || typeof result !== 'object' || Array.isArray(result))
    return undefined;
  if (wanted === 'sign') return { id, result: null };
  if (findHostileJson(message, quickLimits) !== undefined || !isPlain(result)) return undefined;
  return { id, result: toToolResult(result) };
}
