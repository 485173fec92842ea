// An n8n workflow as one of ours. Where lists of items and the order of runs can be told from the graph, each node becomes a
// step on the canvas; a graph that goes round, or whose order matters, becomes one step that n8n's own order drives.

import type { ImportedNode } from '../../../../shared/model/import-report.ts';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { maxNodes, type WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { embedded, type Room } from './embedded.ts';
import { outputCount } from './execute-node.ts';
import { ancestorsOf, canBeSteps, nearestWays, referencesOf, webhookLeadsTo } from './graph.ts';
import { behaviourOf, isTrigger, shortType } from './nodes/index.ts';
import { portNames } from './port-names.ts';
import { settingsOf, toJson } from './step-config.ts';
import { triggersOf } from './triggers.ts';
import type { N8nNode, N8nWorkflow } from './types.ts';
import { type Verdict, verdictOf } from './verdicts.ts';

type DocumentNode = WorkflowDocument['nodes'][number];

export interface Converted {
  document: WorkflowDocument;
  nodes: ImportedNode[];
  isDrawn: boolean;
}

interface Making {
  workflow: N8nWorkflow;
  others: ReadonlyMap<string, N8nWorkflow>;
  room: Room;
  nodes: DocumentNode[];
  edges: WorkflowDocument['edges'];
  byName: ReadonlyMap<string, N8nNode>;
  /** Our ids by n8n's names; triggers may have become several. */
  ids: Map<string, string[]>;
}

const spread = 1.35;

export function convertWorkflow(workflow: N8nWorkflow, others: ReadonlyMap<string, N8nWorkflow>, room: Room): Converted {
  const verdicts = new Map(workflow.nodes.map((node) => [node.name, verdictOf(node, workflow, others)]));
  const byName = new Map(workflow.nodes.map((node) => [node.name, node]));
  const making: Making = { workflow, others, room, nodes: [], edges: [], byName, ids: new Map() };
  for (const [index, node] of workflow.nodes.entries()) making.ids.set(node.name, idsFor(node, index, workflow));
  const isDrawn = canBeSteps(workflow);
  for (const node of workflow.nodes) if (shortType(node.type) === 'stickyNote') making.nodes.push(noteNode(making, node));
  for (const node of workflow.nodes) if (isStart(node)) making.nodes.push(...triggerNodes(making, node));
  if (isDrawn) drawSteps(making, verdicts);
  else drawWhole(making);
  const document: WorkflowDocument = {
    format: 'orrery.workflow',
    formatVersion: 1,
    name: workflow.name.slice(0, 120),
    description: 'Imported from n8n.',
    nodes: making.nodes.slice(0, maxNodes),
    edges: making.edges.slice(0, maxNodes * 4),
  };
  return { document, nodes: workflow.nodes.map((node) => report(node, verdicts.get(node.name) as Verdict, isDrawn)), isDrawn };
}

/** A trigger that is known, switched on, and that nothing leads to. */
const isStart = (node: N8nNode): boolean => isTrigger(node.type) && behaviourOf(node.type) !== undefined && !node.disabled;

function report(node: N8nNode, verdict: Verdict, isDrawn: boolean): ImportedNode {
  const kind = kindOf(node, isDrawn);
  return { name: node.name.slice(0, 200), type: node.type.slice(0, 200), verdict: verdict.verdict, kind, reasons: verdict.reasons };
}

function kindOf(node: N8nNode, isDrawn: boolean): string {
  if (shortType(node.type) === 'stickyNote') return 'note.text';
  const [trigger] = isStart(node) ? triggersOf(node, emptyWorkflow) : [];
  if (trigger !== undefined) return trigger.kind;
  if (!isDrawn) return 'n8n.workflow';
  return behaviourOf(node.type) === undefined && !node.disabled ? 'n8n.missing' : 'n8n.step';
}

const emptyWorkflow = { settings: {} } as unknown as N8nWorkflow;

function idsFor(node: N8nNode, index: number, workflow: N8nWorkflow): string[] {
  const base = `${
    node.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'node'
  }-${index + 1}`;
  const count = isStart(node) ? triggersOf(node, workflow).length : 1;
  return Array.from({ length: Math.max(1, count) }, (_, at) => (at === 0 ? base : `${base}.${at + 1}`));
}

const place = ([x, y]: [number, number], shift = 0): { x: number; y: number } => ({
  x: Math.round(x * spread),
  y: Math.round((y + shift) * spread),
});

function made(id: string, kind: string, title: string, position: { x: number; y: number }, config: unknown): DocumentNode {
  // Through JSON, so that nothing undefined is left in a config.
  return {
    id,
    kind,
    version: 1,
    title: title.slice(0, 120),
    position,
    config: JSON.parse(JSON.stringify(config)) as JsonObject,
    onError: 'stop',
  } as DocumentNode;
}

function noteNode({ ids }: Making, node: N8nNode): DocumentNode {
  const text = typeof node.parameters.content === 'string' ? node.parameters.content : '';
  return made(ids.get(node.name)?.[0] as string, 'note.text', node.name, place(node.position), { text: text.slice(0, 10_000) });
}

function triggerNodes({ workflow, ids }: Making, node: N8nNode): DocumentNode[] {
  return triggersOf(node, workflow).map(({ kind, config }, at) =>
    made(ids.get(node.name)?.[at] as string, kind, node.name, place(node.position, at * 120), config),
  );
}

function connect(making: Making, from: string, fromPort: string, to: string): void {
  making.edges.push({
    id: `e${making.edges.length + 1}`,
    from: { node: from, port: fromPort },
    to: { node: to, port: 'in' },
  } as WorkflowDocument['edges'][number]);
}

function drawSteps(making: Making, verdicts: ReadonlyMap<string, Verdict>): void {
  const { workflow, ids } = making;
  const waysInto = allWays(making, orderOfFollowing(workflow));
  for (const node of workflow.nodes) {
    if (isStart(node) || shortType(node.type) === 'stickyNote') continue;
    const id = ids.get(node.name)?.[0] as string;
    const ways = (waysInto.get(node.name) ?? []).filter((way) => portOf(making, way) !== undefined);
    making.nodes.push(stepNode(making, node, id, ways, verdicts.get(node.name) as Verdict));
    for (const way of ways) connect(making, way.node, portOf(making, way) as string, id);
  }
  drawOutputs(making, (node) => ids.get(node.name)?.[0] as string);
}

/** Nothing comes out of an output that the node does not have. */
function portOf(making: Making, way: Way): string | undefined {
  const from = making.byName.get(way.name) as N8nNode;
  if (isStart(from)) return 'out';
  const names = portNames(from);
  return names.length === 1 && behaviourOf(from.type) === undefined ? names[0] : names[way.output];
}

interface Way {
  node: string;
  name: string;
  output: number;
  index: number;
  order: number;
  pinned?: JsonValue[];
}

/** n8n takes what follows a node from top to bottom, then from left to right; of equal places the last one first. */
function orderOfFollowing(workflow: N8nWorkflow): Map<string, number> {
  const positions = new Map(workflow.nodes.map((node) => [node.name, node.position]));
  const order = new Map<string, number>();
  for (const [from, outputs] of workflow.connections) {
    const following = outputs.flatMap((targets, output) => targets.map((target, at) => ({ target, key: `${from}\0${output}\0${at}` })));
    const at = (name: string): [number, number] => positions.get(name) ?? [0, 0];
    following
      .map((each, index) => ({ ...each, index }))
      .sort((a, b) => at(a.target.node)[1] - at(b.target.node)[1] || at(a.target.node)[0] - at(b.target.node)[0] || b.index - a.index)
      .forEach(({ key }, rank) => {
        order.set(key, rank);
      });
  }
  return order;
}

/** A node's own pins are in its step; a trigger of ours has no step of n8n's, so those after it know of them. */
function pinnedStart({ workflow, byName }: Making, name: string): { pinned?: JsonValue[] } {
  const node = byName.get(name);
  const pinned = workflow.pinData.get(name);
  return node === undefined || pinned === undefined || !isStart(node) ? {} : { pinned: pinned as unknown as JsonValue[] };
}

/** By the name of the node they lead to. */
function allWays(making: Making, order: ReadonlyMap<string, number>): Map<string, Way[]> {
  const { workflow, ids } = making;
  const ways = new Map<string, Way[]>();
  for (const [from, outputs] of workflow.connections)
    for (const [output, targets] of outputs.entries())
      for (const [at, target] of targets.entries()) {
        const list = ways.get(target.node) ?? [];
        ways.set(target.node, list);
        const rank = order.get(`${from}\0${output}\0${at}`) ?? 0;
        const pinned = pinnedStart(making, from);
        for (const id of ids.get(from) ?? []) list.push({ node: id, name: from, output, index: target.index, order: rank, ...pinned });
      }
  return ways;
}

function stepNode(making: Making, node: N8nNode, id: string, inputs: Way[], verdict: Verdict): DocumentNode {
  const { workflow, ids } = making;
  const outputs = portNames(node).map((name, output) => ({ name, node: node.name, output }));
  const position = place(node.position);
  if (behaviourOf(node.type) === undefined && !node.disabled && !workflow.pinData.has(node.name))
    return made(id, 'n8n.missing', node.name, position, {
      name: node.name,
      type: node.type,
      reason: verdict.reasons.join(' '),
      parameters: node.parameters,
      outputs,
    });
  const mentions = referencesOf(node).mentionsSteps;
  const before = mentions ? [...ancestorsOf(workflow, node.name)] : [];
  const nearest = mentions ? nearestWays(workflow, node.name) : new Map<string, number>();
  const upstream = before.flatMap((name) => {
    const parameters = making.byName.get(name)?.parameters ?? {};
    return (ids.get(name) ?? []).map((upstreamId) => ({
      node: upstreamId,
      name,
      parameters: JSON.stringify(node.parameters).includes('.params') ? parameters : {},
      ...pinnedStart(making, name),
      ...(nearest.has(name) ? { branch: nearest.get(name) } : {}),
      ...(workflow.pinData.has(name) ? { isPinned: true } : {}),
    }));
  });
  return made(id, 'n8n.step', node.name, position, {
    name: node.name,
    type: node.type,
    typeVersion: node.typeVersion,
    parameters: node.parameters,
    settings: {
      ...settingsOf(node),
      ...(shortType(node.type) === 'respondToWebhook' ? { hasWebhook: webhookLeadsTo(workflow, node.name) } : {}),
    },
    ...(workflow.pinData.has(node.name) ? { pinned: workflow.pinData.get(node.name) } : {}),
    inputs,
    upstream,
    outputs,
    workflow: { id: workflow.id, name: workflow.name, settings: workflow.settings },
    others: embedded(making.others, [node], making.room),
  });
}

/** What no other node takes becomes a result of the run, named after its node. */
function drawOutputs(making: Making, idOf: (node: N8nNode) => string, portOf?: (node: N8nNode, output: number) => string): void {
  const { workflow } = making;
  const taken = new Set<string>();
  for (const node of workflow.nodes) {
    if (isStart(node)) continue;
    const ports = resultPorts(workflow, node);
    ports.forEach(({ port, output }, at) => {
      let name = (ports.length === 1 ? node.name : `${node.name} · ${port}`).slice(0, 70);
      for (let n = 2; taken.has(name); n += 1) name = `${name.slice(0, 66)} ${n}`;
      taken.add(name);
      const id = `result-${taken.size}`;
      const position = place(node.position, at * 110);
      making.nodes.push(made(id, 'flow.output', name, { x: position.x + 300, y: position.y }, { name }));
      making.edges.push({
        id: `e${making.edges.length + 1}`,
        from: { node: idOf(node), port: portOf?.(node, output) ?? port },
        to: { node: id, port: 'in' },
      } as WorkflowDocument['edges'][number]);
    });
  }
}

/** The outputs of a node that are results: all of a last node; the done branch of a loop, or what went well, when nothing takes it. */
function resultPorts(workflow: N8nWorkflow, node: N8nNode): { port: string; output: number }[] {
  if (shortType(node.type) === 'stickyNote' || workflow.otherConnections.has(node.name) || outputCount(node) === 0) return [];
  const connected = workflow.connections.get(node.name) ?? [];
  const ports = portNames(node).map((port, output) => ({ port, output }));
  if (connected.every((targets) => targets.length === 0)) return ports;
  const isResult = (port: string): boolean =>
    (port === 'done' && shortType(node.type) === 'splitInBatches') || (port === 'items' && node.onError === 'continueErrorOutput');
  return ports.filter(({ port, output }) => isResult(port) && (connected[output] ?? []).length === 0);
}

function drawWhole(making: Making): void {
  const { workflow, ids } = making;
  const starts = workflow.nodes.filter(isStart);
  const id = 'n8n-workflow';
  const rows: { name: string; node: string; output: number }[] = [];
  const names = new Map<string, string>();
  for (const node of workflow.nodes)
    if (!isStart(node))
      resultPorts(workflow, node).forEach(({ port, output }) => {
        const name = `${rows.length + 1} ${node.name}${portNames(node).length > 1 ? ` ${port}` : ''}`.slice(0, 60);
        names.set(`${node.name}\0${output}`, name);
        rows.push({ name, node: node.name, output });
      });
  const left = Math.min(0, ...starts.map((node) => node.position[0]));
  const position = { x: Math.round(left * spread) + 320, y: Math.round((starts[0]?.position[1] ?? 0) * spread) };
  const config = {
    workflow: toJson({ ...workflow, nodes: workflow.nodes.filter((node) => shortType(node.type) !== 'stickyNote') }),
    starts: starts.flatMap((node) => (ids.get(node.name) ?? []).map((each) => ({ node: each, name: node.name }))),
    outputs: rows,
    others: embedded(making.others, workflow.nodes, making.room),
  };
  making.nodes.push(made(id, 'n8n.workflow', workflow.name, position, config));
  for (const node of starts) for (const each of ids.get(node.name) ?? []) connect(making, each, 'out', id);
  drawOutputs(
    making,
    () => id,
    (node, output) => names.get(`${node.name}\0${output}`) as string,
  );
}
