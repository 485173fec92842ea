// Runs one n8n node once: disabled and pinned nodes, once-only input, retries, what becomes of an error, links between items.

import type { JsonObject } from '../../../../shared/model/json.ts';
import { type Behaviour, expressionsIn, messageOf, NodeFault, type NodePowersForN8n, type NodeWork } from './node-run.ts';
import { behaviourOf } from './nodes/index.ts';
import { onlyReckons, runOf, runTold } from './reckon.ts';
import type { Item, N8nNode, N8nWorkflow, Paired, PairedItem, RunData, Source } from './types.ts';
import { get } from './values.ts';

export interface NodeInput {
  node: N8nNode;
  workflow: N8nWorkflow;
  inputs: (Item[] | null)[];
  source: (Source | null)[];
  runIndex: number;
  runData: RunData;
  memory: Record<string, unknown>;
  timezone: string;
  /** Bound to this node and run. */
  powers(inputs: Item[][]): NodePowersForN8n;
}

export interface NodeResult {
  /** Null: nothing happened, and nothing is recorded. */
  outputs: (Item[] | null)[] | null;
  error?: { message: string; description?: string | undefined };
  /** The workflow stops here. */
  isFatal: boolean;
}

export const outputCount = (node: N8nNode): number => {
  const outputs = behaviourOf(node.type)?.outputs;
  return typeof outputs === 'function' ? outputs(node.parameters, node.typeVersion) : (outputs ?? 1);
};

/** Every item linked to its own place, before the node sees it. */
export const withLineage = (inputs: (Item[] | null)[]): (Item[] | null)[] =>
  inputs.map(
    (items, input) => items?.map((item, index) => ({ ...item, pairedItem: { item: index, ...(input > 0 ? { input } : {}) } })) ?? null,
  );

const firstPaired = (paired: PairedItem | undefined): Paired | undefined => {
  if (paired === undefined || typeof paired === 'number') return undefined;
  return Array.isArray(paired) ? firstPaired(paired[0]) : paired;
};

export async function executeNode(given: NodeInput): Promise<NodeResult> {
  const { node } = given;
  const inputs = withLineage(given.inputs);
  const tries = node.retryOnFail ? Math.min(5, Math.max(2, node.maxTries || 3)) : 1;
  let failure: NodeResult['error'];
  let outputs: (Item[] | null)[] | null = null;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    try {
      if (attempt > 0) await given.powers([]).sleep(Math.min(5000, Math.max(0, node.waitBetweenTries || 1000)));
      failure = undefined;
      outputs = await attemptNode(given, inputs, attempt + 1 < tries);
      if (outputs === null && !node.alwaysOutputData) return { outputs: null, isFatal: false };
      break;
    } catch (error) {
      // Faults of the host (cancelled, time over) are not n8n's to handle.
      if (isOurs(error)) throw error;
      failure = { message: messageOf(error), description: error instanceof NodeFault ? error.description : undefined };
    }
  }
  if (failure !== undefined) {
    if (node.onError === 'stopWorkflow') return { outputs: null, error: failure, isFatal: true };
    outputs = inputs[0] === null || inputs[0] === undefined ? outputs : [inputs[0]];
  } else if (outputs?.[0]?.[0] === undefined && node.alwaysOutputData) {
    outputs ??= [];
    outputs[0] = [{ json: {}, pairedItem: inputs.flatMap((items, input) => (items ?? []).map((_, item) => ({ item, input }))) }];
  }
  // n8n itself stumbles over an item without data, whatever the node does with errors.
  if (outputs?.some((items) => items?.some((item) => item.json === null)))
    return { outputs: null, error: { message: "Cannot read properties of null (reading '$error')" }, isFatal: true };
  markErrors(outputs ?? []);
  return { outputs, ...(failure === undefined ? {} : { error: failure }), isFatal: false };
}

/** An AppError that is about the run, not about the workflow's own doing. */
const isOurs = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['cancelled', 'step-timeout', 'deadline-passed'].includes(String((error as { code: unknown }).code));

async function attemptNode(given: NodeInput, inputs: (Item[] | null)[], isTriedAgain: boolean): Promise<(Item[] | null)[] | null> {
  const { node, workflow } = given;
  const pinned = node.disabled ? undefined : workflow.pinData.get(node.name);
  if (pinned !== undefined) return link([pinned.map((item) => ({ ...item }))], inputs);
  if (node.disabled) return inputs[0] === null || inputs[0] === undefined ? null : link([inputs[0]], inputs);
  if (!inputs.some((items) => items !== null && items.length > 0)) return null;
  const behaviour = behaviourOf(node.type);
  if (behaviour === undefined) throw new NodeFault(`“${node.name}” is a ${node.type} node, which cannot run here.`);
  const limited = node.executeOnce ? inputs.map((items) => items?.slice(0, 1) ?? null) : inputs;
  let outputs = await runBehaviour(given, behaviour, limited);
  // An error that is data after the last try goes on as data.
  if (isTriedAgain && isFailed(outputs)) throw new NodeFault(String(get(outputs?.[0]?.[0]?.json, 'error')));
  if (outputs !== null && node.onError === 'continueErrorOutput') outputs = splitErrors(given, outputs);
  return outputs === null ? null : link(outputs, inputs);
}

const isFailed = (outputs: (Item[] | null)[] | null): boolean => {
  const error = outputs?.[0]?.[0]?.json.error;
  return error !== undefined && error !== null && error !== false;
};

async function runBehaviour(given: NodeInput, behaviour: Behaviour, inputs: (Item[] | null)[]): Promise<(Item[] | null)[] | null> {
  const { node, workflow } = given;
  const lists = inputs.map((items) => items ?? []);
  const main = lists[0] ?? [];
  const seen = given.powers(lists);
  // Expressions see all that came, also where the node runs for the first item only.
  const all = node.executeOnce ? given.powers(given.inputs.map((items) => items ?? [])) : seen;
  const powers: NodePowersForN8n = { ...seen, evaluate: (...asked) => all.evaluate(...asked) };
  const skip = new Set(behaviour.rawParameters);
  const expressions = expressionsIn(node.parameters, skip);
  const count = behaviour.firstItemOnly === true ? 1 : Math.max(1, main.length);
  const indexes = Array.from({ length: count }, (_, index) => index);
  const rows = await powers.evaluate(expressions, indexes);
  const work: NodeWork = { node, inputs: lists, expressions, rows, timezone: given.timezone, now: powers.now() };
  // What a node evaluates in the middle of its work (a template, a query) sees all too; its code sees what it may take.
  const { reckon } = behaviour.rawParameters?.some((name) => name === 'html' || name === 'query') ? all : seen;
  if (reckon !== undefined && onlyReckons(node.type)) return reckon(work);
  return runTold(behaviour, runOf(work, powers, { workflow, source: given.source, memory: given.memory }), rows);
}

/** Items that carry an error go out of the last output, with what the item was before. */
function splitErrors(given: NodeInput, outputs: (Item[] | null)[]): (Item[] | null)[] {
  const count = outputCount(given.node);
  const failed: Item[] = [];
  const split: (Item[] | null)[] = [...outputs];
  for (let at = 0; at < count; at += 1) {
    split[at] = (outputs[at] ?? []).filter((item) => {
      const keys = Object.keys(item.json);
      const error =
        item.error ?? (item.json.error && keys.every((key) => ['error', 'message', 'details'].includes(key)) ? item.json.error : undefined);
      if (!error) return true;
      failed.push({ ...item, json: { ...before(given, item), ...item.json } });
      return false;
    });
  }
  split[count] = failed;
  return split;
}

function before(given: NodeInput, item: Item): JsonObject {
  const paired = typeof item.pairedItem === 'number' ? undefined : firstPaired(item.pairedItem);
  const source = paired === undefined ? undefined : given.source[paired.input ?? 0];
  if (paired === undefined || source === null || source === undefined) return {};
  return (
    given.runData.get(source.previousNode)?.[source.previousNodeRun ?? 0]?.outputs[source.previousNodeOutput ?? 0]?.[paired.item]?.json ??
    {}
  );
}

/** Items that say nothing of where they came from, where it is plain. */
function link(outputs: (Item[] | null)[], inputs: (Item[] | null)[]): (Item[] | null)[] {
  const only = inputs.length === 1 ? (inputs[0]?.length ?? 0) : 0;
  const sameCount = outputs.length === 1 && inputs.length === 1 && only === outputs[0]?.length;
  const toOne = outputs.length === 1 && outputs[0]?.length === 1 && only > 1;
  const made = outputs.map((items) => items?.map((item) => ({ ...item })) ?? null);
  for (const items of made)
    for (const [index, item] of (items ?? []).entries()) {
      if (item.pairedItem !== undefined) continue;
      if (only === 1) item.pairedItem = { item: 0 };
      else if (sameCount) item.pairedItem = { item: index };
      else if (toOne) item.pairedItem = { item: 0 };
      else return made;
    }
  return made;
}

function markErrors(outputs: (Item[] | null)[]): void {
  for (const items of outputs)
    for (const item of items ?? []) {
      const $error = item.json.$error;
      if ($error !== undefined && item.json.$json !== undefined) item.json = { error: get($error, 'message') ?? null };
      else if (item.error !== undefined) item.json = { error: get(item.error, 'message') ?? null };
    }
}
