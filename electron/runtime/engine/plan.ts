// From a document to a plan, or to complaints in words. Pure: the same graph and node types give the same answer, at edit
// time, at load time and at run time.

import type { Complaint, WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { NodeRegistry } from '../services.ts';
import { resolveEdges } from './plan-edges.ts';
import { resolveNodes } from './plan-nodes.ts';
import { arrange } from './plan-scopes.ts';
import { bodyPort, Complaints, type Plan, type PlanNode, quoted } from './plan-types.ts';
import { checkVariables } from './plan-variables.ts';

export function planWorkflow(document: WorkflowDocument, registry: Pick<NodeRegistry, 'get'>): { plan?: Plan; complaints: Complaint[] } {
  const complaints = new Complaints();
  const resolved = resolveNodes(document, registry, complaints);
  const edges = resolveEdges(document, resolved, complaints);
  checkInputNames(resolved.nodes, complaints);
  checkVariables(document, resolved.nodes, complaints);
  const plan = arrange(resolved.nodes, edges, complaints);
  for (const [owner, body] of plan?.bodies ?? []) {
    const node = plan?.nodes[owner];
    if (node === undefined || plan?.scopes[body]?.nodes.length !== 0) continue;
    const port = node.outputs.find(({ name }) => name === bodyPort(node.type))?.label ?? 'Item';
    complaints.warn('loop-empty', `Nothing hangs on “${port}” of ${quoted(node.title)}, so it does nothing.`, { node: node.id });
  }
  if (resolved.nodes.length === 0 && !complaints.hasErrors)
    complaints.error('workflow-empty', 'There is nothing to run yet.', { hint: 'Add a first node.' });
  if (plan === undefined || complaints.hasErrors) return { complaints: complaints.list };
  const { variables = [], deadlineMs } = document;
  return { plan: { ...plan, variables, deadlineMs }, complaints: complaints.list };
}

/** A run is given one value by that name; of two inputs only one would be asked for and checked. */
function checkInputNames(nodes: readonly PlanNode[], complaints: Complaints): void {
  const names = new Set<string>();
  for (const node of nodes) {
    if (node.type.kind !== 'flow.input') continue;
    const name = String(node.config.name);
    if (names.has(name))
      complaints.error('input-name-taken', `Two inputs have the name ${quoted(name)}.`, {
        node: node.id,
        field: 'name',
        hint: 'Give one of them another name, or connect the first one twice.',
      });
    names.add(name);
  }
}

/** Why this connection may not be made; undefined when it may. */
export function checkConnection(
  document: WorkflowDocument,
  registry: Pick<NodeRegistry, 'get'>,
  from: { node: string; port: string },
  to: { node: string; port: string },
): Complaint | undefined {
  let id = 'proposed';
  while (document.edges.some((edge) => edge.id === id)) id += '-';
  const edge = { id, from, to } as WorkflowDocument['edges'][number];
  const before = new Set(planWorkflow(document, registry).complaints.map((complaint) => `${complaint.code} ${complaint.message}`));
  if (reaches(document, to.node, from.node))
    return {
      severity: 'error',
      code: 'cycle',
      message: 'This connection would make a loop: what it leads to comes before it.',
      hint: 'To repeat work, use “For each” or “Repeat”.',
    };
  const after = planWorkflow({ ...document, edges: [...document.edges, edge] }, registry).complaints;
  const own = after.find((complaint) => complaint.edge === id);
  if (own !== undefined) return { ...own, edge: undefined };
  return after.find(
    (complaint) =>
      ['loop-mixed', 'loops-cross', 'loops-too-deep', 'output-in-loop'].includes(complaint.code) &&
      !before.has(`${complaint.code} ${complaint.message}`),
  );
}

function reaches(document: WorkflowDocument, start: string, goal: string): boolean {
  const next = new Map<string, string[]>();
  for (const { from, to } of document.edges) {
    const list = next.get(from.node);
    if (list === undefined) next.set(from.node, [to.node]);
    else list.push(to.node);
  }
  const seen = new Set([start]);
  const queue = [start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === goal) return true;
    for (const target of next.get(id) ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return false;
}
