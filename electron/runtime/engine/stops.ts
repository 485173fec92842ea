// What a run's stop stops, for as long as it is in here. Each knows its own place, so that coming and going, which every step does,
// costs nothing; a Set makes a new table every few steps. In no order.

export interface Stoppable {
  stop(): void;
  /** For `Stops` alone; below 0 when it is in none. */
  place: number;
}

export class Stops {
  #all: Stoppable[] = [];

  add(each: Stoppable): void {
    each.place = this.#all.length;
    this.#all.push(each);
  }

  delete(each: Stoppable): void {
    const { place } = each;
    if (place < 0) return;
    each.place = -1;
    const last = this.#all.pop();
    if (last === undefined || last === each) return;
    last.place = place;
    this.#all[place] = last;
  }

  /** Takes out all that are in here and stops each. */
  stopAll(): void {
    const all = this.#all;
    this.#all = [];
    for (const each of all) each.place = -1;
    for (const each of all) each.stop();
  }
}
