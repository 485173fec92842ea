// One imported n8n node as one step of a run. Its items come from the records of the steps before it; it may run several
// times in one step, in the order in which n8n would have run it.

import { AppError } from '../../../../shared/errors.ts';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { NodeContext, NodeOutputs } from '../../nodes/define-node.ts';
import { executeNode } from './execute-node.ts';
import { behaviourOf } from './nodes/index.ts';
import { parseWorkflow } from './parse.ts';
import type { ReckonEnd } from './reckon.ts';
import { makePowers, type WorkflowDeps, zoneOf } from './run-workflow.ts';
import { nodeOf, readOthers, type StepConfig } from './step-config.ts';
import type { Item, N8nNode, N8nWorkflow, PairedItem, RunData, Source, TaskRun } from './types.ts';
import { isObject } from './values.ts';

type Context = NodeContext<StepConfig, 'scripts' | 'net' | 'clock'>;

/** A run of a node, and its place in n8n's order: by comparing lists, number by number. */
interface OrderedRun extends TaskRun {
  order: number[];
}
interface Arrival {
  index: number;
  order: number[];
  items: Item[];
  source: Source;
}
interface Entry {
  inputs: (Item[] | null)[];
  source: (Source | null)[];
  order: number[];
}

/** What a step keeps under `out` for those after it. */
export interface RunRecord {
  n8n: string;
  runs: OrderedRun[];
}

const last = Number.MAX_SAFE_INTEGER;

export async function runStep(context: Context): Promise<NodeOutputs> {
  const { config, scope } = context;
  const node = nodeOf(config);
  const records = new Map(config.inputs.map((input) => [input.node, recordOf(scope.steps[input.node], input.name, input.pinned)]));
  const entries = findEntries(config, node, records, scope.input);
  const runData = gatherRunData(config, records, scope.steps);
  const workflow = workflowOf(config, node);
  const deps = depsOf(context, config.others);
  const runs: OrderedRun[] = [];
  const memories = new Map<string, Record<string, unknown>>([[node.name, {}]]);
  runData.set(node.name, runs);
  for (const entry of entries) {
    context.signal.throwIfAborted();
    const timezone = zoneOf(workflow);
    const common = { node, workflow, source: entry.source, runIndex: runs.length, runData, timezone };
    const result = await executeNode({
      ...common,
      memory: memories.get(node.name) as Record<string, unknown>,
      inputs: entry.inputs,
      powers: (inputs) => makePowers(deps, { ...common, inputs, memories, now: deps.now() }, 0),
    });
    if (result.isFatal) throw failed(node.name, result.error?.message ?? '', result.error?.description);
    if (result.outputs !== null)
      runs.push({
        source: entry.source,
        outputs: result.outputs,
        order: entry.order,
        ...(result.error === undefined ? {} : { error: result.error }),
      });
  }
  return outputsOf(config, { n8n: node.name, runs });
}

export const failed = (name: string, message: string, description?: string): AppError =>
  new AppError('n8n-node-failed', `“${name}”: ${message}`, {
    hint: description?.slice(0, 500) ?? 'n8n would stop here with the same message.',
    details: { message },
  });

export function depsOf(context: NodeContext<unknown, 'scripts' | 'net' | 'clock'>, others: Record<string, JsonObject>): WorkflowDeps {
  const { use, signal, firstStartedAt } = context;
  // What was waited before a restart is not waited again.
  let waited = 0;
  return {
    script: (code, globals, options) => use.scripts.run(code, globals, options),
    request: (request) => use.net.request(request),
    reckon: async (work, powers) =>
      (await use.scripts.reckon(work, (name, given) => {
        if (name === 'code') return powers.code(...(given as Parameters<typeof powers.code>));
        if (name === 'sql') return powers.sql(...(given as Parameters<typeof powers.sql>));
        return powers.evaluate(...(given as Parameters<typeof powers.evaluate>));
      })) as ReckonEnd,
    sleep: async (ms) => {
      const passed = Math.max(0, use.clock.now() - firstStartedAt - waited);
      waited += ms;
      await use.clock.sleep(Math.min(ms, Math.max(0, ms - passed)));
    },
    now: () => use.clock.now(),
    signal,
    others: readOthers(others),
  };
}

function workflowOf(config: StepConfig, node: N8nNode): N8nWorkflow {
  const nodes = config.upstream.map(({ name, parameters }) => ({ name, type: 'n8n-nodes-base.noOp', parameters }) as JsonObject);
  const { workflow } = parseWorkflow({ ...config.workflow, nodes, connections: {} }, '');
  const pinned = config.pinned === undefined ? [] : [[node.name, pinnedItems(config.pinned)] as const];
  const branches = new Map(config.upstream.flatMap(({ name, branch }) => (branch === undefined ? [] : [[name, branch] as const])));
  const pinnedNames = new Set(config.upstream.filter(({ isPinned }) => isPinned === true).map(({ name }) => name));
  return { ...workflow, nodes: [...workflow.nodes, node], pinData: new Map(pinned), branches, pinnedNames };
}

/** Pinned items keep the links that they were recorded with. */
const pinnedItems = (pinned: readonly JsonValue[]): Item[] =>
  itemsOf([...pinned]).map((item, index) => {
    const given = pinned[index];
    const link = isObject(given) && isObject(given.json) ? given.pairedItem : undefined;
    return link === undefined || link === null ? item : { ...item, pairedItem: link as unknown as PairedItem };
  });

/** Items from whatever a step of ours gave: a list of items, a list of objects, one value. */
export function itemsOf(value: JsonValue | undefined): Item[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map((each) => {
    if (isObject(each) && isObject(each.json)) return { json: each.json, ...(isObject(each.binary) ? { binary: each.binary } : {}) };
    return { json: isObject(each) ? each : { data: each } };
  });
}

const isRecord = (value: JsonValue | undefined): value is JsonObject =>
  isObject(value) && typeof value.n8n === 'string' && Array.isArray(value.runs);

/** A trigger of ours is a node that ran once. */
function recordOf(value: JsonValue | undefined, name: string, pinned?: JsonValue[]): RunRecord | undefined {
  if (value === undefined) return undefined;
  if (isRecord(value)) return value as unknown as RunRecord;
  return {
    n8n: name,
    runs: [{ source: [], outputs: [pinned !== undefined && isByHand(value) ? itemsOf(pinned) : triggerItems(value)], order: [] }],
  };
}

const isByHand = (value: JsonValue): boolean => isObject(value) && 'startedAt' in value && 'inputs' in value;

/** What n8n's own trigger would give: a start by hand is one empty item, an answer of a webhook keeps its parts. */
export function triggerItems(value: JsonValue): Item[] {
  if (isByHand(value)) return [{ json: {} }];
  if (isObject(value) && 'dueAt' in value) return [{ json: { timestamp: value.dueAt ?? null } }];
  if (isObject(value) && 'method' in value && 'headers' in value)
    return [{ json: { headers: value.headers ?? {}, params: {}, query: value.query ?? {}, body: value.body ?? {} } }];
  if (Array.isArray(value) && value.length === 0) return [{ json: {} }];
  return itemsOf(value);
}

function gatherRunData(config: StepConfig, records: ReadonlyMap<string, RunRecord | undefined>, steps: Record<string, JsonValue>): RunData {
  const runData: RunData = new Map();
  for (const { name, node, pinned } of config.upstream) {
    const record = recordOf(steps[node], name, pinned);
    if (record !== undefined) runData.set(name, record.runs);
  }
  for (const input of config.inputs) {
    const record = records.get(input.node);
    if (record !== undefined) runData.set(input.name, record.runs);
  }
  return runData;
}

function findEntries(config: StepConfig, node: N8nNode, records: ReadonlyMap<string, RunRecord | undefined>, given: JsonValue): Entry[] {
  const arrivals: Arrival[] = config.inputs.flatMap((input) =>
    (records.get(input.node)?.runs ?? []).flatMap((run, at) => {
      const items = run.outputs[input.output] ?? [];
      if (items.length === 0) return [];
      const source = { previousNode: input.name, previousNodeOutput: input.output, previousNodeRun: at };
      return [{ index: input.index, order: [...run.order, input.order], items, source }];
    }),
  );
  // Connections that were drawn here, from steps that are no n8n nodes.
  const drawn = (Array.isArray(given) ? given : []).slice(liveInputs(config, records));
  for (const value of drawn) arrivals.push({ index: 0, order: [last], items: itemsOf(value), source: { previousNode: '' } });
  arrivals.sort((a, b) => compareOrder(a.order, b.order));
  const count = 1 + Math.max(0, ...config.inputs.map((input) => input.index));
  if (count > 1) return fillPlaces(node, arrivals, count);
  return arrivals.map(({ items, source, order }) => ({ inputs: [items], source: source.previousNode === '' ? [] : [source], order }));
}

/** How many of the values on the port come from known inputs: dead ones are not among them. */
const liveInputs = (config: StepConfig, records: ReadonlyMap<string, RunRecord | undefined>): number =>
  config.inputs.filter((input) => records.get(input.node)?.runs.some((run) => (run.outputs[input.output]?.length ?? 0) > 0) === true)
    .length;

export function compareOrder(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) if (a[at] !== b[at]) return (a[at] as number) - (b[at] as number);
  return a.length - b.length;
}

/** Several inputs: arrivals fill waiting places; what stays incomplete runs at the end if n8n would let it. */
function fillPlaces(node: N8nNode, arrivals: readonly Arrival[], count: number): Entry[] {
  const ready: Entry[] = [];
  const places: Entry[] = [];
  for (const { index, items, source, order } of arrivals) {
    let place = places.find((each) => each.inputs[index] === null);
    if (place === undefined) {
      place = { inputs: Array.from({ length: count }, () => null), source: Array.from({ length: count }, () => null), order };
      places.push(place);
    }
    place.inputs[index] = items;
    place.source[index] = source;
    place.order = order;
    if (place.inputs.includes(null)) continue;
    ready.push(place);
    places.splice(places.indexOf(place), 1);
  }
  const required = behaviourOf(node.type)?.requiredInputs?.(node.parameters, node.typeVersion);
  for (const [at, place] of places.entries()) {
    const filled = place.inputs.flatMap((items, index) => (items === null ? [] : [index]));
    const enough = Array.isArray(required)
      ? node.typeVersion >= 3 && required.every((index) => filled.includes(index))
      : required === undefined || filled.length >= required;
    if (enough) ready.push({ ...place, inputs: place.inputs.map((items) => items ?? []), order: [last, at] });
  }
  return ready;
}

/** Ports fire with the plain items of all runs; `out` keeps the whole record for the steps after it. */
function outputsOf(config: StepConfig, record: RunRecord): NodeOutputs {
  const fired: Record<string, unknown> = { out: record };
  for (const row of config.outputs) {
    const items = record.runs.flatMap((run) => run.outputs[row.output] ?? []);
    if (items.length > 0) fired[row.name] = items.map(plainItem);
  }
  return JSON.parse(JSON.stringify(fired)) as NodeOutputs;
}

export const plainItem = ({ json, binary }: Item): JsonObject => ({
  json,
  ...(binary === undefined || Object.keys(binary).length === 0 ? {} : { binary }),
});
