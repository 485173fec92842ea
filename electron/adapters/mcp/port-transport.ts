// MCP's stdio framing for a server whose pipes the main side owns: bytes come in over a message port, lines go out over it.

import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { limits } from './limits.ts';
import { type GuardEvents, MessageGuard } from './message-guard.ts';

export interface TransportEvents extends GuardEvents {
  write(text: string): void;
  badLine(line: string): void;
  /** True when the message was dealt with and is not the client's. */
  direct(message: JSONRPCMessage): boolean;
}

export class PortTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #events: TransportEvents;
  readonly #guard: MessageGuard;
  readonly #decoder = new TextDecoder();
  #pieces: string[] = [];

  constructor(events: TransportEvents) {
    this.#events = events;
    this.#guard = new MessageGuard(events);
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
      const line = this.#pieces.length === 1 ? (lines[i] as string) : this.#pieces.join('');
      this.#pieces = [];
      this.#takeLine(line);
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
    // A batch, of the era 2025-03-26: its parts are messages of their own.
    const batch = Array.isArray(message) ? message.slice(0, limits.batch) : [message];
    for (const each of batch) {
      const guarded = this.#guard.check(each);
      if (guarded === 'bad') this.#badLine(line);
      else if (guarded !== undefined && !this.#events.direct(guarded)) this.onmessage?.(guarded);
    }
  }

  #badLine(line: string): void {
    if (!this.#guard.isTooMany()) this.#events.badLine(line.replace(/\r$/, '').slice(0, 300));
  }
}
