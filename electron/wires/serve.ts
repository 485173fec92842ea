// Serves the contract over any carrier: guard, then oRPC, then the answer. One session per connection; when it closes, every
// call on it is aborted. It never throws into the carrier, and it never lets a failed send become an unhandled rejection.

import type { Router } from '@orpc/server';
import { StandardHandler, StandardRPCMatcher } from '@orpc/server/standard';
import { contract } from '../../shared/contract/index.ts';
import { isCancelled } from '../../shared/errors.ts';
import type { CallContext } from '../runtime/api/base.ts';
import type { Log } from '../runtime/ports.ts';
import { textCodec } from './answers.ts';
import { Exchange } from './exchange.ts';
import { inspectMessage, type Refusal } from './guard.ts';
import { type KnownCall, type KnownCalls, knownCalls } from './known-calls.ts';
import { refusalFrame } from './refusals.ts';
import { withStreamErrors } from './stream-errors.ts';

/** One end of a connection, whatever carries it. */
export interface Transport {
  /** Must not throw; after the close it does nothing. */
  send(text: string): void;
  onMessage(listener: (raw: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

export interface WireSession {
  /** Calls and streams under way. */
  readonly open: number;
  readonly refused: Readonly<Partial<Record<Refusal, number>>>;
  close(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: oRPC's own type for "a router of any contract"; its handlers check themselves
export type AnyRouter = Router<any, CallContext>;

/** A page with every panel open has a few dozen; the rest is a fault or a flood. */
const MAX_OPEN_CALLS = 1_000;

export class WireServer {
  readonly #handler: StandardHandler<CallContext>;
  readonly #calls: KnownCalls;
  readonly #log: Pick<Log, 'warn' | 'error'>;
  readonly #sessions = new Set<Session>();

  constructor(router: AnyRouter, log: Pick<Log, 'warn' | 'error'>) {
    this.#handler = new StandardHandler(router, new StandardRPCMatcher(), textCodec, {
      clientInterceptors: [async (options) => withStreamErrors(await options.next(), options.path, log)],
    });
    this.#calls = knownCalls(contract);
    this.#log = log;
  }

  serve(transport: Transport, context: CallContext): WireSession {
    const session = new Session(this.#handler, this.#calls, this.#log, transport, context);
    this.#sessions.add(session);
    transport.onClose(() => {
      session.close();
      this.#sessions.delete(session);
    });
    transport.onMessage((raw) => session.take(raw));
    return session;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Ends every connection and aborts what they carry. */
  close(): void {
    for (const session of this.#sessions) session.close();
    this.#sessions.clear();
  }
}

class Session implements WireSession {
  #closed = false;
  #open = 0;
  readonly refused: Partial<Record<Refusal, number>> = {};
  readonly #calls: KnownCalls;
  readonly #log: Pick<Log, 'warn' | 'error'>;
  readonly #transport: Transport;
  readonly #exchange: Exchange;

  constructor(
    handler: StandardHandler<CallContext>,
    calls: KnownCalls,
    log: Pick<Log, 'warn' | 'error'>,
    transport: Transport,
    context: CallContext,
  ) {
    this.#calls = calls;
    this.#log = log;
    this.#transport = transport;
    this.#exchange = new Exchange(handler, { ...context, takesRows: true }, (text) => {
      if (!this.#closed) transport.send(text);
    });
  }

  get open(): number {
    return this.#open;
  }

  take(raw: unknown): void {
    if (this.#closed) return;
    const verdict = inspectMessage(raw, this.#calls);
    if (!verdict.ok) this.#refuse(verdict.reason, verdict.id);
    else if (verdict.kind === 'abort') this.#exchange.abort(verdict.id);
    else if (this.#open >= MAX_OPEN_CALLS) this.#refuse('too-many-calls', verdict.id);
    else void this.#handle(verdict.id, verdict.call, verdict.body);
  }

  async #handle(id: string, call: KnownCall, body: unknown): Promise<void> {
    this.#open += 1;
    try {
      await this.#exchange.answer(id, call, body);
    } catch (error) {
      if (!this.#closed && !isCancelled(error)) this.#log.error('A call could not be answered', { error: String(error) });
    } finally {
      this.#open -= 1;
    }
  }

  #refuse(reason: Refusal, id: string | undefined): void {
    const count = (this.refused[reason] ?? 0) + 1;
    this.refused[reason] = count;
    // The first, then each power of ten: a flood must not fill the log.
    if (Number.isInteger(Math.log10(count))) this.#log.warn('A wire message was refused', { reason, count });
    if (id !== undefined) this.#transport.send(refusalFrame(id, reason));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#exchange.close();
    this.#transport.close();
  }
}
