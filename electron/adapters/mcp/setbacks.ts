// What went wrong with a server so far, and what follows from the next failure: it is started again, it stays down until a person asks,
// or it is set aside over restarts of the app. Keeps only what it was set aside for; the clock and the timers belong to the caller.

import type { ServerId } from '../../../shared/model/ids.ts';
import type { DefinitionStore } from './accepted-tools.ts';
import type { StartFailure } from './launch/start-error.ts';
import { type Quarantine, strikesAllowed } from './quarantine.ts';
import { afterCrash, type RestartPolicy } from './supervise.ts';

export type Consequence =
  | { kind: 'fail'; failure: StartFailure }
  | { kind: 'set-aside'; failure: StartFailure; reason: string }
  | { kind: 'restart'; waitMs: number };

export class Setbacks {
  readonly #server: ServerId;
  readonly #store: DefinitionStore;
  readonly #policy: RestartPolicy;
  #quarantine: Quarantine | undefined;
  /** Limits of size broken in a row. */
  #strikes = 0;
  #quickCrashes = 0;
  #restarts = 0;

  constructor(server: ServerId, store: DefinitionStore, policy: RestartPolicy) {
    this.#server = server;
    this.#store = store;
    this.#policy = policy;
    this.#quarantine = store.quarantine(server);
  }

  get quarantine(): Quarantine | undefined {
    return this.#quarantine;
  }
  /** Since a person asked for it. */
  get restarts(): number {
    return this.#restarts;
  }

  /** A person asks for it, or the host starts: old crashes are forgotten. */
  forget(): void {
    this.#quickCrashes = 0;
    this.#restarts = 0;
  }

  restarted(): void {
    this.#restarts += 1;
  }

  /** A person lets it start again. False when it was not set aside. */
  release(): boolean {
    if (this.#quarantine === undefined) return false;
    this.#quarantine = undefined;
    this.#strikes = 0;
    this.#store.setQuarantine(this.#server, undefined);
    return true;
  }

  /** `uptime`: for how long it was ready, in milliseconds. `at`: now. */
  after(failure: StartFailure, { wasReady, uptime, at }: { wasReady: boolean; uptime: number; at: number }): Consequence {
    const aside = this.#setAside(failure, at);
    if (aside !== undefined) return aside;
    // A first start that fails is a mistake to mend, and what was ended for its behaviour does not get another chance.
    const isCrash = failure.cause === 'exited' || (wasReady && failure.cause === 'timed-out');
    if (!isCrash || (!wasReady && this.#restarts === 0)) return { kind: 'fail', failure };
    const next = afterCrash(this.#quickCrashes, uptime, this.#policy);
    this.#quickCrashes = next.quickCrashes;
    if (next.action === 'restart') return { kind: 'restart', waitMs: next.waitMs };
    const message = `It crashed ${next.quickCrashes} times in a row. ${failure.message}`;
    return {
      kind: 'fail',
      failure: {
        ...failure,
        message,
        hint: /start it again\.$/i.test(failure.hint) ? failure.hint : `${failure.hint} Then start it again.`,
      },
    };
  }

  /** What broke a hard rule stays down over restarts; so does what runs into the same limit again and again. */
  #setAside(failure: StartFailure, at: number): Consequence | undefined {
    this.#strikes = failure.cause === 'too-big' ? this.#strikes + 1 : 0;
    if (failure.cause !== 'quarantined' && this.#strikes < strikesAllowed) return undefined;
    const times = failure.cause === 'quarantined' ? '' : ` That was ${this.#strikes} times in a row.`;
    const reason = `${failure.message}${times}`;
    this.#quarantine = { reason, at };
    this.#store.setQuarantine(this.#server, this.#quarantine);
    return { kind: 'set-aside', failure: { ...failure, cause: 'quarantined', message: `It was set aside. ${reason}` }, reason };
  }
}
