// Reads n8n's workflow JSON leniently: whatever is wrong is left out or given n8n's default, and named. Never throws.

import { type JsonObject, type JsonValue, poisonKeys } from '../../../../shared/model/json.ts';
import type { Item, N8nNode, N8nWorkflow, Target } from './types.ts';
import { isObject } from './values.ts';

export interface Parsed {
  workflow: N8nWorkflow;
  /** What was wrong with the file, in words. */
  faults: string[];
}

const text = (value: unknown, fallback = ''): string => (typeof value === 'string' ? value : fallback);

/** An n8n workflow, as far as it can be told from other JSON. */
export const looksLikeN8n = (value: unknown): value is JsonObject =>
  isObject(value) &&
  Array.isArray(value.nodes) &&
  value.last_node_id === undefined &&
  (isObject(value.connections) || (value.nodes.length > 0 && value.nodes.some((node) => isN8nNode(node))));

const isN8nNode = (node: unknown): boolean =>
  isObject(node) && typeof node.type === 'string' && (isObject(node.parameters) || /^(?:n8n-nodes-|@n8n\/)/.test(node.type));

export function parseWorkflow(source: JsonObject, fallbackName: string): Parsed {
  const faults: string[] = [];
  const nodes = readNodes(Array.isArray(source.nodes) ? source.nodes : [], faults);
  const names = new Set(nodes.map((node) => node.name));
  const connections = new Map<string, Target[][]>();
  const otherConnections: N8nWorkflow['otherConnections'] = new Map();
  if (isObject(source.connections))
    for (const [from, byType] of Object.entries(source.connections))
      readConnections(from, byType, names, connections, otherConnections, faults);
  return {
    workflow: {
      id: text(source.id),
      name: text(source.name).trim() || fallbackName,
      nodes,
      connections,
      otherConnections,
      settings: isObject(source.settings) ? source.settings : {},
      pinData: readPins(source.pinData),
    },
    faults,
  };
}

function readNodes(given: JsonValue[], faults: string[]): N8nNode[] {
  const nodes: N8nNode[] = [];
  const names = new Set<string>();
  const copies = new Map<string, number>();
  given.forEach((each, index) => {
    if (!isObject(each) || typeof each.type !== 'string') {
      faults.push(`Entry ${index + 1} of “nodes” is not a node.`);
      return;
    }
    const asked = text(each.name).trim() || `Node ${index + 1}`;
    let name = asked;
    while (names.has(name) || poisonKeys.has(name)) {
      const count = (copies.get(asked) ?? 1) + 1;
      copies.set(asked, count);
      name = `${asked} (${count})`;
    }
    if (name !== asked) faults.push(`Two nodes are named “${asked}”; one is now “${name}”.`);
    names.add(name);
    nodes.push(readNode(each, name));
  });
  return nodes;
}

function readNode(each: JsonObject, name: string): N8nNode {
  const position = Array.isArray(each.position) ? each.position : isObject(each.position) ? [each.position.x, each.position.y] : [];
  const at = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? Math.max(-1e6, Math.min(1e6, value)) : 0);
  const onError = text(each.onError);
  const isFlag = (value: unknown): boolean => value === true;
  return {
    id: text(each.id, name),
    name,
    type: text(each.type),
    typeVersion: Number.isFinite(Number(each.typeVersion ?? Number.NaN)) ? Number(each.typeVersion) : 1,
    position: [at(position[0]), at(position[1])],
    parameters: isObject(each.parameters) ? each.parameters : {},
    disabled: isFlag(each.disabled),
    executeOnce: isFlag(each.executeOnce),
    alwaysOutputData: isFlag(each.alwaysOutputData),
    retryOnFail: isFlag(each.retryOnFail),
    maxTries: typeof each.maxTries === 'number' ? each.maxTries : 3,
    waitBetweenTries: typeof each.waitBetweenTries === 'number' ? each.waitBetweenTries : 1000,
    onError:
      onError === 'continueRegularOutput' || onError === 'continueErrorOutput'
        ? onError
        : each.continueOnFail === true
          ? 'continueRegularOutput'
          : 'stopWorkflow',
    continueOnFail: isFlag(each.continueOnFail),
    hasWebhook: typeof each.hasWebhook === 'boolean' ? each.hasWebhook : undefined,
    credentials: isObject(each.credentials)
      ? Object.entries(each.credentials).map(([kind, value]) => ({
          kind,
          name: isObject(value) ? text(value.name, kind) : text(value, kind),
        }))
      : [],
    notes: text(each.notes),
  };
}

function readConnections(
  from: string,
  byType: JsonValue,
  names: ReadonlySet<string>,
  connections: Map<string, Target[][]>,
  others: N8nWorkflow['otherConnections'],
  faults: string[],
): void {
  if (!isObject(byType)) return;
  if (!names.has(from)) {
    faults.push(`A connection begins at “${from}”, which is not there.`);
    return;
  }
  for (const [type, outputs] of Object.entries(byType)) {
    if (!Array.isArray(outputs)) continue;
    const lists = outputs.map((targets) =>
      (Array.isArray(targets) ? targets : []).flatMap((target) => readTarget(target, from, names, faults)),
    );
    if (type === 'main') connections.set(from, lists);
    else {
      const list = others.get(from) ?? [];
      others.set(from, list);
      for (const { node } of lists.flat()) list.push({ type, node });
    }
  }
}

function readTarget(target: JsonValue, from: string, names: ReadonlySet<string>, faults: string[]): Target[] {
  if (!isObject(target) || typeof target.node !== 'string') return [];
  if (!names.has(target.node)) {
    faults.push(`A connection of “${from}” leads to “${target.node}”, which is not there.`);
    return [];
  }
  const index =
    typeof target.index === 'number' && Number.isInteger(target.index) && target.index >= 0 && target.index < 100 ? target.index : 0;
  return [{ node: target.node, index }];
}

function readPins(given: unknown): Map<string, Item[]> {
  const pins = new Map<string, Item[]>();
  if (!isObject(given)) return pins;
  for (const [name, items] of Object.entries(given))
    if (Array.isArray(items))
      pins.set(
        name,
        items
          .filter(isObject)
          .map((item): Item => (isObject(item.json) ? ({ ...item, json: item.json } as unknown as Item) : { json: item })),
      );
  return pins;
}
