// What a server asks of us through its worker: each is passed on, answered or refused, and stops when the server takes it back.

import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { ServerRequests, ToolCallOptions } from '../../runtime/ports.ts';
import type { ServerAsks, ServerIsTold, ToWorker } from './worker-messages.ts';

export type AnswerAsks = (asks: ServerAsks, options: { signal: AbortSignal; call: ToolCallOptions | undefined }) => Promise<ServerIsTold>;

export class OpenAsks {
  readonly #open = new Map<number, AbortController>();
  readonly #answer: AnswerAsks;
  readonly #post: (message: ToWorker) => void;

  constructor(answer: AnswerAsks, post: (message: ToWorker) => void) {
    this.#answer = answer;
    this.#post = post;
  }

  /** `call`: the one in which it most likely asks. */
  async take(id: number, asks: ServerAsks, call: ToolCallOptions | undefined): Promise<void> {
    const controller = new AbortController();
    this.#open.set(id, controller);
    // Nobody is left to whom its answer would be of use once its call is stopped.
    const signal = call === undefined ? controller.signal : AbortSignal.any([controller.signal, call.signal]);
    try {
      this.#post({ type: 'told', id, answer: await this.#answer(asks, { signal, call }) });
    } catch (error) {
      const known = error instanceof AppError ? error : new AppError('internal', 'Something went wrong in Orrery.', { cause: error });
      this.#post({ type: 'refused', id, error: known.toJSON() });
    } finally {
      this.#open.delete(id);
    }
  }

  stop(id: number): void {
    this.#open.get(id)?.abort();
  }

  close(): void {
    for (const controller of this.#open.values()) controller.abort();
    this.#open.clear();
  }
}

/** To whoever answers in the runtime. Throws `not-offered`, and what the answer itself throws. */
export async function passOnAsks(
  requests: ServerRequests | undefined,
  server: ServerId,
  asks: ServerAsks,
  { signal, call }: Parameters<AnswerAsks>[1],
): Promise<ServerIsTold> {
  if (requests === undefined) throw new AppError('not-offered', 'Nobody here answers what this server asks.');
  if (asks.what === 'sample') return requests.sample(server, asks.request, signal, call?.source);
  return requests.elicit(server, asks.request, { signal, ...(call === undefined ? {} : { source: call.source }) });
}
