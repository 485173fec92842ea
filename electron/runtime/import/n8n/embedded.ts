// Which workflows of the same file a step takes along, because it calls them. A file that calls much from many places would grow
// without end, so all of it together has a most.

import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { shortType } from './nodes/index.ts';
import { toJson } from './step-config.ts';
import type { N8nNode, N8nWorkflow } from './types.ts';
import { isObject } from './values.ts';

/** What may still be taken along by all workflows of one file, in UTF-16 units of JSON. */
export interface Room {
  left: number;
  isShort: boolean;
}
export const newRoom = (): Room => ({ left: 3_500_000, isShort: false });

const json = new WeakMap<N8nWorkflow, { value: JsonObject; length: number }>();

function jsonOf(workflow: N8nWorkflow): { value: JsonObject; length: number } {
  const known = json.get(workflow);
  if (known !== undefined) return known;
  const value = toJson(workflow);
  const made = { value, length: JSON.stringify(value).length };
  json.set(workflow, made);
  return made;
}

const isCaller = (node: N8nNode): boolean => shortType(node.type) === 'executeWorkflow';

/** Undefined: only a run can tell. */
function calledBy({ parameters }: N8nNode): string | undefined {
  const id = parameters.workflowId;
  const value = isObject(id) ? id.value : id;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && !value.startsWith('=') ? value : undefined;
}

type Called = ReadonlyMap<string, N8nWorkflow>;
/** By the map of all: what one call leads to. */
const closures = new WeakMap<Called, Map<string, Called>>();

/** The workflow of this name and what it calls in turn; everything when something on the way can only be told by a run. */
function closureOf(others: Called, id: string): Called {
  const known = closures.get(others) ?? new Map<string, Called>();
  closures.set(others, known);
  const cached = known.get(id);
  if (cached !== undefined) return cached;
  const found = new Map<string, N8nWorkflow>();
  const queue = [id];
  let all: Called | undefined;
  for (let name = queue.pop(); name !== undefined && all === undefined; name = queue.pop()) {
    const workflow = others.get(name);
    if (workflow === undefined || found.has(name)) continue;
    found.set(name, workflow);
    for (const called of new Set(workflow.nodes.filter(isCaller).map(calledBy)))
      if (called === undefined) all = others;
      else queue.push(called);
  }
  const closure = all ?? found;
  known.set(id, closure);
  return closure;
}

/** Workflows that these nodes may call, and those that they call in turn, by id and by name. */
export function embedded(others: Called, nodes: readonly N8nNode[], room: Room): Record<string, JsonValue> {
  if (room.isShort) return {};
  const wanted = new Map<string, N8nWorkflow>();
  for (const id of new Set(nodes.filter(isCaller).map(calledBy)))
    for (const [name, workflow] of id === undefined ? others : closureOf(others, id)) wanted.set(name, workflow);
  for (const workflow of wanted.values()) room.left -= jsonOf(workflow).length;
  if (room.left >= 0) return Object.fromEntries([...wanted].map(([name, workflow]) => [name, jsonOf(workflow).value]));
  room.isShort = true;
  return {};
}
