// MCP's stdio framing for a server whose pipes the main side owns: bytes come in over a message port, lines go out over it.
// Counts what the server sends, drops what is too much, and replaces what is hostile by an error.

import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { findHostileJson } from '../../../shared/model/json.ts';
import { resultLimits, toolLimits } from './convert.ts';
import { limits } from './limits.ts';

export interface TransportEvents {
  write(text: string): void;
  badLine(line: string): void;
  note(text: string): void;
  flooded(): void;
}

export class PortTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #events: TransportEvents;
  readonly #decoder = new TextDecoder();
  #pieces: string[] = [];
  #second = 0;
  #unasked = 0;
  #floodedSeconds = 0;

  constructor(events: TransportEvents) {
    this.#events = events;
  }

  async start(): Promise<void> {}

  async close(): Promise<void> {
    this.onclose?.();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const text = `${JSON.stringify(message)}\n`;
    if (text.length > limits.messageBytes) throw new Error('The message is larger than 4 MB.');
    this.#events.write(text);
  }

  receive(chunk: Uint8Array): void {
    const lines = this.#decoder.decode(chunk, { stream: true }).split('\n');
    for (let i = 0; i < lines.length - 1; i += 1) {
      this.#pieces.push(lines[i] as string);
      const line = this.#pieces.join('');
      this.#pieces = [];
      this.#takeLine(line.replace(/\r$/, ''));
    }
    const rest = lines.at(-1) as string;
    if (rest !== '') this.#pieces.push(rest);
  }

  #takeLine(line: string): void {
    if (line.trim() === '') return;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      this.#badLine(line);
      return;
    }
    const isObject = message !== null && typeof message === 'object';
    // Requests and notifications come unasked; answers only as often as we ask.
    if (isObject && 'method' in (message as object) && this.#isTooMany()) return;
    if (isObject) this.#dropHostileTools(message as { result?: unknown });
    const problem = findHostileJson(message, resultLimits);
    if (problem !== undefined) {
      this.#refuse(message, `Its answer was refused: ${problem.message}`);
      return;
    }
    const parsed = JSONRPCMessageSchema.safeParse(message);
    if (parsed.success) this.onmessage?.(parsed.data);
    else this.#badLine(line);
  }

  /** One hostile tool in a list costs that tool, not the list. */
  #dropHostileTools({ result }: { result?: unknown }): void {
    if (result === null || typeof result !== 'object') return;
    const holder = result as { tools?: unknown };
    if (!Array.isArray(holder.tools)) return;
    holder.tools = holder.tools.filter((tool: unknown) => {
      const problem = findHostileJson(tool, toolLimits);
      if (problem !== undefined) this.#events.note(`One of its tools was left out. ${problem.message} At ${problem.place ?? '?'}.`);
      return problem === undefined;
    });
  }

  #badLine(line: string): void {
    if (!this.#isTooMany()) this.#events.badLine(line.slice(0, 300));
  }

  #refuse(message: unknown, why: string): void {
    this.#events.note(why);
    const id = (message as { id?: unknown }).id;
    if (!('method' in (message as object)) && (typeof id === 'number' || typeof id === 'string'))
      this.onmessage?.({ jsonrpc: '2.0', id, error: { code: -32_000, message: why } });
  }

  #isTooMany(): boolean {
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
}
