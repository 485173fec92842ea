// The order in which the steps of a replay end: that on record. A step whose turn has not come waits; when all that go wait,
// the record is over, or one that should have come did not come and the next one goes. Knows no events.

const quietMs = 25;

/** Tells once, at once when it has happened already; the returned function forgets it. */
export type OnStop = (stop: () => void) => () => void;

export class Turns {
  readonly #places: ReadonlyMap<string, number>;
  readonly #length: number;
  readonly #done = new Set<number>();
  readonly #waiting = new Map<number, () => void>();
  readonly #onOver: () => void;
  #next = 0;
  #going = 0;
  #beyond = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(order: readonly string[], onOver: () => void) {
    this.#places = new Map(order.map((step, place) => [step, place]));
    this.#length = order.length;
    this.#onOver = onOver;
  }

  enter(): void {
    this.#going += 1;
  }

  leave(): void {
    this.#going -= 1;
    this.#look();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Resolves when everything before it has ended, or the run or the step is stopped. */
  wait(step: string, onStop: OnStop): Promise<void> {
    const place = this.#places.get(step);
    if (place === undefined || place <= this.#next || this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const go = (): void => {
        forget();
        if (this.#waiting.get(place) === go) this.#waiting.delete(place);
        resolve();
      };
      const forget = onStop(go);
      this.#waiting.set(place, go);
      this.#look();
    });
  }

  /** It was not on record: resolves only when the run or the step is stopped. */
  async beyond(onStop: OnStop): Promise<void> {
    this.#beyond += 1;
    this.#look();
    await new Promise<void>((resolve) => {
      const forget = onStop(() => {
        forget();
        resolve();
      });
    });
    this.#beyond -= 1;
  }

  done(step: string): void {
    const place = this.#places.get(step);
    if (place === undefined) return;
    this.#done.add(place);
    this.#advance();
  }

  #advance(): void {
    while (this.#next < this.#length && this.#done.has(this.#next)) this.#next += 1;
    this.#waiting.get(this.#next)?.();
  }

  /** A moment later, since what one step gives begins the next. */
  #look(): void {
    if (this.#isClosed || this.#timer !== undefined || !this.#isStuck()) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isClosed || !this.#isStuck()) return;
      if (this.#waiting.size === 0) {
        this.#onOver();
        return;
      }
      this.#next = Math.min(...this.#waiting.keys());
      this.#waiting.get(this.#next)?.();
    }, quietMs);
  }

  #isStuck(): boolean {
    const stuck = this.#beyond + this.#waiting.size;
    return stuck > 0 && stuck >= this.#going;
  }
}
