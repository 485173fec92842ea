// What was used last, where older things can be found or counted again. No key is ever taken out to be put in again at the end: a Map
// that this is done to with each use makes itself a new table every so often (see slots.ts). Two are filled in turn instead.

/** `undefined` is no value: it says that nothing is known. */
export class Recent<K, V extends NonNullable<unknown> | null> {
  readonly #most: number;
  #young = new Map<K, V>();
  #old: ReadonlyMap<K, V> = new Map();

  /** Of those that were used last, so many are known for certain, and never more than twice as many. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts as a use. */
  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#most && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
