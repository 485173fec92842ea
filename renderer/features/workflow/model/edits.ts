// What a person can do to a graph, as changes: place, connect, configure, rename, duplicate, paste. Pure; ids are made here
// from the node's kind, so that templates such as `{{ steps.list-folder }}` stay readable.

import type { EdgeId, NodeId } from '../../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { type NodeDescriptor, outputsOf } from '../../../../shared/model/node-descriptor.ts';
import type { WorkflowDocument, WorkflowEdge, WorkflowNode } from '../../../../shared/model/workflow.ts';
import type { Change, Position } from './changes.ts';

export interface PortEnd {
  node: string;
  port: string;
}

/** What Ctrl-C puts away: nodes and the edges among them. */
export interface Clip {
  format: 'orrery.nodes';
  nodes: WorkflowNode[];
  edges: WorkflowEdge[];
}

export function freshId(taken: ReadonlySet<string>, kind: string): string {
  const stem = (kind.split('.').at(-1) ?? kind).replace(/[^a-z0-9-]/g, '-').slice(0, 40) || 'node';
  if (!taken.has(stem)) return stem;
  for (let n = 2; ; n += 1) if (!taken.has(`${stem}-${n}`)) return `${stem}-${n}`;
}

const nodeIds = (document: WorkflowDocument) => new Set<string>(document.nodes.map((node) => node.id));
const edgeIds = (document: WorkflowDocument) => new Set<string>(document.edges.map((edge) => edge.id));

const onGrid = ({ x, y }: Position): Position => ({ x: Math.round(x / 4) * 4, y: Math.round(y / 4) * 4 });

export function newNode(document: WorkflowDocument, descriptor: NodeDescriptor, position: Position): WorkflowNode {
  return {
    id: freshId(nodeIds(document), descriptor.kind) as NodeId,
    kind: descriptor.kind,
    version: descriptor.version,
    // Entries of one kind (a tool each) are told apart on the canvas by their own title.
    ...(descriptor.entry === descriptor.kind ? {} : { title: descriptor.title.slice(0, 120) }),
    position: onGrid(position),
    config: structuredClone(descriptor.defaults),
    onError: 'stop',
  };
}

export const addNode = (node: WorkflowNode, edges: readonly WorkflowEdge[] = []): Change => ({
  type: 'add',
  nodes: [{ item: node }],
  edges: edges.map((item) => ({ item })),
});

export function newEdge(document: WorkflowDocument, from: PortEnd, to: PortEnd): WorkflowEdge {
  return {
    id: freshId(edgeIds(document), 'edge') as EdgeId,
    from: { node: from.node as NodeId, port: from.port },
    to: { node: to.node as NodeId, port: to.port },
  };
}

export const connect = (document: WorkflowDocument, from: PortEnd, to: PortEnd): Change => ({
  type: 'add',
  nodes: [],
  edges: [{ item: newEdge(document, from, to) }],
});

export const patchNode = (node: WorkflowNode, patch: Partial<WorkflowNode>): WorkflowNode => {
  const next = { ...node, ...patch };
  for (const key of Object.keys(patch) as (keyof WorkflowNode)[]) if (patch[key] === undefined) delete next[key];
  return next;
};

/** Sets config values; a value of undefined removes its key. Edges follow a renamed row's port and leave with a removed one. */
export function configure(
  document: WorkflowDocument,
  node: WorkflowNode,
  values: Readonly<Record<string, JsonValue | undefined>>,
  descriptor: NodeDescriptor | undefined,
): Change {
  const config: JsonObject = { ...node.config };
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) delete config[key];
    else config[key] = value;
  }
  return withPorts(document, node, patchNode(node, { config }), descriptor);
}

/** `stop` takes the error port away, and with it its edges. */
export const setOnError = (
  document: WorkflowDocument,
  node: WorkflowNode,
  onError: WorkflowNode['onError'],
  descriptor: NodeDescriptor | undefined,
): Change => withPorts(document, node, patchNode(node, { onError }), descriptor);

function withPorts(document: WorkflowDocument, before: WorkflowNode, after: WorkflowNode, descriptor: NodeDescriptor | undefined): Change {
  const replace: Change = { type: 'replace', nodes: [after] };
  if (descriptor === undefined) return replace;
  const old = outputsOf(descriptor, before).map((port) => port.name);
  const now = outputsOf(descriptor, after).map((port) => port.name);
  const touched = document.edges.filter(
    (edge) => edge.from.node === before.id && old.includes(edge.from.port) && !now.includes(edge.from.port),
  );
  if (touched.length === 0) return replace;
  const taken = edgeIds(document);
  const renamed = touched.flatMap((edge) => {
    const port = old.length === now.length ? now[old.indexOf(edge.from.port)] : undefined;
    if (port === undefined || old.includes(port)) return [];
    const id = freshId(taken, 'edge');
    taken.add(id);
    return [{ item: { ...edge, id: id as EdgeId, from: { ...edge.from, port } } }];
  });
  return {
    type: 'batch',
    changes: [replace, { type: 'remove', nodes: [], edges: touched.map((edge) => edge.id) }, { type: 'add', nodes: [], edges: renamed }],
  };
}

export const rename = (node: WorkflowNode, title: string): Change => ({
  type: 'replace',
  nodes: [patchNode(node, { title: title.trim() === '' ? undefined : title.slice(0, 120) })],
});

export function copy(document: WorkflowDocument, ids: ReadonlySet<string>): Clip {
  return {
    format: 'orrery.nodes',
    nodes: document.nodes.filter((node) => ids.has(node.id)),
    edges: document.edges.filter((edge) => ids.has(edge.from.node) && ids.has(edge.to.node)),
  };
}

/** The change, and the ids of what it adds, to select it. */
export function paste(document: WorkflowDocument, clip: Clip, offset: Position): { change: Change; nodes: string[] } {
  const taken = nodeIds(document);
  const takenEdges = edgeIds(document);
  const names = new Map<string, string>();
  const nodes = clip.nodes.map((node) => {
    const id = freshId(taken, node.kind);
    taken.add(id);
    names.set(node.id, id);
    const position = { x: node.position.x + offset.x, y: node.position.y + offset.y };
    return { item: { ...structuredClone(node), id: id as NodeId, position } };
  });
  const edges = clip.edges.flatMap((edge) => {
    const from = names.get(edge.from.node);
    const to = names.get(edge.to.node);
    if (from === undefined || to === undefined) return [];
    const id = freshId(takenEdges, 'edge');
    takenEdges.add(id);
    return [
      {
        item: {
          id: id as EdgeId,
          from: { node: from as NodeId, port: edge.from.port },
          to: { node: to as NodeId, port: edge.to.port },
        },
      },
    ];
  });
  return { change: { type: 'add', nodes, edges }, nodes: [...names.values()] };
}

export const emptyDocument = (name: string): WorkflowDocument => ({
  format: 'orrery.workflow',
  formatVersion: 1,
  name,
  description: '',
  nodes: [],
  edges: [],
});
