// A server over HTTP, seen from its worker: the SDK's own client transports (Streamable HTTP, and the older SSE), whose `fetch` asks
// the main side. The main side makes the requests through the guarded client and adds what the worker must not know: headers from
// the vault, tokens. Bytes are counted here, and every message passes the same guard as those of a pipe.

import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport, TransportSendOptions } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { type GuardEvents, MessageGuard } from './message-guard.ts';
import { Unanswered } from './unanswered.ts';

export interface AskedEvents extends GuardEvents {
  badLine(line: string): void;
  /** The session is over and must be begun anew. */
  lost(why: string): void;
}

export class AskedTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #inner: StreamableHTTPClientTransport | SSEClientTransport;
  readonly #guard: MessageGuard;
  readonly #events: AskedEvents;
  readonly #unanswered = new Unanswered((message) => this.onmessage?.(message));
  #isOpen = false;
  #protocol: string | undefined;

  constructor(kind: 'http' | 'sse', url: string, fetch: typeof globalThis.fetch, events: AskedEvents) {
    this.#events = events;
    this.#guard = new MessageGuard(events);
    this.#inner =
      kind === 'http'
        ? new StreamableHTTPClientTransport(new URL(url), {
            fetch: this.#unanswered.watch(fetch),
            reconnectionOptions: {
              initialReconnectionDelay: 1_000,
              maxReconnectionDelay: 30_000,
              reconnectionDelayGrowFactor: 2,
              maxRetries: 8,
            },
          })
        : new SSEClientTransport(new URL(url), { fetch });
    this.#inner.onmessage = (message) => this.#take(message);
    this.#inner.onclose = () => this.onclose?.();
    this.#inner.onerror = (error) => this.#failed(error);
  }

  async start(): Promise<void> {
    await this.#inner.start();
    this.#isOpen = true;
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    this.#unanswered.sent(message);
    try {
      await (this.#inner as Transport).send(message, options);
    } catch (error) {
      // The server does not know the session any more: the protocol wants a new one.
      if (error instanceof StreamableHTTPError && error.code === 404 && this.#protocol !== undefined)
        this.#events.lost('It does not know the session any more.');
      throw error;
    }
  }

  /** Tells the server that the session is over; quiet where it does not take that. */
  async leave(): Promise<void> {
    if (this.#inner instanceof StreamableHTTPClientTransport) await this.#inner.terminateSession();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#inner.close();
  }

  setProtocolVersion(version: string): void {
    this.#protocol = version;
    this.#inner.setProtocolVersion(version);
  }

  #take(message: unknown): void {
    const guarded = this.#guard.check(message);
    if (guarded === 'bad') this.#events.badLine(JSON.stringify(message).slice(0, 300));
    else if (guarded !== undefined) {
      this.#unanswered.answered(guarded);
      this.onmessage?.(guarded);
    }
  }

  #failed(error: Error): void {
    this.onerror?.(error);
    if (!this.#isOpen || this.#protocol === undefined) return;
    // With SSE the stream is the session; a new stream is a new session, which has to be begun.
    if (this.#inner instanceof SSEClientTransport) {
      if (!/POSTing/.test(error.message)) this.#events.lost(`Its stream of events ended: ${error.message.slice(0, 200)}`);
    } else if (/Maximum reconnection attempts/.test(error.message)) this.#events.lost('Its stream of events could not be opened again.');
    else this.#events.note(error.message.slice(0, 300));
  }
}
