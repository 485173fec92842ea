// Counts what a contained server tried and was not allowed. A wrong host now and then is a matter for its log; one that goes on
// trying this machine and the network around it is set aside.

import type { Refused } from '../sandbox/sandbox.ts';

/** Attempts in one minute after which it is set aside. */
export const denialLimits = { nearby: 5, other: 300 } as const;

export class Denials {
  readonly #now: () => number;
  readonly #note: (text: string) => void;
  readonly #onTooMany: (reason: string) => void;
  #since = 0;
  #nearby = 0;
  #other = 0;
  #noted = new Set<string>();

  constructor(now: () => number, note: (text: string) => void, onTooMany: (reason: string) => void) {
    this.#now = now;
    this.#note = note;
    this.#onTooMany = onTooMany;
  }

  add({ host, code, message }: Refused): void {
    // What the network did is nobody's fault.
    if (code !== 'address-not-allowed' && code !== 'host-not-allowed' && code !== 'url-not-allowed') return;
    if (this.#now() - this.#since > 60_000) {
      this.#since = this.#now();
      this.#nearby = 0;
      this.#other = 0;
    }
    if (code === 'address-not-allowed') this.#nearby += 1;
    else this.#other += 1;
    if (!this.#noted.has(host) && this.#noted.size < 100) {
      this.#noted.add(host);
      this.#note(`It was not let through to ${host.slice(0, 200)}. ${message}`);
    }
    if (this.#nearby === denialLimits.nearby)
      this.#onTooMany(
        `It tried ${this.#nearby} times in a minute to reach this machine or the network around it, last ${host.slice(0, 200)}.`,
      );
    else if (this.#other === denialLimits.other)
      this.#onTooMany(`It tried ${this.#other} times in a minute to reach hosts that it was not given, last ${host.slice(0, 200)}.`);
  }
}
