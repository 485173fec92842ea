// The worker's `fetch`: each request is a message to the main side, its answer a stream of messages back. Counts bytes, so that no
// one message of a server can be larger than it may over a pipe.

import { AppError, type AppErrorShape, fromShape } from '../../../shared/errors.ts';
import { limits } from './limits.ts';
import type { FromWorker, HttpAsk } from './worker-messages.ts';

interface Open {
  head(status: number, headers: [string, string][]): void;
  data(chunk: Uint8Array): void;
  end(error: AppErrorShape | undefined): void;
}

export interface AskedFetch {
  fetch: typeof globalThis.fetch;
  head(id: number, status: number, headers: [string, string][]): void;
  data(id: number, chunk: Uint8Array): void;
  end(id: number, error: AppErrorShape | undefined): void;
}

const tooBig = () =>
  new AppError('response-too-large', 'It sent a message larger than 4 MB.', { hint: 'Ask its tools for less at a time.' });

/** Bytes since the last empty line: what one event of a stream may grow to. */
class EventSize {
  #size = 0;
  #last = 0;

  /** False when an event is larger than a message may be. */
  add(chunk: Uint8Array): boolean {
    for (const byte of chunk) {
      const isEnd = byte === 10 || byte === 13;
      // `\n\n`, `\r\r`, `\r\n\r\n`: after a line's end another one, its other half aside.
      if (isEnd && this.#last !== 0 && !(byte === 10 && this.#last === 13)) this.#size = 0;
      else this.#size += 1;
      this.#last = isEnd ? byte : 0;
    }
    return this.#size <= limits.messageBytes;
  }
}

/** `onTooBig` ends the server, as it would over a pipe. */
export function createAskedFetch(tell: (message: FromWorker) => void, onTooBig: () => void): AskedFetch {
  const open = new Map<number, Open>();
  let nextId = 1;

  const start = (ask: Omit<HttpAsk, 'id'>, signal: AbortSignal | undefined): Promise<Response> =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
      const leave = () => {
        open.delete(id);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: unknown) => {
        leave();
        if (stream === undefined) reject(error);
        else stream.error(error);
      };
      const stop = () => tell({ type: 'http-stop', id });
      const abort = () => {
        stop();
        fail(new DOMException('The request was stopped.', 'AbortError'));
      };
      if (signal?.aborted) return reject(new DOMException('The request was stopped.', 'AbortError'));
      signal?.addEventListener('abort', abort, { once: true });
      let isEvents = false;
      let size = 0;
      const events = new EventSize();
      open.set(id, {
        head(status, headers) {
          isEvents = headers.some(([name, value]) => name.toLowerCase() === 'content-type' && /text\/event-stream/i.test(value));
          const hasBody = ![204, 205, 304].includes(status);
          const body = hasBody
            ? new ReadableStream<Uint8Array>(
                {
                  start: (controller) => {
                    stream = controller;
                  },
                  cancel: () => {
                    stop();
                    leave();
                  },
                },
                { highWaterMark: 0 },
              )
            : null;
          const response = new Response(body, { status, headers });
          Object.defineProperty(response, 'url', { value: ask.url });
          resolve(response);
        },
        data(chunk) {
          size += chunk.byteLength;
          if (isEvents ? !events.add(chunk) : size > limits.messageBytes) {
            stop();
            fail(tooBig());
            onTooBig();
            return;
          }
          stream?.enqueue(chunk);
        },
        end(error) {
          if (error !== undefined) return fail(fromShape(error));
          leave();
          stream?.close();
        },
      });
      tell({ type: 'http', id, ...ask });
    });

  return {
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      const headers = Object.fromEntries(new Headers(init?.headers));
      const body = typeof init?.body === 'string' ? init.body : undefined;
      if (body !== undefined && body.length > limits.messageBytes) throw new Error('The message is larger than 4 MB.');
      return start({ url, method: init?.method ?? 'GET', headers, body }, init?.signal ?? undefined);
    },
    head: (id, status, headers) => open.get(id)?.head(status, headers),
    data(id, chunk) {
      open.get(id)?.data(chunk);
      tell({ type: 'http-taken', id, bytes: chunk.byteLength });
    },
    end: (id, error) => open.get(id)?.end(error),
  };
}
