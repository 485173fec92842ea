// What a run's stop stops, for as long as it is in here. Each knows its own place, as every step comes and goes. In no order.

import { Slots } from '../../../shared/slots.ts';

export interface Stoppable {
  stop(): void;
  /** For `Stops` alone, which sets it. */
  place: number;
}

export class Stops {
  readonly #all = new Slots<Stoppable>();

  add(each: Stoppable): void {
    each.place = this.#all.add(each);
  }

  delete(each: Stoppable): void {
    this.#all.remove(each.place, each);
  }

  /** Takes out all that are in here and stops each. */
  stopAll(): void {
    const all = this.#all.all();
    for (const each of all) this.delete(each);
    for (const each of all) each.stop();
  }
}
