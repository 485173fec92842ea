// Servers that a start of the host brings along wait for their turn: to make a worker and a process for each holds up the main thread,
// and what a person looks at first comes first.

const firstMs = 300;
const betweenMs = 60;

export class StartTurns {
  readonly #timers = new Map<NodeJS.Timeout, () => void>();
  #nextAt = 0;

  next(): Promise<void> {
    const now = performance.now();
    this.#nextAt = Math.max(now + firstMs, this.#nextAt + betweenMs);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, this.#nextAt - now);
      this.#timers.set(timer, resolve);
    });
  }

  /** Nobody waits any more; who waited looks whether there is still something to start. */
  close(): void {
    for (const [timer, resolve] of this.#timers) {
      clearTimeout(timer);
      resolve();
    }
    this.#timers.clear();
  }
}
