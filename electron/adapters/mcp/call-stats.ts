// How the calls of a server went since it started: how many, how many failed, how long they took.

import type { ServerStatus } from '../../../shared/model/tool.ts';

const kept = 500;

export class CallStats {
  #count = 0;
  #failed = 0;
  /** The newest durations, in a ring. */
  readonly #ms: number[] = [];

  add(ms: number, isFailed: boolean): void {
    this.#ms[this.#count % kept] = ms;
    this.#count += 1;
    if (isFailed) this.#failed += 1;
  }

  get(): ServerStatus['calls'] {
    if (this.#count === 0) return undefined;
    const sorted = [...this.#ms].sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number) * 100) / 100;
    return { count: this.#count, failed: this.#failed, p50Ms: at(0.5), p95Ms: at(0.95) };
  }
}
