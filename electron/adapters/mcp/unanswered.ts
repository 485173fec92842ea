// Over HTTP an answer comes in the stream of its request. When that stream ends without it, and the server gave no place to go on
// from, nobody would ever answer: the request is answered here with an error. In the worker.

import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

export class Unanswered {
  readonly #waiting = new Set<RequestId>();
  readonly #tell: (message: JSONRPCMessage) => void;

  constructor(tell: (message: JSONRPCMessage) => void) {
    this.#tell = tell;
  }

  sent(message: JSONRPCMessage): void {
    if ('method' in message && 'id' in message) this.#waiting.add(message.id);
  }

  answered(message: JSONRPCMessage): void {
    if (!('method' in message) && message.id !== undefined) this.#waiting.delete(message.id);
  }

  /** A `fetch` whose streams are watched to their end. */
  watch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (input, init) => {
      const response = await fetch(input, init);
      const id = init?.method === 'POST' && typeof init.body === 'string' ? (JSON.parse(init.body) as { id?: RequestId }).id : undefined;
      if (id === undefined || response.body === null || !/event-stream/i.test(response.headers.get('content-type') ?? '')) return response;
      const watched = new Response(this.#watched(response.body, id), { status: response.status, headers: response.headers });
      Object.defineProperty(watched, 'url', { value: response.url });
      return watched;
    };
  }

  #watched(body: ReadableStream<Uint8Array>, id: RequestId): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let canResume = false;
    let last = '\n';
    const end = () => {
      // What has just come is read first.
      if (!canResume) setTimeout(() => this.#ended(id), 100);
    };
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            const { value, done } = await reader.read();
            if (done) {
              end();
              controller.close();
              return;
            }
            if (!canResume) {
              const text = last + decoder.decode(value, { stream: true });
              canResume = /[\r\n]id:/.test(text);
              last = text.slice(-4);
            }
            controller.enqueue(value);
          } catch (error) {
            end();
            controller.error(error);
          }
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  #ended(id: RequestId): void {
    if (!this.#waiting.delete(id)) return;
    this.#tell({ jsonrpc: '2.0', id, error: { code: -32_000, message: 'The server ended its answer before it was complete.' } });
  }
}
