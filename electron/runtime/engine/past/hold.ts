// Where the steps of a held run wait before they begin. It knows which are ready, lets one of them through, or all. What is
// kept of being held, and for how long, is the session's business.

import { AppError } from '../../../../shared/errors.ts';

/** A step that was just let through is followed by the next a moment later; who asks for it meanwhile waits this long, in milliseconds. */
const comesWithinMs = 2000;

interface Ready {
  step: string;
  go(): void;
}

export class Hold {
  #isHeld: boolean;
  #since: number;
  #heldMs = 0;
  readonly #now: () => number;
  readonly #ready: Ready[] = [];
  readonly #arrivals = new Set<() => void>();

  constructor(isHeld: boolean, now: () => number) {
    this.#isHeld = isHeld;
    this.#now = now;
    this.#since = now();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Those that wait go on only with `release`. */
  set isHeld(isHeld: boolean) {
    if (isHeld === this.#isHeld) return;
    if (this.#isHeld) this.#heldMs = this.heldMs;
    this.#isHeld = isHeld;
    this.#since = this.#now();
  }

  /** How long the run was held in all, in milliseconds: that does not count against what a step may take. */
  get heldMs(): number {
    return this.#heldMs + (this.#isHeld ? Math.max(0, this.#now() - this.#since) : 0);
  }

  /** In the order in which they became ready. */
  get ready(): string[] {
    return this.#ready.map((each) => each.step);
  }

  /** Resolves when the step may begin. `onStop` tells of the end of the run, `signal` of that of the step. */
  wait(step: string, onStop: (stop: () => void) => () => void, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const leave = (): void => {
        const place = this.#ready.indexOf(ready);
        if (place >= 0) this.#ready.splice(place, 1);
        forget();
        signal?.removeEventListener('abort', leave);
        // Whoever waited looks at its signal itself.
        resolve();
      };
      const ready: Ready = { step, go: leave };
      const forget = onStop(leave);
      signal?.addEventListener('abort', leave, { once: true });
      this.#ready.push(ready);
      for (const look of [...this.#arrivals]) look();
    });
  }

  release(): void {
    this.isHeld = false;
    for (const each of [...this.#ready]) each.go();
  }

  /**
   * Lets one through, the named one or else the one that is ready longest, and gives its name. `outer` are those in whose bodies the named
   * one stands: they do nothing but run them, and are let through on the way. Throws `run-not-held`, `step-not-ready`.
   */
  async letOne(step: string | undefined, outer: readonly string[] = []): Promise<string> {
    if (!this.isHeld)
      throw new AppError('run-not-held', 'The run is not paused, so it does its steps by itself.', { hint: 'Pause it first.' });
    const find = (): Ready | undefined => (step === undefined ? this.#ready[0] : this.#ready.find((each) => each.step === step));
    const closed = new Set(outer);
    const findOuter = (): Ready | undefined => this.#ready.find((each) => closed.has(each.step));
    for (;;) {
      if (find() === undefined && findOuter() === undefined) await this.#arrival(() => find() !== undefined || findOuter() !== undefined);
      const body = find() === undefined ? findOuter() : undefined;
      if (body === undefined) break;
      closed.delete(body.step);
      body.go();
    }
    const found = find();
    if (found === undefined)
      throw new AppError('step-not-ready', step === undefined ? 'No step is ready yet.' : `The step “${step}” is not ready.`, {
        hint: this.ready.length === 0 ? 'Wait until what goes now has ended.' : `Ready now: ${this.ready.slice(0, 20).join(', ')}.`,
      });
    found.go();
    return found.step;
  }

  #arrival(isThere: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#arrivals.delete(look);
        resolve();
      };
      const look = (): void => {
        if (isThere()) end();
      };
      const timer = setTimeout(end, comesWithinMs);
      this.#arrivals.add(look);
    });
  }
}
