// May these two ports be connected? The first answer, while the mouse moves; the runtime's `checkConnection` has the last
// word. Also: which node types fit an open end, for the palette.

import { whyIncompatible } from '../../../../shared/model/json-schema.ts';
import type { NodeDescriptor, PortSpec } from '../../../../shared/model/node-descriptor.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { type Catalog, descriptorOf, portsOf, titleOf } from './catalog.ts';
import { newNode, type PortEnd } from './edits.ts';

export interface FoundPort {
  spec: PortSpec;
  title: string;
}

export function findPort(document: WorkflowDocument, catalog: Catalog, end: PortEnd, side: 'in' | 'out'): FoundPort | undefined {
  const node = document.nodes.find((candidate) => candidate.id === end.node);
  if (node === undefined) return undefined;
  const descriptor = descriptorOf(catalog, node);
  const ports = portsOf(descriptor, node, document.edges);
  const spec = (side === 'in' ? ports.inputs : ports.outputs).find((port) => port.name === end.port);
  return spec === undefined ? undefined : { spec, title: titleOf(node, descriptor) };
}

/** Why not, in words; undefined when it may. */
export function whyNot(document: WorkflowDocument, catalog: Catalog, from: PortEnd, to: PortEnd): string | undefined {
  if (from.node === to.node) return 'A node cannot feed itself.';
  const source = findPort(document, catalog, from, 'out');
  const target = findPort(document, catalog, to, 'in');
  if (source === undefined || target === undefined) return 'That port is no longer there.';
  if (document.edges.some((edge) => sameEnd(edge.from, from) && sameEnd(edge.to, to))) return 'These two ports are already connected.';
  if (target.spec.many !== true && document.edges.some((edge) => sameEnd(edge.to, to)))
    return `“${target.title}” already gets its ${target.spec.label.toLowerCase()} from another node. Remove that connection first, or use a Merge node.`;
  if (leadsTo(document, to.node, from.node)) return `This would make a circle: “${source.title}” already waits for “${target.title}”.`;
  const why = whyIncompatible(source.spec.schema, target.spec.schema);
  return why === undefined ? undefined : `“${source.title}” cannot feed “${target.title}”: ${why}.`;
}

const sameEnd = (a: PortEnd, b: PortEnd): boolean => a.node === b.node && a.port === b.port;

export function leadsTo(document: WorkflowDocument, from: string, to: string): boolean {
  const next = new Map<string, string[]>();
  for (const edge of document.edges) {
    const list = next.get(edge.from.node);
    if (list === undefined) next.set(edge.from.node, [edge.to.node]);
    else list.push(edge.to.node);
  }
  const seen = new Set([from]);
  const queue = [from];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node === to) return true;
    for (const other of next.get(node) ?? [])
      if (!seen.has(other)) {
        seen.add(other);
        queue.push(other);
      }
  }
  return false;
}

/** An end that was dragged from, looking for a partner. */
export interface OpenEnd extends PortEnd {
  side: 'in' | 'out';
}

/** The port of a new node of this type that fits the open end; the first one that does. */
export function fittingPort(document: WorkflowDocument, catalog: Catalog, descriptor: NodeDescriptor, open: OpenEnd): PortSpec | undefined {
  const end = findPort(document, catalog, open, open.side);
  if (end === undefined) return undefined;
  const ports = open.side === 'out' ? descriptor.inputs : portsOf(descriptor, newNode(document, descriptor, { x: 0, y: 0 }), []).outputs;
  return ports.find((port) =>
    open.side === 'out'
      ? whyIncompatible(end.spec.schema, port.schema) === undefined
      : whyIncompatible(port.schema, end.spec.schema) === undefined,
  );
}

/** The first free port of a node that is already there which fits the open end. */
export function fittingPortOf(document: WorkflowDocument, catalog: Catalog, nodeId: string, open: OpenEnd): string | undefined {
  const node = document.nodes.find((candidate) => candidate.id === nodeId);
  if (node === undefined) return undefined;
  const ports = portsOf(descriptorOf(catalog, node), node, document.edges);
  const candidates = open.side === 'out' ? ports.inputs : ports.outputs;
  return candidates.find((port) => {
    const end = { node: nodeId, port: port.name };
    return (open.side === 'out' ? whyNot(document, catalog, open, end) : whyNot(document, catalog, end, open)) === undefined;
  })?.name;
}

/** Entries that match every word of the query, best first: title before keywords before description. */
export function searchEntries(entries: readonly NodeDescriptor[], query: string): NodeDescriptor[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...entries];
  const scored: { entry: NodeDescriptor; score: number }[] = [];
  for (const entry of entries) {
    const title = entry.title.toLowerCase();
    const rest = `${entry.keywords.join(' ')} ${entry.entry} ${entry.family}`.toLowerCase();
    const description = entry.description.toLowerCase();
    let score = 0;
    const all = words.every((word) => {
      const found = title.startsWith(word) ? 8 : title.includes(word) ? 5 : rest.includes(word) ? 3 : description.includes(word) ? 1 : 0;
      score += found;
      return found > 0;
    });
    if (all) scored.push({ entry, score });
  }
  return scored.toSorted((a, b) => b.score - a.score).map(({ entry }) => entry);
}
