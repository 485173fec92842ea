// MCP's stdio framing for a server whose pipes the main side owns: bytes come in over a message port, lines go out over it.

import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { limits } from './limits.ts';
import { type GuardEvents, MessageGuard } from './message-guard.ts';
import type { StartRecorder } from './start-record.ts';
import type { Past } from './worker-messages.ts';

export interface TransportEvents extends GuardEvents {
  write(text: string): void;
  badLine(line: string): void;
  /** True when the message was dealt with and is not the client's. */
  direct(message: JSONRPCMessage): boolean;
}

/** What was said in the client's place is not what it says itself. */
export class OutOfStep extends Error {}

export class PortTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #events: TransportEvents;
  readonly #guard: MessageGuard;
  readonly #recorder: StartRecorder;
  readonly #decoder = new TextDecoder();
  #pieces: string[] = [];
  /** What the client says that was said already, and is told what was told; undefined once it knows all of it. */
  #past: Past | undefined;
  /** What came before it did. */
  #held: Uint8Array[] = [];

  constructor(events: TransportEvents, { past, recorder }: { past: Past | undefined; recorder: StartRecorder }) {
    this.#events = events;
    this.#guard = new MessageGuard(events);
    this.#recorder = recorder;
    this.#past = past;
  }

  async start(): Promise<void> {}

  async close(): Promise<void> {
    this.onclose?.();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const text = `${JSON.stringify(message)}\n`;
    if (text.length > limits.messageBytes) throw new Error('The message is larger than 4 MB.');
    if ('method' in message) this.#recorder.wrote(text);
    if (this.#past === undefined) this.#events.write(text);
    else this.#saidBefore(text, 'id' in message, this.#past);
  }

  #saidBefore(text: string, isRequest: boolean, past: Past): void {
    if (past.lines.shift() !== text) throw new OutOfStep('What was said at its start is not what is said today.');
    const answer = isRequest ? past.answers.shift() : undefined;
    // Not before the client waits for it.
    queueMicrotask(() => {
      if (answer !== undefined) this.#read(answer);
      if (past.lines.length > 0 || this.#past === undefined) return;
      this.#past = undefined;
      for (const chunk of this.#held.splice(0)) this.#read(chunk);
    });
  }

  receive(chunk: Uint8Array): void {
    if (this.#past === undefined) this.#read(chunk);
    else this.#held.push(chunk);
  }

  #read(chunk: Uint8Array): void {
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
    // A batch, of the era 2025-03-26: its parts are messages of their own. What stands in one line with an answer must be read each time.
    if (Array.isArray(message)) this.#recorder.spoil();
    const batch = Array.isArray(message) ? message.slice(0, limits.batch) : [message];
    for (const each of batch) {
      const guarded = this.#guard.check(each);
      if (guarded === undefined) continue;
      if (guarded === 'bad') {
        this.#badLine(line);
        continue;
      }
      if (!('method' in guarded)) this.#recorder.read(line);
      if (!this.#events.direct(guarded)) this.onmessage?.(guarded);
    }
  }

  #badLine(line: string): void {
    if (!this.#guard.isTooMany()) this.#events.badLine(line.replace(/\r$/, '').slice(0, 300));
  }
}
