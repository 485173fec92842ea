// One pass over one scope (the top, or one round of a body), and what a node in it sees: its inputs from the edges, and
// what templates and expressions may name. Values are looked up, never copied ahead: most steps need none of it.

import type { JsonValue } from '../../../shared/model/json.ts';
import type { NodeOutputs, NodeScope } from '../nodes/define-node.ts';
import { mainOutput, type Plan, type PlanEdge, type PlanNode, type PlanScope } from './plan-types.ts';

export interface Frame {
  readonly scope: PlanScope;
  readonly parent: Frame | undefined;
  /** What is added to a node's id to name its step: `''`, `#3`, `#3.0`. */
  readonly suffix: string;
  /** What the port gives on which the body hangs. */
  readonly value: JsonValue;
  /** What expressions know as the item and its place: those of the innermost loop. */
  readonly item: JsonValue | undefined;
  readonly index: number | undefined;
  /** Told of each failure as it happens, while others still run: it ends the run, ends a region, or does nothing. */
  fail(error: unknown, at: FailedStep): void;
  /** Narrower than the run's, where an enclosing body may end before it. */
  readonly signal: AbortSignal | undefined;
  /** By slot: outputs, null when skipped, undefined while not settled. */
  readonly outputs: (NodeOutputs | null | undefined)[];
  /** By slot: what a merge that did not wait for all was given, and the nodes that it came from. */
  early?: Map<number, EarlyInputs>;
}

export interface FailedStep {
  node: PlanNode;
  step: string;
}

export interface EarlyInputs {
  inputs: Record<string, JsonValue>;
  from: string[];
}

export const topFrame = (scope: PlanScope, fail: Frame['fail']): Frame => ({
  scope,
  parent: undefined,
  suffix: '',
  value: null,
  item: undefined,
  index: undefined,
  fail,
  signal: undefined,
  outputs: new Array(scope.nodes.length),
});

export const roundSuffix = ({ suffix }: Frame, index: number): string => (suffix === '' ? `#${index}` : `${suffix}.${index}`);

/** The frame of one round of a node's body. `index` names its steps. */
export const bodyFrame = (
  frame: Frame,
  scope: PlanScope,
  index: number,
  particular: Pick<Frame, 'value' | 'fail' | 'signal'> & { item?: { value: JsonValue; index: number } },
): Frame => ({
  scope,
  parent: frame,
  suffix: roundSuffix(frame, index),
  value: particular.value,
  item: particular.item === undefined ? frame.item : particular.item.value,
  index: particular.item === undefined ? frame.index : particular.item.index,
  fail: particular.fail,
  signal: particular.signal,
  outputs: new Array(scope.nodes.length),
});

/** What came along an edge in this pass; undefined when it is dead. */
export function edgeValue(plan: Plan, frame: Frame, edge: PlanEdge): JsonValue | undefined {
  const at = frameOf(frame, edge.scope);
  if (at === undefined) return undefined;
  if (edge.isItem) return at.value;
  return at.outputs[(plan.nodes[edge.from] as PlanNode).slot]?.[edge.fromPort];
}

function frameOf(frame: Frame, scope: number): Frame | undefined {
  let at: Frame | undefined = frame;
  while (at !== undefined && at.scope.index !== scope) at = at.parent;
  return at;
}

/** The values by input port, or undefined when the node is to be skipped. */
export function gatherInputs(plan: Plan, frame: Frame, node: PlanNode): Record<string, JsonValue> | undefined {
  const inputs: Record<string, JsonValue> = {};
  if (node.inEdges.length === 0) return inputs;
  let live = 0;
  for (const index of node.inEdges) {
    const edge = plan.edges[index] as PlanEdge;
    const value = edgeValue(plan, frame, edge);
    if (value === undefined) continue;
    live += 1;
    if (!edge.isMany) inputs[edge.toPort] = value;
    else if (isSingle(plan, node, edge)) inputs[edge.toPort] = value;
    else {
      const list = inputs[edge.toPort];
      if (Array.isArray(list)) list.push(value);
      else inputs[edge.toPort] = [value];
    }
  }
  if (live === 0) return undefined;
  if (node.type.control === 'merge') return inputs;
  for (const port of node.type.inputs) if (port.required === true && inputs[port.name] === undefined) return undefined;
  return inputs;
}

/** What a merge that waits for one only is given now: the first in the order of the document, or all that is there. */
export function gatherEarly(plan: Plan, frame: Frame, node: PlanNode): EarlyInputs | undefined {
  const values: JsonValue[] = [];
  const from: string[] = [];
  for (const index of node.inEdges) {
    const edge = plan.edges[index] as PlanEdge;
    const value = edgeValue(plan, frame, edge);
    if (value === undefined) continue;
    values.push(value);
    from.push((plan.nodes[edge.from] as PlanNode).id);
    if (node.config.wait === 'first') break;
  }
  return values.length === 0 ? undefined : { inputs: { in: values }, from };
}

/** A port for several edges gives a list when it has several; a merge always gets a list. */
const isSingle = (plan: Plan, node: PlanNode, edge: PlanEdge): boolean =>
  node.type.control !== 'merge' && !node.inEdges.some((other) => other !== edge.index && plan.edges[other]?.toPort === edge.toPort);

export class StepScope implements NodeScope {
  readonly input: JsonValue;
  readonly inputs: Record<string, JsonValue>;
  readonly item?: JsonValue;
  readonly index?: number;
  readonly #plan: Plan;
  readonly #frame: Frame;
  readonly #node: PlanNode;
  readonly #variables: { readonly current: Record<string, JsonValue> };
  #steps: Record<string, JsonValue> | undefined;

  constructor(
    plan: Plan,
    frame: Frame,
    node: PlanNode,
    inputs: Record<string, JsonValue>,
    variables: { readonly current: Record<string, JsonValue> },
  ) {
    this.#plan = plan;
    this.#frame = frame;
    this.#node = node;
    this.inputs = inputs;
    this.#variables = variables;
    this.input = inputs.in ?? onlyValue(inputs);
    if (frame.item !== undefined) this.item = frame.item;
    if (frame.index !== undefined) this.index = frame.index;
  }

  get vars(): Record<string, JsonValue> {
    return this.#variables.current;
  }

  get steps(): Record<string, JsonValue> {
    this.#steps ??= this.#gather(ancestorsOf(this.#plan, this.#node));
    return this.#steps;
  }

  /** For an expression, which is sent elsewhere: only the steps that its text can mean. */
  stepsNamedIn(text: string): Record<string, JsonValue> {
    if (!text.includes('steps')) return {};
    // `$lookup(steps, vars.name)`, `steps.*` and the like can mean any of them.
    if (/\(\s*steps\b|\bsteps\s*(?:\[|\)|\.\s*\*|$|~>)/.test(text)) return this.steps;
    return this.#gather(ancestorsOf(this.#plan, this.#node).filter((node) => text.includes(node.id)));
  }

  #gather(nodes: readonly PlanNode[]): Record<string, JsonValue> {
    const steps: Record<string, JsonValue> = Object.create(null);
    for (const node of nodes) {
      const outputs = frameOf(this.#frame, node.scope)?.outputs[node.slot];
      const value = outputs === null || outputs === undefined ? undefined : mainOutput(node, outputs);
      if (value !== undefined) steps[node.id] = value;
    }
    return steps;
  }
}

const onlyValue = (inputs: Record<string, JsonValue>): JsonValue => {
  const ports = Object.keys(inputs);
  return ports.length === 1 ? (inputs[ports[0] as string] ?? null) : null;
};

const ancestorCache = new WeakMap<PlanNode, PlanNode[]>();

/** Every node before this one on its path. Looked up once for each node that asks. */
function ancestorsOf(plan: Plan, node: PlanNode): PlanNode[] {
  const known = ancestorCache.get(node);
  if (known !== undefined) return known;
  const seen = new Set<number>();
  const queue = [node];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const index of at.inEdges) {
      const from = (plan.edges[index] as PlanEdge).from;
      if (seen.has(from)) continue;
      seen.add(from);
      queue.push(plan.nodes[from] as PlanNode);
    }
  }
  const ancestors = [...seen].map((index) => plan.nodes[index] as PlanNode);
  ancestorCache.set(node, ancestors);
  return ancestors;
}
