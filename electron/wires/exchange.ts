// The calls under way on one connection: each is handed to the wire library's handler as the guard looked at it, and what comes of it
// is written as the frames that the library's client reads. It does not look at messages, and it knows no carrier.

import { toORPCError } from '@orpc/client';
import type { StandardHandler } from '@orpc/server/standard';
import type { CallContext } from '../runtime/api/base.ts';
import { answerText } from './answers.ts';
import type { KnownCall } from './known-calls.ts';
import { isStream } from './stream-errors.ts';

/** A frame that is one of many of its call. */
const partOfStream = 3;

export class Exchange {
  readonly #handler: StandardHandler<CallContext>;
  readonly #context: CallContext;
  readonly #send: (text: string) => void;
  readonly #open = new Map<string, AbortController>();

  constructor(handler: StandardHandler<CallContext>, context: CallContext, send: (text: string) => void) {
    this.#handler = handler;
    this.#context = context;
    this.#send = send;
  }

  /** Settles when the call is answered, its stream at its end. A number that is in use already is not answered. */
  async answer(id: string, call: KnownCall, body: unknown): Promise<void> {
    if (this.#open.has(id)) return;
    const control = new AbortController();
    const { signal } = control;
    this.#open.set(id, control);
    try {
      const request = { url: call.url, method: 'POST', headers: {}, body: async () => body, signal };
      const { response } = await this.#handler.handle(request, { context: this.#context });
      if (signal.aborted) await leave(response?.body);
      else if (response === undefined) this.#write(id, '"p":{"s":404,"b":{}}');
      else if (isStream(response.body)) await this.#stream(id, response.body, signal);
      else this.#write(id, `"p":{${response.status === 200 ? '' : `"s":${response.status},`}"b":${response.body}}`);
    } finally {
      if (this.#open.get(id) === control) this.#open.delete(id);
    }
  }

  /** Its caller wants no answer any more. */
  abort(id: string): void {
    this.#open.get(id)?.abort();
    this.#open.delete(id);
  }

  close(): void {
    for (const control of this.#open.values()) control.abort();
    this.#open.clear();
  }

  async #stream(id: string, stream: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
    this.#write(id, '"p":{"h":{"content-type":"text/event-stream"}}');
    for (;;) {
      const { event, value } = await nextOf(stream);
      if (signal.aborted) {
        if (event === 'message') await leave(stream);
        return;
      }
      try {
        this.#write(id, `"t":${partOfStream},"p":{"e":"${event}","d":${answerText(value)}}`);
      } catch (error) {
        await leave(stream);
        throw error;
      }
      if (event !== 'message') return;
    }
  }

  #write(id: string, rest: string): void {
    this.#send(`{"i":"${id}",${rest}}`);
  }
}

/** The next of a stream; its failure is the last that is told of it. */
async function nextOf(stream: AsyncIterator<unknown>): Promise<{ event: 'message' | 'done' | 'error'; value: unknown }> {
  try {
    const { value, done } = await stream.next();
    return { event: done === true ? 'done' : 'message', value };
  } catch (error) {
    return { event: 'error', value: toORPCError(error).toJSON() };
  }
}

/** Nobody reads it any more: what it holds is let go. */
async function leave(answer: unknown): Promise<void> {
  if (isStream(answer)) await answer.return?.();
}
