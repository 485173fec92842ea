// Every edit of a workflow is a change object, applied by one pure function that also gives the change that takes it
// back. Undo is therefore a list. Nothing here knows React, the store or the runtime.

import { assertNever } from '../../../../shared/errors.ts';
import type { WorkflowDocument, WorkflowEdge, WorkflowNode } from '../../../../shared/model/workflow.ts';

export interface Position {
  x: number;
  y: number;
}

/** A thing with its place in its list, so that taking a removal back restores the file exactly. */
interface Placed<T> {
  item: T;
  /** Missing means at the end. */
  index?: number;
}

export const settingKeys = ['variables', 'deadlineMs', 'priority', 'maxRuns'] as const;
export type WorkflowSettings = { [Key in (typeof settingKeys)[number]]?: WorkflowDocument[Key] | undefined };

export type Change =
  | { type: 'add'; nodes: readonly Placed<WorkflowNode>[]; edges: readonly Placed<WorkflowEdge>[] }
  /** Edges of removed nodes go with them. */
  | { type: 'remove'; nodes: readonly string[]; edges: readonly string[] }
  | { type: 'move'; to: Readonly<Record<string, Position>> }
  /** Puts whole nodes in place of those with the same id: configure, rename, retry, timeout. */
  | { type: 'replace'; nodes: readonly WorkflowNode[] }
  | { type: 'about'; name: string; description: string }
  /** What holds for all of its runs; a value of undefined takes that one away. */
  | { type: 'settings'; settings: WorkflowSettings }
  | { type: 'batch'; changes: readonly Change[] };

export interface Applied {
  document: WorkflowDocument;
  inverse: Change;
}

/** Applies a change. Parts that name something no longer there are left out, so an old change can never break a document. */
export function applyChange(document: WorkflowDocument, change: Change): Applied {
  switch (change.type) {
    case 'add':
      return add(document, change.nodes, change.edges);
    case 'remove':
      return remove(document, change.nodes, change.edges);
    case 'move':
      return move(document, change.to);
    case 'replace':
      return replace(document, change.nodes);
    case 'about':
      return {
        document: { ...document, name: change.name, description: change.description },
        inverse: { type: 'about', name: document.name, description: document.description },
      };
    case 'settings':
      return setSettings(document, change.settings);
    case 'batch':
      return batch(document, change.changes);
    default:
      return assertNever(change, 'change');
  }
}

function insert<T extends { id: string }>(list: readonly T[], placed: readonly Placed<T>[]): T[] {
  const known = new Set(list.map((item) => item.id));
  const fresh = placed.filter(({ item }) => !known.has(item.id));
  const next = [...list];
  for (const { item, index } of fresh.toSorted((a, b) => (a.index ?? Infinity) - (b.index ?? Infinity)))
    next.splice(index ?? next.length, 0, item);
  return next;
}

function add(document: WorkflowDocument, nodes: readonly Placed<WorkflowNode>[], edges: readonly Placed<WorkflowEdge>[]): Applied {
  const nextNodes = insert(document.nodes, nodes);
  const nextEdges = insert(document.edges, edges);
  const before = new Set([...document.nodes, ...document.edges].map((item) => `${'kind' in item ? 'n' : 'e'}${item.id}`));
  return {
    document: { ...document, nodes: nextNodes, edges: nextEdges },
    inverse: {
      type: 'remove',
      nodes: nodes.map(({ item }) => item.id).filter((id) => !before.has(`n${id}`)),
      edges: edges.map(({ item }) => item.id).filter((id) => !before.has(`e${id}`)),
    },
  };
}

function remove(document: WorkflowDocument, nodes: readonly string[], edges: readonly string[]): Applied {
  const gone = new Set(nodes);
  const cut = new Set(edges);
  const lostNodes: Placed<WorkflowNode>[] = [];
  const lostEdges: Placed<WorkflowEdge>[] = [];
  const keptNodes = document.nodes.filter((item, index) => !(gone.has(item.id) && lostNodes.push({ item, index })));
  const keptEdges = document.edges.filter(
    (item, index) => !((cut.has(item.id) || gone.has(item.from.node) || gone.has(item.to.node)) && lostEdges.push({ item, index })),
  );
  return {
    document: { ...document, nodes: keptNodes, edges: keptEdges },
    inverse: { type: 'add', nodes: lostNodes, edges: lostEdges },
  };
}

function move(document: WorkflowDocument, to: Readonly<Record<string, Position>>): Applied {
  const back: Record<string, Position> = {};
  const nodes = document.nodes.map((node) => {
    const place = to[node.id];
    if (place === undefined || (place.x === node.position.x && place.y === node.position.y)) return node;
    back[node.id] = node.position;
    return { ...node, position: { x: place.x, y: place.y } };
  });
  return { document: { ...document, nodes }, inverse: { type: 'move', to: back } };
}

function replace(document: WorkflowDocument, nodes: readonly WorkflowNode[]): Applied {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const before: WorkflowNode[] = [];
  const next = document.nodes.map((node) => {
    const other = byId.get(node.id);
    if (other === undefined) return node;
    before.push(node);
    return other;
  });
  return { document: { ...document, nodes: next }, inverse: { type: 'replace', nodes: before } };
}

function setSettings(document: WorkflowDocument, settings: WorkflowSettings): Applied {
  const given = settingKeys.filter((key) => key in settings);
  const next: Record<string, unknown> = { ...document };
  for (const key of given) {
    if (settings[key] === undefined) delete next[key];
    else next[key] = settings[key];
  }
  const before: WorkflowSettings = Object.fromEntries(given.map((key) => [key, document[key]]));
  return { document: next as WorkflowDocument, inverse: { type: 'settings', settings: before } };
}

function batch(document: WorkflowDocument, changes: readonly Change[]): Applied {
  let current = document;
  const inverses: Change[] = [];
  for (const change of changes) {
    const applied = applyChange(current, change);
    current = applied.document;
    inverses.unshift(applied.inverse);
  }
  return { document: current, inverse: { type: 'batch', changes: inverses } };
}
