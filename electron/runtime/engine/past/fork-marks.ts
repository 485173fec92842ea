// Which steps of a recorded run have to be done again when one of them changes: it, what follows from it, the bodies' owners
// around it and what follows from those. Pure, over a plan.

import { bodyPort, type Plan, type PlanEdge, type PlanNode, type PlanScope } from '../plan-types.ts';

/** A step of the graph, taken apart: `cell#3.0` is node `cell` in round 0 of the body in round 3 of the outer one. */
export interface StepPlace {
  node: string;
  path: number[];
}

export function placeOf(step: string): StepPlace {
  const [node = '', path = ''] = step.split('#');
  return { node, path: path === '' ? [] : path.split('.').map(Number) };
}

interface Mark {
  nodes: ReadonlySet<number>;
  /** The rounds it holds for: all that begin so. */
  prefix: readonly number[];
  /** Only rounds after this one, at the place behind the prefix. */
  after?: number;
}

export class ForkMarks {
  readonly #plan: Plan;
  readonly #byId: ReadonlyMap<string, PlanNode>;
  readonly #marks: Mark[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#byId = new Map(plan.nodes.map((node) => [node.id, node]));
    // What cleans up belongs to the end of a run, and this one has its own.
    for (const node of plan.nodes) if (node.type.control === 'clean-up') this.#put(this.#reach(node, true), []);
  }

  node(id: string): PlanNode | undefined {
    return this.#byId.get(id);
  }

  depth(node: PlanNode): number {
    return this.#plan.scopes[node.scope]?.depth ?? 0;
  }

  /** The node in whose body it stands. */
  ownerOf(node: PlanNode): PlanNode | undefined {
    const loop = this.#plan.scopes[node.scope]?.loop ?? -1;
    return this.#plan.nodes[loop];
  }

  /** `isKept`: the step itself stands (its outputs were replaced), what follows does not. */
  mark(node: PlanNode, path: readonly number[], isKept = false): void {
    const reached = this.#reach(node, !isKept);
    if (isKept) reached.delete(node.index);
    this.#put(reached, path);
    this.#markOwners(node, path);
  }

  isMarked({ node: id, path }: StepPlace): boolean {
    const node = this.#byId.get(id);
    if (node === undefined || path.length !== this.depth(node)) return true;
    return this.#marks.some(
      ({ nodes, prefix, after }) =>
        nodes.has(node.index) &&
        prefix.every((round, level) => path[level] === round) &&
        (after === undefined || (path[prefix.length] ?? -1) > after),
    );
  }

  /** Who reads a variable that is set again is done again too, wherever it stands. */
  markReaders(): void {
    const setters = this.#plan.nodes.filter((node) => node.type.kind === 'flow.set-variable');
    const seen = new Set<PlanNode>();
    for (let isMore = setters.length > 0; isMore; ) {
      isMore = false;
      for (const setter of setters) {
        if (seen.has(setter) || !this.#marks.some((mark) => mark.nodes.has(setter.index))) continue;
        seen.add(setter);
        isMore = true;
        const name = String(setter.config.name);
        for (const node of this.#plan.nodes)
          if (node !== setter && new RegExp(`\\b${name}\\b`).test(JSON.stringify(node.config))) this.mark(node, []);
      }
    }
  }

  #markOwners(node: PlanNode, path: readonly number[]): void {
    const scope = this.#plan.scopes[node.scope] as PlanScope;
    if (scope.loop < 0) return;
    const owner = this.#plan.nodes[scope.loop] as PlanNode;
    const outer = path.slice(0, this.depth(owner));
    this.#put(this.#reach(owner, false), outer);
    if (owner.type.control === 'repeat') {
      // Each round is given what the one before it gave.
      const round = path[this.depth(owner)];
      this.#put(this.#body(owner), outer, round);
    }
    this.#markOwners(owner, outer);
  }

  #put(nodes: ReadonlySet<number>, prefix: readonly number[], after?: number): void {
    this.#marks.push({ nodes, prefix, ...(after === undefined ? {} : { after }) });
  }

  /** The node and all that hangs on it; its own body only `withBody`. */
  #reach(node: PlanNode, withBody: boolean): Set<number> {
    const seen = new Set([node.index]);
    const queue = [node];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const index of at.outEdges) {
        const edge = this.#plan.edges[index] as PlanEdge;
        if (seen.has(edge.to) || (!withBody && at === node && edge.isItem)) continue;
        seen.add(edge.to);
        queue.push(this.#plan.nodes[edge.to] as PlanNode);
      }
    }
    return seen;
  }

  #body(owner: PlanNode): Set<number> {
    const nodes = new Set<number>();
    const queue = owner.outEdges.filter((index) => this.#plan.edges[index]?.fromPort === bodyPort(owner.type));
    for (const index of queue)
      for (const node of this.#reach(this.#plan.nodes[(this.#plan.edges[index] as PlanEdge).to] as PlanNode, true)) nodes.add(node);
    return nodes;
  }
}
