// n8n's own order of execution: a stack of nodes, waiting places for nodes with several inputs, one run after the other.
// Order decides results (loops, runs, merges), so it is followed exactly; both of n8n's orders ("v1" and the older one).

import { executeNode, type NodeInput } from './execute-node.ts';
import { NodeFault, type NodePowersForN8n } from './node-run.ts';
import { behaviourOf } from './nodes/index.ts';
import type { Item, N8nNode, N8nWorkflow, RunData, Source, Target } from './types.ts';

interface Entry {
  node: N8nNode;
  inputs: (Item[] | null)[];
  source: (Source | null)[];
}
interface Waiting {
  inputs: (Item[] | null)[];
  source: (Source | null)[];
}

export interface ExecutionDeps {
  powers(
    request: Omit<NodeInput, 'powers' | 'inputs'> & { inputs: Item[][]; memories: ReadonlyMap<string, Record<string, unknown>> },
  ): NodePowersForN8n;
  signal: AbortSignal;
  timezone: string;
  onNode?: (name: string, done: number) => void;
}

export interface ExecutionResult {
  runData: RunData;
  lastNode: string | undefined;
  error?: { message: string; description?: string | undefined; node: string } | undefined;
}

/** A workflow that goes round and round does not do so for ever. */
const maxRuns = 100_000;

export class Execution {
  readonly #workflow: N8nWorkflow;
  readonly #deps: ExecutionDeps;
  readonly #byName: ReadonlyMap<string, N8nNode>;
  /** By name: sources by input. */
  readonly #incoming = new Map<string, { node: string; output: number }[][]>();
  readonly #stack: Entry[] = [];
  readonly #waiting = new Map<string, Map<number, Waiting>>();
  readonly #runData: RunData = new Map();
  readonly #memories = new Map<string, Record<string, unknown>>();
  readonly #isLegacy: boolean;
  #lastNode: string | undefined;

  constructor(workflow: N8nWorkflow, deps: ExecutionDeps) {
    this.#workflow = workflow;
    this.#deps = deps;
    this.#byName = new Map(workflow.nodes.map((node) => [node.name, node]));
    this.#isLegacy = workflow.settings.executionOrder !== 'v1';
    for (const [from, outputs] of workflow.connections)
      outputs.forEach((targets, output) => {
        for (const target of targets) {
          const inputs = this.#incoming.get(target.node) ?? [];
          this.#incoming.set(target.node, inputs);
          while (inputs.length <= target.index) inputs.push([]);
          inputs[target.index]?.push({ node: from, output });
        }
      });
  }

  async run(start: N8nNode, items: Item[]): Promise<ExecutionResult> {
    this.#stack.push({ node: start, inputs: [items], source: [] });
    let done = 0;
    for (let entry = this.#stack.shift(); entry !== undefined; entry = this.#stack.shift()) {
      this.#deps.signal.throwIfAborted();
      if (done >= maxRuns) throw new NodeFault(`It was stopped after ${maxRuns} nodes: the loop in it does not end.`);
      if (this.#isLegacy && this.#isIncomplete(entry)) {
        if (this.#stack.length === 0) break;
        this.#stack.push(entry);
        done += 1;
        continue;
      }
      done += 1;
      this.#deps.onNode?.(entry.node.name, done);
      const error = await this.#runEntry(entry);
      if (error !== undefined) return { runData: this.#runData, lastNode: entry.node.name, error };
    }
    return { runData: this.#runData, lastNode: this.#lastNode };
  }

  #isIncomplete(entry: Entry): boolean {
    const inputs = this.#incoming.get(entry.node.name) ?? [];
    return inputs.some((sources, index) => sources.length > 0 && (entry.inputs.length < index || entry.inputs[index] === null));
  }

  async #runEntry(entry: Entry): Promise<ExecutionResult['error']> {
    const { node } = entry;
    const runs = this.#runData.get(node.name) ?? [];
    const memory = this.#memories.get(node.name) ?? {};
    this.#memories.set(node.name, memory);
    const common = {
      node,
      workflow: this.#workflow,
      source: entry.source,
      runIndex: runs.length,
      runData: this.#runData,
      memory,
      timezone: this.#deps.timezone,
    };
    const result = await executeNode({
      ...common,
      inputs: entry.inputs,
      powers: (inputs) => this.#deps.powers({ ...common, inputs, memories: this.#memories }),
    });
    if (result.outputs === null && !result.isFatal) return undefined;
    this.#runData.set(node.name, runs);
    this.#lastNode = node.name;
    runs.push({ source: entry.source, outputs: result.outputs ?? [], ...(result.error === undefined ? {} : { error: result.error }) });
    if (result.isFatal) return { ...(result.error as { message: string }), node: node.name };
    this.#follow(node, result.outputs ?? [], runs.length - 1);
    if (this.#stack.length === 0) this.#wakeWaiting();
    return undefined;
  }

  #follow(node: N8nNode, outputs: (Item[] | null)[], run: number): void {
    const next: { target: Target; output: number; node: N8nNode }[] = [];
    (this.#workflow.connections.get(node.name) ?? []).forEach((targets, output) => {
      for (const target of targets) {
        const to = this.#byName.get(target.node);
        const items = outputs[output];
        if (to === undefined || items === null || items === undefined) continue;
        if (items.length > 0 || (target.index > 0 && this.#isLegacy)) next.push({ target, output, node: to });
      }
    });
    // From below to above: each is put before the ones that are there, so the uppermost goes first.
    if (!this.#isLegacy) next.sort((a, b) => b.node.position[1] - a.node.position[1] || (a.node.position[0] > b.node.position[0] ? -1 : 0));
    for (const each of next) this.#add(each.target, each.output, node.name, outputs, run);
  }

  #push(entry: Entry): void {
    if (this.#isLegacy) this.#stack.push(entry);
    else this.#stack.unshift(entry);
  }

  #add(target: Target, output: number, from: string, outputs: (Item[] | null)[], run: number): void {
    const node = this.#byName.get(target.node);
    if (node === undefined) return;
    const source: Source = { previousNode: from, previousNodeOutput: output, previousNodeRun: run };
    const count = this.#incoming.get(target.node)?.length ?? 0;
    if (count <= 1) {
      const inputs: (Item[] | null)[] = Array.from({ length: target.index + 1 }, () => null);
      inputs[target.index] = outputs[output] ?? null;
      this.#push({ node, inputs, source: [source] });
      return;
    }
    const wasWaiting = this.#waiting.has(target.node);
    const places = this.#waiting.get(target.node) ?? new Map<number, Waiting>();
    this.#waiting.set(target.node, places);
    const free = [...places].sort(([a], [b]) => a - b).find(([, place]) => !place.inputs[target.index])?.[0];
    const at = free ?? places.size;
    const place = places.get(at) ?? {
      inputs: Array.from({ length: count }, () => null),
      source: Array.from({ length: count }, () => null),
    };
    places.set(at, place);
    place.inputs[target.index] = outputs[output] ?? null;
    place.source[target.index] = source;
    if (!place.inputs.includes(null)) {
      this.#push({ node, ...place });
      places.delete(at);
      if (places.size === 0) this.#waiting.delete(target.node);
    } else if (!wasWaiting && this.#isLegacy) this.#forceInputs(target, output, from, outputs, run);
  }

  /** The older order runs what leads to a node's other inputs with an empty item when nothing would reach it otherwise. */
  #forceInputs(target: Target, output: number, from: string, outputs: (Item[] | null)[], run: number): void {
    const nexts = new Set((this.#workflow.connections.get(from) ?? []).flat().map((each) => each.node));
    for (const sources of this.#incoming.get(target.node) ?? [])
      for (const { node: name } of sources) {
        if (name === from) continue;
        const onStack = new Set(this.#stack.map((entry) => entry.node.name));
        if (nexts.has(name) && !this.#isInputEmpty(name, run)) continue;
        if (onStack.has(name) || this.#runData.has(name)) continue;
        const start = this.#highestMissing(name, nexts, onStack);
        if (start === undefined) continue;
        if (this.#parents(start).includes(from) && (outputs[output]?.length ?? 0) === 0) continue;
        const node = this.#byName.get(start);
        if (node === undefined || !(this.#incoming.get(start) === undefined || this.#isInputEmpty(start, run))) continue;
        this.#push({ node, inputs: [[{ json: {} }]], source: [{ previousNode: from, previousNodeOutput: output, previousNodeRun: run }] });
      }
  }

  #highestMissing(name: string, nexts: ReadonlySet<string>, onStack: ReadonlySet<string>): string | undefined {
    let start: string = name;
    for (const parent of [...this.#parents(name), name].reverse()) {
      if ((name !== parent && nexts.has(parent)) || onStack.has(parent)) return undefined;
      if (this.#runData.has(parent)) break;
      start = parent;
    }
    return start;
  }

  #isInputEmpty(name: string, run: number): boolean {
    return (this.#incoming.get(name)?.[0] ?? []).every(
      ({ node, output }) => (this.#runData.get(node)?.[run]?.outputs[output]?.length ?? 0) === 0,
    );
  }

  /** All nodes before it, the farthest first. */
  #parents(name: string): string[] {
    const found: string[] = [];
    // Ways through a graph multiply: after so many steps a node is looked behind only once.
    let left = 20_000;
    const visit = (at: string, path: ReadonlySet<string>): void => {
      for (const { node } of (this.#incoming.get(at) ?? []).flat()) {
        left -= 1;
        if (path.has(node) || (left < 0 && found.includes(node))) continue;
        const before = found.indexOf(node);
        if (before !== -1) found.splice(before, 1);
        found.unshift(node);
        if (found.length < 2000) visit(node, new Set([...path, node]));
      }
    };
    visit(name, new Set([name]));
    return found;
  }

  /** When nothing else is left: nodes that have enough of their inputs run with what is there. */
  #wakeWaiting(): void {
    let names = [...this.#waiting.keys()];
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at] as string;
      const node = this.#byName.get(name);
      const places = this.#waiting.get(name);
      if (node === undefined || places === undefined) continue;
      const first = Math.min(...places.keys());
      const place = places.get(first) as Waiting;
      if (!this.#isEnough(node, place)) continue;
      const parents = new Set(this.#parents(name));
      if (names.some((other) => parents.has(other))) continue;
      places.delete(first);
      if (places.size === 0) this.#waiting.delete(name);
      const inputs = place.inputs.map((items) => items ?? []);
      if (inputs.some((items) => items.length > 0)) {
        this.#stack.push({ node, inputs, source: place.source });
        return;
      }
      names = [...this.#waiting.keys()];
      at = -1;
    }
  }

  #isEnough(node: N8nNode, place: Waiting): boolean {
    if (this.#isLegacy) return true;
    const behaviour = behaviourOf(node.type);
    const required = behaviour?.requiredInputs?.(node.parameters, node.typeVersion);
    if (required === undefined) return true;
    const filled = place.inputs.flatMap((items, index) => (items === null ? [] : [index]));
    if (Array.isArray(required)) {
      // Two fixed inputs that are both required: it never runs with less.
      if (node.typeVersion < 3 && required.length === 2) return false;
      return required.every((index) => filled.includes(index));
    }
    return filled.length >= required;
  }
}
