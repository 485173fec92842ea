// Plans of documents that ran before: making one costs more than a short run. A plan is taken again for the very same document
// object, the same revision of a stored workflow, or the same text, and only while its node types are those it was made with. It
// comes with the document that it was made of, so that runs of one graph hold that graph once.

import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { NodeRegistry } from '../services.ts';
import type { Plan } from './plan-types.ts';

const maxStored = 100;
/** Documents that are not stored come anew with each call: so many are known by their text, when it is no longer than this. */
const maxTexts = 20;
const maxTextLength = 500_000;

export interface Planned {
  plan: Plan;
  document: WorkflowDocument;
}

interface Kept extends Planned {
  nodes: WorkflowDocument['nodes'];
  edges: WorkflowDocument['edges'];
}

export interface PlanCache {
  find(document: WorkflowDocument): Planned | undefined;
  /** Keeps it for the next time. */
  put(document: WorkflowDocument, plan: Plan): Planned;
}

export function createPlanCache(registry: Pick<NodeRegistry, 'get'>): PlanCache {
  const byObject = new WeakMap<WorkflowDocument, Kept>();
  const byRevision = new Map<string, Kept>();
  const byText = new Map<string, Kept>();
  /** Of the document that was not found last, which is usually put next. */
  let sought: (Pick<Kept, 'document' | 'nodes' | 'edges'> & { text: string }) | undefined;
  const textOf = (document: WorkflowDocument): string => {
    const { nodes, edges } = document;
    const isSame = sought?.document === document && sought.nodes === nodes && sought.edges === edges;
    if (!isSame || sought === undefined) sought = { document, nodes, edges, text: JSON.stringify(document) };
    return sought.text;
  };
  const current = (kept: Kept | undefined): Kept | undefined =>
    kept?.plan.nodes.every((node) => registry.get(node.node.kind) === node.type) === true ? kept : undefined;
  return {
    find(document) {
      const same = byObject.get(document);
      // Lists that were replaced in the object make it another document.
      if (same !== undefined && same.nodes === document.nodes && same.edges === document.edges) return current(same);
      const revision = revisionKey(document);
      if (revision !== undefined) return current(byRevision.get(revision));
      const found = current(byText.get(textOf(document)));
      if (found !== undefined) sought = undefined;
      return found;
    },
    put(document, plan) {
      const kept: Kept = { plan, document, nodes: document.nodes, edges: document.edges };
      byObject.set(document, kept);
      const revision = revisionKey(document);
      if (revision !== undefined) keep(byRevision, revision, kept, maxStored);
      else {
        const text = textOf(document);
        sought = undefined;
        if (text.length <= maxTextLength) keep(byText, text, kept, maxTexts);
      }
      return kept;
    },
  };
}

function keep(map: Map<string, Kept>, key: string, kept: Kept, most: number): void {
  map.delete(key);
  map.set(key, kept);
  if (map.size > most) map.delete(map.keys().next().value as string);
}

/** Stored workflows have an identity and count their saves. */
function revisionKey(document: WorkflowDocument): string | undefined {
  const { id, revision, updatedAt } = document as Partial<{ id: string; revision: number; updatedAt: number }>;
  return id === undefined || revision === undefined ? undefined : `${id}@${revision}@${updatedAt ?? 0}`;
}
