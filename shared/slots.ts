// What is open at this moment, of things that come and go all the time. A Map or a Set makes itself a new table every so often, and
// V8 keeps what an old one names until the next full collection: of calls that are over it was most of what was collected. Here a place
// is used again, and holds nothing in between.

export class Slots<T> {
  readonly #places: (T | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#places.length - this.#free.length;
  }

  /** Where it is, for `get` and `take`. */
  add(item: T): number {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = item;
    return place;
  }

  get(place: number): T | undefined {
    return this.#places[place];
  }

  /** Removes it; undefined when there is nothing. */
  take(place: number): T | undefined {
    const item = this.#places[place];
    if (item === undefined) return undefined;
    this.#places[place] = undefined;
    this.#free.push(place);
    return item;
  }

  /** Takes this one out; false when it was out already, though its place may have another by now. */
  remove(place: number, item: T): boolean {
    return this.#places[place] === item && this.take(place) !== undefined;
  }

  /** All that are open, in no order. */
  all(): T[] {
    return this.#places.filter((item) => item !== undefined);
  }
}
