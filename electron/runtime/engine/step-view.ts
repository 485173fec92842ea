// What one step of a run was given and what it gave, worked out from the journal and the graph as it was. Pure.

import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { NodeOutputs } from '../nodes/define-node.ts';
import type { Journal } from './journal.ts';
import { type Plan, type PlanEdge, type PlanNode, quoted } from './plan-types.ts';

export interface StepValues {
  inputs: Record<string, JsonValue>;
  outputs?: Record<string, JsonValue>;
}

/** Throws `step-not-found`. */
export function readStep(plan: Plan | undefined, journal: Journal, step: string): StepValues {
  const [id = '', path = ''] = step.split('#');
  const node = plan?.nodes.find((each) => each.id === id);
  const outputs = journal.steps.get(step)?.outputs;
  if (plan === undefined || node === undefined) {
    // A step below another one, such as an agent's tool call: only what it gave is known.
    if (journal.steps.has(step)) return { inputs: {}, ...(outputs === undefined ? {} : { outputs }) };
    throw new AppError('step-not-found', `This run has no step ${quoted(step)}.`, { hint: 'Reload the run.' });
  }
  const at = path === '' ? [] : path.split('.').map(Number);
  const inputs: Record<string, JsonValue> = {};
  for (const index of node.inEdges) {
    const edge = plan.edges[index] as PlanEdge;
    const value = valueAlong(plan, journal, edge, at);
    if (value === undefined) continue;
    const others = node.inEdges.filter((other) => plan.edges[other]?.toPort === edge.toPort).length;
    const list = inputs[edge.toPort];
    if (!edge.isMany || (others === 1 && node.type.control !== 'merge')) inputs[edge.toPort] = value;
    else if (Array.isArray(list)) list.push(value);
    else inputs[edge.toPort] = [value];
  }
  return { inputs, ...(outputs === undefined ? {} : { outputs }) };
}

/** `at` is the place in the enclosing loops of the step that asks; what feeds it stands in the same or in outer ones. */
function valueAlong(plan: Plan, journal: Journal, edge: PlanEdge, at: readonly number[]): JsonValue | undefined {
  const from = plan.nodes[edge.from] as PlanNode;
  const depth = plan.scopes[edge.scope]?.depth ?? 0;
  if (!edge.isItem) return outputsOf(journal, from, at.slice(0, depth))?.[edge.fromPort];
  // The item itself is not kept: it is the element of what the loop was given.
  const list = from.inEdges
    .map((index) => plan.edges[index] as PlanEdge)
    .filter((each) => each.toPort === 'in')
    .map((each) => valueAlong(plan, journal, each, at.slice(0, depth - 1)))[0];
  return Array.isArray(list) ? list[at[depth - 1] ?? 0] : undefined;
}

function outputsOf(journal: Journal, node: PlanNode, at: readonly number[]): NodeOutputs | undefined {
  const record = journal.steps.get(at.length === 0 ? node.id : `${node.id}#${at.join('.')}`);
  if (record?.outputs !== undefined) return record.outputs;
  const error = record?.failure?.retryAt === undefined ? record?.failure?.error : undefined;
  if (error === undefined || node.node.onError !== 'continue') return undefined;
  return { error: { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) } };
}
