// What every torture is: it breaks something on purpose, many times, and counts whether a promise of docs/security.md held.

export interface TortureOptions {
  /** How many times; the torture says of what. */
  n: number;
  seed: number;
  /** For people. */
  say(line: string): void;
}

export interface Torture {
  /** One sentence: what is broken, and what must hold. */
  about: string;
  defaultN: number;
  /** Counters that must be zero; one that is missing is a failure. */
  promises: readonly string[];
  run(options: TortureOptions): Promise<Record<string, number>>;
}

/** Why it cannot be done here, which is not a failure of the product. */
export class CannotTorture extends Error {}
