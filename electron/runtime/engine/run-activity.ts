// Counts what a run is doing, to tell "running" from "waiting for a person": it waits when every step that is going waits. It is
// idle, and needs no place among those that go, when each of them waits for a person, a time or another run.
// Looks a moment after each change, so that one step ending as the next begins writes nothing.

const settleMs = 20;

export class RunActivity {
  #going = 0;
  #waiting = 0;
  #resting = 0;
  #isWaiting: boolean;
  #isIdle: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  readonly #onChange: (status: 'running' | 'waiting') => void;

  readonly #onIdle: (isIdle: boolean) => void;

  constructor(isWaiting: boolean, onChange: (status: 'running' | 'waiting') => void, onIdle: (isIdle: boolean) => void = () => {}) {
    this.#isWaiting = isWaiting;
    this.#isIdle = isWaiting;
    this.#onChange = onChange;
    this.#onIdle = onIdle;
  }

  enter(): void {
    this.#going += 1;
    if (this.#waiting > 0 || this.#resting > 0 || this.#isIdle) this.#lookSoon();
  }

  leave(): void {
    this.#going -= 1;
    if (this.#waiting > 0 || this.#resting > 0 || this.#isIdle) this.#lookSoon();
  }

  startWaiting(): void {
    this.#waiting += 1;
    this.#lookSoon();
  }

  stopWaiting(): void {
    this.#waiting -= 1;
    this.#lookSoon();
  }

  /** While `work` goes, its step does nothing but wait for a time or for another run. */
  async rest<T>(work: () => Promise<T>): Promise<T> {
    this.#resting += 1;
    this.#lookSoon();
    try {
      return await work();
    } finally {
      this.#resting -= 1;
      this.#lookSoon();
    }
  }

  /** While `work` goes, its step counts only through the steps below it. */
  async delegate<T>(work: () => Promise<T>): Promise<T> {
    this.leave();
    try {
      return await work();
    } finally {
      this.enter();
    }
  }

  /** Nothing is told any more: the run has ended or was put aside. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #lookSoon(): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isClosed) return;
      const isIdle = this.#waiting + this.#resting > 0 && this.#waiting + this.#resting >= this.#going;
      if (isIdle !== this.#isIdle) {
        this.#isIdle = isIdle;
        this.#onIdle(isIdle);
      }
      const isWaiting = this.#waiting > 0 && this.#waiting >= this.#going;
      if (isWaiting === this.#isWaiting) return;
      this.#isWaiting = isWaiting;
      this.#onChange(isWaiting ? 'waiting' : 'running');
    }, settleMs);
  }
}
