// When a server says that its tools have changed, they are listed again: not for every word of it, and the more seldom the more often it
// says so. Each list is checked, cleaned, kept and shown on the main side, so one that changes without end must not take its time.

const firstMs = 500;
const mostMs = 30_000;

export class ListAgain {
  readonly #list: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitMs = firstMs;
  #listedAt = Number.NEGATIVE_INFINITY;

  /** `list` never rejects. */
  constructor(list: () => Promise<void>) {
    this.#list = list;
  }

  /** Changes come in bursts: all until then are one. */
  changed(): void {
    if (this.#timer !== undefined) return;
    // One that was quiet for a while is heard soon again.
    const isOften = performance.now() - this.#listedAt < 2 * this.#waitMs;
    this.#waitMs = isOften ? Math.min(2 * this.#waitMs, mostMs) : firstMs;
    this.#timer = setTimeout(() => void this.#again(), this.#waitMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #again(): Promise<void> {
    this.#timer = undefined;
    await this.#list();
    this.#listedAt = performance.now();
  }
}
