// One pass over one scope's nodes: each runs when all it waits for is settled, independent ones at the same time. Knows
// order and skipping only; what running a node means is handed in.

import type { NodeOutputs } from '../nodes/define-node.ts';
import { isEager, type Plan, type PlanNode } from './plan-types.ts';
import { type FailedStep, type Frame, gatherEarly } from './scope.ts';

/** How many nodes of one pass run at the same time; more wait for their turn. Waiting for a person counts as running. */
const maxRunning = 256;
/** Waits for nothing any more. */
const taken = -1;

export interface PassWork {
  plan: Plan;
  /** Undefined when the node is to be skipped; null outputs mean that it gave nothing. */
  begin(frame: Frame, node: PlanNode): Promise<NodeOutputs | null> | undefined;
  /** What a node that failed gives all the same; throws why it does not. */
  recover(frame: Frame, node: PlanNode, error: unknown): NodeOutputs | null;
  skip(frame: Frame, node: PlanNode): void;
}

/** Resolves when every node is settled; rejects with the first failure when nothing of the pass runs any more. */
export function runPass(work: PassWork, frame: Frame): Promise<void> {
  return new Promise((resolve, reject) => new Pass(work, frame, resolve, reject).start());
}

class Pass {
  readonly #work: PassWork;
  readonly #frame: Frame;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #waits: Int32Array;
  readonly #hasEager: boolean;
  #free: number[] = [];
  /** How many of the free ones have begun. */
  #taken = 0;
  #settled = 0;
  #running = 0;
  #failure: { error: unknown } | undefined;

  constructor(work: PassWork, frame: Frame, resolve: () => void, reject: (error: unknown) => void) {
    this.#work = work;
    this.#frame = frame;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#waits = Int32Array.from(frame.scope.waits);
    this.#hasEager = frame.scope.eager.length > 0;
  }

  start(): void {
    // What comes from outside of this body is there already.
    for (const slot of this.#frame.scope.eager) this.#freeEarly(slot);
    for (let slot = 0; slot < this.#waits.length; slot += 1) if (this.#waits[slot] === 0) this.#free.push(slot);
    this.#drain();
  }

  /** A list instead of recursion: a chain of ten thousand skipped nodes must not deepen the stack. */
  #drain(): void {
    while (this.#taken < this.#free.length && this.#failure === undefined && this.#running < maxRunning) {
      this.#taken += 1;
      this.#take(this.#free[this.#taken - 1] as number);
    }
    if (this.#taken === this.#free.length) {
      this.#free = [];
      this.#taken = 0;
    }
    if (this.#running > 0) return;
    if (this.#failure !== undefined) this.#reject(this.#failure.error);
    else if (this.#settled === this.#waits.length) this.#resolve();
  }

  #take(slot: number): void {
    const node = this.#nodeAt(slot);
    const running = this.#begin(node);
    if (running === undefined) {
      this.#work.skip(this.#frame, node);
      this.#settle(slot, null);
      return;
    }
    this.#running += 1;
    running.then(
      (outputs) => {
        this.#running -= 1;
        this.#settle(slot, outputs);
        this.#drain();
      },
      (error: unknown) => {
        this.#running -= 1;
        this.#fail(slot, error);
        this.#drain();
      },
    );
  }

  /** What is thrown before there is a promise is the node's failure too: nobody else would hear of it. */
  #begin(node: PlanNode): Promise<NodeOutputs | null> | undefined {
    try {
      return this.#work.begin(this.#frame, node);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #fail(slot: number, error: unknown): void {
    const node = this.#nodeAt(slot);
    let outputs: NodeOutputs | null;
    try {
      outputs = this.#work.recover(this.#frame, node, error);
    } catch (failure) {
      if (this.#failure !== undefined) return;
      this.#failure = { error: failure };
      this.#frame.fail(failure, this.#nameOf(node));
      return;
    }
    this.#settle(slot, outputs);
  }

  #settle(slot: number, outputs: NodeOutputs | null): void {
    this.#frame.outputs[slot] = outputs;
    this.#settled += 1;
    for (const target of this.#frame.scope.targets[slot] as number[]) {
      const left = (this.#waits[target] as number) - 1;
      if (left < 0) continue; // Taken early.
      this.#waits[target] = left;
      const isEarly = outputs !== null && this.#hasEager && isEager(this.#nodeAt(target)) && this.#freeEarly(target);
      if (left === 0 && !isEarly) this.#free.push(target);
    }
  }

  /** A merge that waits for one only: what it is given is fixed now, and what comes later is dropped. */
  #freeEarly(slot: number): boolean {
    const early = gatherEarly(this.#work.plan, this.#frame, this.#nodeAt(slot));
    if (early === undefined) return false;
    this.#frame.early ??= new Map();
    this.#frame.early.set(slot, early);
    this.#waits[slot] = taken;
    this.#free.push(slot);
    return true;
  }

  #nodeAt(slot: number): PlanNode {
    return this.#work.plan.nodes[this.#frame.scope.nodes[slot] as number] as PlanNode;
  }

  #nameOf(node: PlanNode): FailedStep {
    return { node, step: `${node.id}${this.#frame.suffix}` };
  }
}
