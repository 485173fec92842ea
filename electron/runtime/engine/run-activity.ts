// Counts what a run is doing, to tell "running" from "waiting for a person": it waits when every step that is going waits.
// Looks a moment after each change, so that one step ending as the next begins writes nothing.

const settleMs = 20;

export class RunActivity {
  #going = 0;
  #waiting = 0;
  #isWaiting: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  readonly #onChange: (status: 'running' | 'waiting') => void;

  constructor(isWaiting: boolean, onChange: (status: 'running' | 'waiting') => void) {
    this.#isWaiting = isWaiting;
    this.#onChange = onChange;
  }

  enter(): void {
    this.#going += 1;
    if (this.#waiting > 0 || this.#isWaiting) this.#lookSoon();
  }

  leave(): void {
    this.#going -= 1;
    if (this.#waiting > 0 || this.#isWaiting) this.#lookSoon();
  }

  startWaiting(): void {
    this.#waiting += 1;
    this.#lookSoon();
  }

  stopWaiting(): void {
    this.#waiting -= 1;
    this.#lookSoon();
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
      const isWaiting = this.#waiting > 0 && this.#waiting >= this.#going;
      if (isWaiting === this.#isWaiting || this.#isClosed) return;
      this.#isWaiting = isWaiting;
      this.#onChange(isWaiting ? 'waiting' : 'running');
    }, settleMs);
  }
}
