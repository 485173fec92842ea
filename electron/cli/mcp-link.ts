// What `orrery mcp` stands on: the host that runs, or one of its own, for as long as the program is there. Its own host gives the data
// folder to whoever else wants it, and the program is served through that one from then on; when that one ends, or dies, the next call
// takes the folder again. Calls that were under way are made once more with the same id, so nothing is done twice (call-ids.ts).

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { AppError, isCancelled } from '../../shared/errors.ts';
import type { ProgramOrigin, SessionEvent } from '../../shared/model/client.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { defaultDataFolder } from '../host/data-folder.ts';
import { openHost, socketOf } from '../host/open-host.ts';
import { type Attached, attachToHost, type HostClient } from '../wires/attach.ts';
import { connectInMemory } from '../wires/memory-wire.ts';

/** A session at a host. */
export interface Live {
  client: HostClient;
  session: string;
}

interface Reach {
  client: HostClient;
  lost: AbortController;
  close(): Promise<void>;
}

type Open = Live & Reach & { following: Promise<void> };

export interface LinkOptions {
  data?: string | undefined;
  who: { client?: string | undefined; token?: string | undefined; origin: ProgramOrigin };
  onEvent(event: SessionEvent): void;
  /** A session at another host than before has begun. */
  onMoved(live: Live): void;
  /** There is no more to be done: it was revoked, for instance. */
  onRefused(error: AppError): void;
}

/** How long a host is looked for: the one before may take a while to end. */
const openMs = 20_000;
/** How long whoever asked for the folder has to take it. */
const leaveToOthersMs = 10_000;
/** How long a call that failed waits to hear that its host has gone. */
const hearMs = 1_500;
const maxMoves = 8;
const passing = new Set(['host-unreachable', 'data-folder-busy', 'data-folder-held', 'host-closing', 'host-gone', 'cancelled']);
const final = new Set(['client-revoked', 'client-token-unknown', 'client-not-that']);

export class HostLink {
  readonly #options: LinkOptions;
  readonly #folder: string;
  #open: Promise<Open> | undefined;
  /** The own host that gave way is closed before another is looked for. */
  #closing: Promise<void> = Promise.resolve();
  #leaveUntil = 0;
  #isFirst = true;
  #isOver = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#folder = path.resolve(options.data ?? defaultDataFolder());
  }

  /** Throws what keeps the program from being served: `client-token-unknown`, `data-folder-read-only`, … */
  live(): Promise<Open> {
    if (this.#isOver) return Promise.reject(gone());
    if (this.#open !== undefined) return this.#open;
    const opening = this.#begin();
    this.#open = opening;
    opening.then(
      (open) => open.lost.signal.addEventListener('abort', () => this.#forget(opening), { once: true }),
      () => this.#forget(opening),
    );
    return opening;
  }

  #forget(opening: Promise<Open>): void {
    if (this.#open === opening) this.#open = undefined;
  }

  /** Does it at the host that is there, and once more at the next when that goes meanwhile. */
  async during<T>(signal: AbortSignal | undefined, work: (live: Live) => Promise<T>): Promise<T> {
    for (let moves = 0; ; moves += 1) {
      const open = await this.live();
      try {
        return await Promise.race([work(open), whenLost(open.lost.signal)]);
      } catch (error) {
        const known = fromWireError(error);
        if (signal?.aborted === true || this.#isOver || moves >= maxMoves) throw known;
        if (known.code === 'session-not-found') open.lost.abort();
        else if (!open.lost.signal.aborted && (passing.has(known.code) || isCancelled(known)))
          await Promise.race([whenLost(open.lost.signal).catch(() => undefined), sleep(hearMs, undefined, { ref: false })]);
        if (!open.lost.signal.aborted) throw known;
      }
    }
  }

  async #begin(): Promise<Open> {
    await this.#closing;
    for (const end = Date.now() + openMs; ; await sleep(50)) {
      try {
        const reach = Date.now() < this.#leaveUntil ? await this.#attach(socketOf(this.#folder)) : await this.#takeOrAttach();
        return await this.#openSession(reach);
      } catch (error) {
        const known = fromWireError(error);
        if (this.#isOver || !passing.has(known.code) || Date.now() >= end) throw known;
      }
    }
  }

  async #attach(socket: string): Promise<Reach> {
    const attached: Attached = await attachToHost(socket);
    const lost = new AbortController();
    void attached.closed.then(({ gaveWay }) => {
      if (gaveWay) this.#leaveUntil = Date.now() + leaveToOthersMs;
      lost.abort();
      if (gaveWay) this.#follow();
    });
    return { client: attached.client, lost, close: async () => attached.close() };
  }

  async #takeOrAttach(): Promise<Reach> {
    const wish = { isAsked: false, now: (): void => undefined };
    const opened = await openHost({
      kind: 'cli',
      dataFolder: this.#folder,
      quiet: true,
      loadShell: async () => (await import('../headless/shell.ts')).headlessShell,
      giveWay: () => {
        wish.isAsked = true;
        wish.now();
      },
    });
    if ('holder' in opened) return this.#attach(opened.socket);
    const { host } = opened;
    const wire = connectInMemory(host.wires, host.context('cli'));
    const lost = new AbortController();
    let closing: Promise<void> | undefined;
    const close = (why?: { gaveWay: boolean }): Promise<void> => {
      closing ??= host.close(why).finally(() => wire.close());
      return closing;
    };
    wish.now = () => {
      if (closing !== undefined) return;
      this.#leaveUntil = Date.now() + leaveToOthersMs;
      // What its parts could not close was written to the log by the host; the folder is free all the same.
      this.#closing = close({ gaveWay: true }).catch(() => undefined);
      lost.abort();
      this.#follow();
    };
    if (wish.isAsked) wish.now();
    return { client: createORPCClient(wire.link), lost, close };
  }

  /** Goes on at whoever took the folder, without waiting for the next call. */
  #follow(): void {
    if (!this.#isOver) this.live().catch((error: unknown) => this.#refuse(fromWireError(error)));
  }

  /** Other trouble is told with the next call. */
  #refuse(error: AppError): void {
    if (!this.#isOver && final.has(error.code)) this.#options.onRefused(error);
  }

  async #openSession(reach: Reach): Promise<Open> {
    try {
      const { client, token, origin } = this.#options.who;
      const events = await reach.client.clients.session({
        ...(client === undefined ? {} : { client }),
        ...(token === undefined ? {} : { token }),
        origin,
      });
      const first = await Promise.race([events.next(), whenLost(reach.lost.signal)]);
      if (first.done === true || first.value.type !== 'open') throw gone();
      // Whoever wanted the folder has it. When that one ends, nobody else is waited for.
      this.#leaveUntil = 0;
      const live: Live = { client: reach.client, session: first.value.session };
      const following = this.#read(events, reach);
      const isFirst = this.#isFirst;
      this.#isFirst = false;
      if (!isFirst) this.#options.onMoved(live);
      return { ...reach, ...live, following };
    } catch (error) {
      await reach.close();
      throw error;
    }
  }

  async #read(events: AsyncIterator<SessionEvent>, reach: Reach): Promise<void> {
    try {
      for (;;) {
        const next = await Promise.race([events.next(), whenLost(reach.lost.signal)]);
        if (next.done === true) break;
        this.#options.onEvent(next.value);
      }
    } catch {
      // The host has gone; whoever calls next finds another.
    }
    await events.return?.(undefined)?.catch(() => undefined);
    if (this.#isOver || reach.lost.signal.aborted) return;
    // The session was ended while its host stays: it was revoked. Asking again says so.
    reach.lost.abort();
    this.#closing = reach.close();
    this.#follow();
  }

  /** The program has gone: its session ends, then the own host. */
  async close(): Promise<void> {
    this.#isOver = true;
    const open = await this.#open?.catch(() => undefined);
    if (open !== undefined) {
      open.lost.abort();
      await open.following;
      // An answer after that says that the host has heard the end of the session.
      await Promise.race([open.client.clients.list(), sleep(hearMs, undefined, { ref: false })]).catch(() => undefined);
      await open.close();
    }
    await this.#closing;
  }
}

const gone = (): AppError => new AppError('host-gone', 'The host ended.', { hint: 'Call again.', retryable: true });

function whenLost(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(gone());
    else signal.addEventListener('abort', () => reject(gone()), { once: true });
  });
}
