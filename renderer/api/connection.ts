// The page's one connection to its host: which wire carries the contract now, and whether it is up. Calls wait for a wire
// while it is being made; when one is lost, they fail at once with `connection-lost` and a new wire is tried with backoff.

import type { ClientContext, ClientLink } from '@orpc/client';
import { AppError } from '../../shared/errors.ts';
import { connectionLost, connectionRefused } from './connection-errors.ts';

/** `failed`: the host itself said that it could not start. */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'lost' | 'refused' | 'failed';
export interface ConnectionView {
  readonly state: ConnectionState;
  /** Counts the wires made; streams open again when it changes. */
  readonly epoch: number;
  /** What the host said, while it is `failed`. */
  readonly trouble?: AppError | undefined;
}

export interface Wire {
  link: ClientLink<ClientContext>;
  /** Settles when the wire is gone, for whatever reason. */
  closed: Promise<void>;
  close(): void;
}
/** Makes one wire; throws when the host does not answer, an AppError `refused` when it does not let us in, `failed` when it could not start. */
export type Dial = () => Promise<Wire>;

const FIRST_WAIT_MS = 150;
const LONGEST_WAIT_MS = 5_000;
/** Tries after which the page says that the host is gone (it still tries). */
const TRIES_UNTIL_LOST = 6;
const SHORT_LIFE_MS = 1_000;

export class Connection {
  #view: ConnectionView = { state: 'connecting', epoch: 0 };
  #wire: Wire | undefined;
  #stopped = false;
  #wakeUp: (() => void) | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #dial: Dial;

  constructor(dial: Dial) {
    this.#dial = dial;
    void this.#keep();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly getView = (): ConnectionView => this.#view;

  /** The wire to use; waits while one is being made. Throws `connection-lost` or `connection-refused`. */
  async link(signal: AbortSignal | undefined): Promise<ClientLink<ClientContext>> {
    while (this.#wire === undefined) {
      if (this.#stopped || this.#view.state === 'lost') throw connectionLost();
      if (this.#view.state === 'refused') throw connectionRefused();
      if (this.#view.trouble !== undefined) throw this.#view.trouble;
      await this.#nextChange(signal);
    }
    return this.#wire.link;
  }

  /** Tries at once instead of waiting for the next turn: for a "Try again" button, and when the network comes back. */
  retryNow(): void {
    this.#wakeUp?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#wire?.close();
    this.#wakeUp?.();
    this.#set('lost');
  }

  async #keep(): Promise<void> {
    let tries = 0;
    while (!this.#stopped) {
      try {
        const wire = await this.#dial();
        const since = Date.now();
        this.#wire = wire;
        this.#set('connected');
        await wire.closed;
        this.#wire = undefined;
        // A wire that is closed as soon as it is made is a failed try; otherwise a host that turns us away is asked in a rush.
        tries = Date.now() - since < SHORT_LIFE_MS ? tries + 1 : 0;
        if (!this.#stopped) this.#set('reconnecting');
      } catch (error) {
        tries += 1;
        const code = error instanceof AppError ? error.code : undefined;
        if (!this.#stopped && code === 'connection-refused') this.#set('refused');
        else if (!this.#stopped && code === 'connection-failed') this.#set('failed', error as AppError);
        // A host that said why it ends is gone afterwards: why is worth more than that.
        else if (!this.#stopped && tries >= TRIES_UNTIL_LOST && this.#view.state !== 'failed') this.#set('lost');
      }
      if (!this.#stopped) await this.#pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries));
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #nextChange(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        leave();
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      const aborted = (): void => {
        leave();
        reject(signal?.reason);
      };
      const leave = this.subscribe(done);
      if (signal?.aborted === true) aborted();
      else signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  #set(state: ConnectionState, trouble?: AppError): void {
    if (state === this.#view.state) return;
    this.#view = { state, epoch: state === 'connected' ? this.#view.epoch + 1 : this.#view.epoch, trouble };
    for (const listener of [...this.#listeners]) listener();
  }
}
