// What one step of a run was given and what it gave, worked out from the journal and the graph as it was. Values that lie in
// the store are read only as far as they are asked for and small enough together.

import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { LargeValue } from '../../../shared/model/run.ts';
import type { NodeOutputs } from '../nodes/define-node.ts';
import type { StepDetails } from '../services.ts';
import type { Journal } from './journal.ts';
import { type ReadLarge, readValue } from './past/large.ts';
import { type Plan, type PlanEdge, type PlanNode, quoted } from './plan-types.ts';

/** Large values up to this many bytes together come along whole; the rest is named and previewed. */
const wholeBytes = 1_000_000;

export type StepValues = Pick<StepDetails, 'inputs' | 'outputs' | 'large' | 'largeInputs'>;
/** A value, or where it lies. */
type Found = { value: JsonValue } | { large: LargeValue };

/** Throws `step-not-found`, `large-value-missing`. */
export async function readStep(plan: Plan | undefined, journal: Journal, step: string, read: ReadLarge): Promise<StepValues> {
  const budget = { left: wholeBytes };
  const record = journal.steps.get(step);
  const gave = record?.outputs === undefined ? {} : await gaveOf(record.outputs, record.large ?? {}, budget, read);
  const [id = '', path = ''] = step.split('#');
  const node = plan?.nodes.find((each) => each.id === id);
  if (plan === undefined || node === undefined) {
    // A step below another one, such as an agent's tool call: only what it gave is known.
    if (record !== undefined) return { inputs: {}, ...gave };
    throw new AppError('step-not-found', `This run has no step ${quoted(step)}.`, { hint: 'Reload the run.' });
  }
  const at = path === '' ? [] : path.split('.').map(Number);
  const inputs: Record<string, JsonValue> = {};
  const largeInputs: Record<string, LargeValue> = {};
  for (const index of node.inEdges) {
    const edge = plan.edges[index] as PlanEdge;
    const found = await valueAlong({ plan, journal, read }, edge, at);
    if (found === undefined) continue;
    const others = node.inEdges.filter((other) => plan.edges[other]?.toPort === edge.toPort).length;
    const isSingle = !edge.isMany || (others === 1 && node.type.control !== 'merge');
    if ('large' in found && found.large.bytes > budget.left) {
      // Of a list of values only the first one that is too large can be named.
      largeInputs[edge.toPort] ??= found.large;
      continue;
    }
    if ('large' in found) budget.left -= found.large.bytes;
    const value = 'large' in found ? await readValue(found.large.hash, read) : found.value;
    const list = inputs[edge.toPort];
    if (isSingle) inputs[edge.toPort] = value;
    else if (Array.isArray(list)) list.push(value);
    else inputs[edge.toPort] = [value];
  }
  return { inputs, ...(Object.keys(largeInputs).length === 0 ? {} : { largeInputs }), ...gave };
}

async function gaveOf(
  small: Record<string, JsonValue>,
  kept: Record<string, LargeValue>,
  budget: { left: number },
  read: ReadLarge,
): Promise<Pick<StepValues, 'outputs' | 'large'>> {
  const outputs = { ...small };
  const large: Record<string, LargeValue> = {};
  for (const [port, value] of Object.entries(kept)) {
    if (value.bytes > budget.left) {
      large[port] = value;
      continue;
    }
    budget.left -= value.bytes;
    outputs[port] = await readValue(value.hash, read);
  }
  return { outputs, ...(Object.keys(large).length === 0 ? {} : { large }) };
}

interface Reading {
  plan: Plan;
  journal: Journal;
  read: ReadLarge;
}

/** `at` is the place in the enclosing bodies of the step that asks; what feeds it stands in the same or in outer ones. */
async function valueAlong(reading: Reading, edge: PlanEdge, at: readonly number[]): Promise<Found | undefined> {
  const { plan, journal, read } = reading;
  const from = plan.nodes[edge.from] as PlanNode;
  const depth = plan.scopes[edge.scope]?.depth ?? 0;
  if (!edge.isItem) return outputOf(journal, from, at.slice(0, depth), edge.fromPort);
  const given = await givenTo(reading, from, at.slice(0, depth - 1));
  if (from.type.control === 'loop') {
    // The item itself is not kept: it is the element of what the loop was given.
    const list = given === undefined ? undefined : 'large' in given ? await readValue(given.large.hash, read) : given.value;
    const item = Array.isArray(list) ? list[at[depth - 1] ?? 0] : undefined;
    return item === undefined ? undefined : { value: item };
  }
  if (from.type.control === 'clean-up') return outputOf(journal, from, [], edge.fromPort);
  // Each round of a try begins with the same.
  const round = from.type.control === 'try' ? 0 : (at[depth - 1] ?? 0);
  return round === 0 ? given : resultOfRound(reading, from, [...at.slice(0, depth - 1), round - 1]);
}

/** What a node that has a body was given on its first input. */
async function givenTo(reading: Reading, node: PlanNode, at: readonly number[]): Promise<Found | undefined> {
  for (const index of node.inEdges) {
    const edge = reading.plan.edges[index] as PlanEdge;
    if (edge.toPort === 'in') return valueAlong(reading, edge, at);
  }
  return undefined;
}

/** What one round of a repeat gave: the main output of the last node of its body on which nothing hangs. */
function resultOfRound({ plan, journal }: Reading, owner: PlanNode, at: readonly number[]): Found | undefined {
  const body = plan.scopes[plan.bodies.get(owner.index) ?? -1];
  if (body === undefined) return undefined;
  for (let slot = body.nodes.length - 1; slot >= 0; slot -= 1) {
    if ((body.targets[slot] as number[]).length > 0) continue;
    const node = plan.nodes[body.nodes[slot] as number] as PlanNode;
    for (const port of ['out', ...node.outputs.map((each) => each.name).filter((name) => name !== 'error')]) {
      const found = outputOf(journal, node, at, port);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function outputOf(journal: Journal, node: PlanNode, at: readonly number[], port: string): Found | undefined {
  const record = journal.steps.get(at.length === 0 ? node.id : `${node.id}#${at.join('.')}`);
  const large = record?.large?.[port];
  if (large !== undefined) return { large };
  const value = (record?.outputs ?? failureOutputs(record?.failure, node))?.[port];
  return value === undefined ? undefined : { value };
}

function failureOutputs(
  failure: { error: { code: string; message: string; hint?: string | undefined }; retryAt?: number | undefined } | undefined,
  node: PlanNode,
): NodeOutputs | undefined {
  const error = failure?.retryAt === undefined ? failure?.error : undefined;
  if (error === undefined || node.node.onError !== 'continue') return undefined;
  return { error: { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) } };
}
