// Steps done of steps expected, counted from a live run's own events: every node outside of loops once, and a loop's body once for
// each item that its list is known to have. A repeat or a branch not taken can only be guessed: the total is never below what is done.

import type { RunEvent } from '../../../shared/model/run.ts';
import type { RunFar } from '../services.ts';
import type { Journal } from './journal.ts';
import type { Plan } from './plan-types.ts';

export class RunProgress {
  readonly #plan: Plan;
  readonly #top: number;
  readonly #loops: ReadonlyMap<string, number>;
  /** By loop step, the items of its list. */
  readonly #items = new Map<string, number>();
  /** The loop with the most items, as far as it went since this host saw it. */
  #longest: { step: string; since: number; from: number; done: number; total: number; at: number } | undefined;
  #inLoops = 0;
  #done = 0;

  constructor(plan: Plan, journal: Journal) {
    this.#plan = plan;
    this.#top = plan.scopes[0]?.nodes.length ?? 0;
    const loops = new Map<string, number>();
    for (const [loop, body] of plan.bodies) {
      const id = plan.nodes[loop]?.id;
      if (id !== undefined) loops.set(id, plan.scopes[body]?.nodes.length ?? 0);
    }
    this.#loops = loops;
    for (const record of journal.steps.values())
      if (record.outputs !== undefined || record.isSkipped || (record.failure !== undefined && record.failure.retryAt === undefined))
        this.#done += 1;
  }

  note(event: RunEvent): void {
    switch (event.type) {
      case 'step-done':
      case 'step-skipped':
        this.#done += 1;
        return;
      case 'step-failed':
        if (event.retryAt === undefined) this.#done += 1;
        return;
      case 'step-progress': {
        const size = this.#loops.get(event.node);
        if (size === undefined || event.total === undefined) return;
        this.#inLoops += (event.total - (this.#items.get(event.step) ?? 0)) * size;
        this.#items.set(event.step, event.total);
        this.#noteLoop(event.step, event.at, event.done ?? 0, event.total);
        return;
      }
      default:
    }
  }

  /** Undefined for a graph without steps. */
  now(): RunFar | undefined {
    if (this.#plan.nodes.length === 0) return undefined;
    const far = { done: this.#done, total: Math.max(this.#done, this.#top + this.#inLoops) };
    return this.#longest === undefined ? far : { ...far, loop: this.#longest };
  }

  #noteLoop(step: string, at: number, done: number, total: number): void {
    const known = this.#longest;
    if (known?.step === step) this.#longest = { ...known, done, total, at };
    else if (known === undefined || known.done >= known.total || total > known.total)
      this.#longest = { step, since: at, from: done, done, total, at };
  }
}
