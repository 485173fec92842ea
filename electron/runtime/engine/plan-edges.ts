// Resolves the edges of a document against its nodes' ports: known ends, types that fit, one edge to a port that takes one,
// required inputs present. Pure.

import { type JsonSchema, whyIncompatible } from '../../../shared/model/json-schema.ts';
import type { PortSpec } from '../../../shared/model/node-descriptor.ts';
import type { WorkflowDocument, WorkflowEdge } from '../../../shared/model/workflow.ts';
import type { ResolvedNodes } from './plan-nodes.ts';
import { bodyPort, type Complaints, type PlanEdge, type PlanNode, quoted } from './plan-types.ts';

export function resolveEdges(document: WorkflowDocument, resolved: ResolvedNodes, complaints: Complaints): PlanEdge[] {
  const edges: PlanEdge[] = [];
  const ids = new Set<string>();
  const taken = new Map<string, string>();
  for (const edge of document.edges) {
    if (ids.has(edge.id)) {
      complaints.error('duplicate-edge', `Two connections have the id ${quoted(edge.id)}.`, { edge: edge.id, hint: 'Remove one of them.' });
      continue;
    }
    ids.add(edge.id);
    const plan = resolveEdge(edge, resolved, taken, edges.length, complaints);
    if (plan === undefined) continue;
    edges.push(plan);
    resolved.nodes[plan.from]?.outEdges.push(plan.index);
    resolved.nodes[plan.to]?.inEdges.push(plan.index);
  }
  for (const node of resolved.nodes) checkRequired(node, edges, complaints);
  return edges;
}

function resolveEdge(
  edge: WorkflowEdge,
  resolved: ResolvedNodes,
  taken: Map<string, string>,
  index: number,
  complaints: Complaints,
): PlanEdge | undefined {
  const where = { edge: edge.id };
  for (const end of [edge.from.node, edge.to.node]) {
    if (resolved.byId.has(end)) continue;
    const what = resolved.notes.has(end) ? 'a note, which has no ports' : 'a node that is not there';
    complaints.error('edge-to-nowhere', `A connection leads to ${quoted(end)}, ${what}.`, { ...where, hint: 'Remove the connection.' });
    return undefined;
  }
  const from = nodeAt(resolved, edge.from.node);
  const to = nodeAt(resolved, edge.to.node);
  const output = from === undefined ? undefined : findPort(from, from.outputs, edge.from.port, 'output', edge, complaints);
  const input = to === undefined ? undefined : findPort(to, to.type.inputs, edge.to.port, 'input', edge, complaints);
  if (from === undefined || to === undefined || output === undefined || input === undefined) return undefined;
  const isMany = input.many === true;
  const why = whyIncompatible(output.schema, isMany ? elementOf(input.schema) : input.schema);
  if (why !== undefined) {
    complaints.error('wrong-type', `${why.replace(/^it gives/, `${quoted(from.title)} gives`)} by ${quoted(to.title)}.`, {
      ...where,
      node: to.id,
      hint: 'Put a step between them that makes the one into the other, such as a transform.',
    });
    return undefined;
  }
  const key = `${edge.to.node} ${edge.to.port}`;
  if (!isMany && taken.has(key)) {
    complaints.error('port-taken', `${quoted(input.label)} of ${quoted(to.title)} is connected already, and takes one connection.`, {
      ...where,
      node: to.id,
      hint: 'Remove the other connection, or bring the two together with a merge.',
    });
    return undefined;
  }
  taken.set(key, edge.id);
  const isItem = output.name === bodyPort(from.type);
  return { index, id: edge.id, from: from.index, fromPort: output.name, to: to.index, toPort: input.name, isMany, isItem, scope: 0 };
}

const nodeAt = (resolved: ResolvedNodes, id: string): PlanNode | undefined => {
  const index = resolved.byId.get(id);
  return index === undefined ? undefined : resolved.nodes[index];
};

function findPort(
  node: PlanNode,
  ports: readonly PortSpec[],
  name: string,
  what: 'input' | 'output',
  edge: WorkflowEdge,
  complaints: Complaints,
): PortSpec | undefined {
  const port = ports.find((spec) => spec.name === name);
  if (port === undefined) {
    const known = ports.map((spec) => spec.name).join(', ');
    complaints.error(
      'unknown-port',
      `${quoted(node.title)} has no ${what} named ${quoted(name)}${known === '' ? '' : ` (it has ${known})`}.`,
      {
        edge: edge.id,
        node: node.id,
        hint: 'Connect it to a port that is there.',
      },
    );
  }
  return port;
}

/** A port that takes several edges is typed as the list it gives, or as one element. */
const elementOf = (schema: JsonSchema): JsonSchema => {
  if (schema.type !== 'array') return schema;
  const items = schema.items;
  return items !== null && typeof items === 'object' && !Array.isArray(items) ? items : {};
};

function checkRequired(node: PlanNode, edges: readonly PlanEdge[], complaints: Complaints): void {
  for (const port of node.type.inputs) {
    if (port.required !== true || node.inEdges.some((edge) => edges[edge]?.toPort === port.name)) continue;
    complaints.error('input-missing', `${quoted(node.title)} needs ${quoted(port.label)}, and nothing is connected to it.`, {
      node: node.id,
      hint: 'Connect something to it, or remove the node.',
    });
  }
}
