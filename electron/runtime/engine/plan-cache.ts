// Plans of documents that ran before: making one costs more than a short run. A plan is taken again only for the very same
// document object, or the same revision of a stored workflow, and only while its node types are those it was made with.

import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { NodeRegistry } from '../services.ts';
import type { Plan } from './plan-types.ts';

const maxStored = 100;

interface Kept {
  plan: Plan;
  nodes: WorkflowDocument['nodes'];
  edges: WorkflowDocument['edges'];
}

export interface PlanCache {
  get(document: WorkflowDocument): Plan | undefined;
  put(document: WorkflowDocument, plan: Plan): void;
}

export function createPlanCache(registry: Pick<NodeRegistry, 'get'>): PlanCache {
  const byObject = new WeakMap<WorkflowDocument, Kept>();
  const byRevision = new Map<string, Kept>();
  const isCurrent = ({ plan }: Kept): boolean => plan.nodes.every((node) => registry.get(node.node.kind) === node.type);
  return {
    get(document) {
      const same = byObject.get(document);
      // Lists that were replaced in the object make it another document.
      if (same !== undefined && same.nodes === document.nodes && same.edges === document.edges)
        return isCurrent(same) ? same.plan : undefined;
      const key = revisionKey(document);
      const kept = key === undefined ? undefined : byRevision.get(key);
      return kept !== undefined && isCurrent(kept) ? kept.plan : undefined;
    },
    put(document, plan) {
      const kept = { plan, nodes: document.nodes, edges: document.edges };
      byObject.set(document, kept);
      const key = revisionKey(document);
      if (key === undefined) return;
      byRevision.delete(key);
      byRevision.set(key, kept);
      if (byRevision.size > maxStored) byRevision.delete(byRevision.keys().next().value as string);
    },
  };
}

/** Stored workflows have an identity and count their saves. */
function revisionKey(document: WorkflowDocument): string | undefined {
  const { id, revision, updatedAt } = document as Partial<{ id: string; revision: number; updatedAt: number }>;
  return id === undefined || revision === undefined ? undefined : `${id}@${revision}@${updatedAt ?? 0}`;
}
