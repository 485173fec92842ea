// What every message of a server passes before anything else reads it, whatever carried it: rates, hostile JSON, its form. Runs in
// the server's worker.

import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
import { findHostileJson } from '../../../shared/model/json.ts';
import { resultLimits, toolLimits } from './convert.ts';
import { limits } from './limits.ts';

export interface GuardEvents {
  note(text: string): void;
  flooded(): void;
}

/** A message to pass on, `bad` when it is none, undefined when it was dropped. */
export type Guarded = JSONRPCMessage | 'bad' | undefined;

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);
const isId = (value: unknown): value is RequestId =>
  typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value));

/** The envelope of JSON-RPC 2.0, looked at by hand: the protocol's own schema costs more than the rest of a call. */
function isMessage(message: unknown): message is JSONRPCMessage {
  if (!isObject(message) || message.jsonrpc !== '2.0') return false;
  if ('method' in message) {
    if (typeof message.method !== 'string' || ('id' in message && !isId(message.id))) return false;
    return message.params === undefined || isObject(message.params);
  }
  if ('error' in message) {
    const { error } = message;
    if ('id' in message && message.id !== undefined && !isId(message.id)) return false;
    return isObject(error) && Number.isSafeInteger(error.code) && typeof error.message === 'string';
  }
  return isId(message.id) && isObject(message.result);
}

export class MessageGuard {
  readonly #events: GuardEvents;
  #second = 0;
  #unasked = 0;
  #floodedSeconds = 0;

  constructor(events: GuardEvents) {
    this.#events = events;
  }

  check(message: unknown): Guarded {
    // Requests and notifications come unasked; answers only as often as we ask.
    if (isObject(message) && 'method' in message && this.isTooMany()) return undefined;
    if (isObject(message)) this.#dropHostileTools(message);
    const problem = findHostileJson(message, resultLimits);
    if (problem !== undefined) return this.#refused(message, `Its answer was refused: ${problem.message}`);
    return isMessage(message) ? message : 'bad';
  }

  /** Counts something that came unasked; true when it is to be dropped. */
  isTooMany(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      const dropped = this.#unasked - limits.notificationsPerSecond;
      if (dropped > 0) this.#events.note(`${dropped} notifications were dropped: more than ${limits.notificationsPerSecond} in a second.`);
      this.#floodedSeconds = dropped > limits.floodPerSecond && second === this.#second + 1 ? this.#floodedSeconds + 1 : 0;
      this.#second = second;
      this.#unasked = 0;
      if (this.#floodedSeconds >= 3) this.#events.flooded();
    }
    this.#unasked += 1;
    return this.#unasked > limits.notificationsPerSecond;
  }

  /** One hostile tool in a list costs that tool, not the list. */
  #dropHostileTools({ result }: { result?: unknown }): void {
    if (!isObject(result) || !Array.isArray(result.tools)) return;
    result.tools = result.tools.filter((tool: unknown) => {
      const problem = findHostileJson(tool, toolLimits);
      if (problem !== undefined) this.#events.note(`One of its tools was left out. ${problem.message} At ${problem.place ?? '?'}.`);
      return problem === undefined;
    });
  }

  #refused(message: unknown, why: string): Guarded {
    this.#events.note(why);
    if (!isObject(message) || 'method' in message || !isId(message.id)) return undefined;
    return { jsonrpc: '2.0', id: message.id, error: { code: -32_000, message: why } };
  }
}
