// The graph that a run is made of: planned, and only what of it is kept with the run.

import { AppError } from '../../../shared/errors.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { NodeRegistry } from '../services.ts';
import { planWorkflow } from './plan.ts';
import type { Plan } from './plan-types.ts';

/** Throws `workflow-invalid` with the first complaint and all in its details. */
export function mustPlan(document: WorkflowDocument, registry: Pick<NodeRegistry, 'get'>): Plan {
  const { plan, complaints } = planWorkflow(document, registry);
  if (plan !== undefined) return plan;
  const first = complaints.find((complaint) => complaint.severity === 'error');
  // What belongs to the workflow itself, such as a variable, has no node.
  const place = first?.edge ?? ([first?.node, first?.field].filter((part) => part !== undefined).join('.') || undefined);
  throw new AppError('workflow-invalid', first?.message ?? 'The workflow cannot run.', {
    hint: first?.hint ?? 'Open it in the editor to see what is wrong.',
    ...(place === undefined ? {} : { place }),
    details: { complaints },
  });
}

/** A stored workflow has more than its document; the run keeps only the graph. */
export function documentOf(document: WorkflowDocument): WorkflowDocument {
  const { format, formatVersion, name, description, variables, deadlineMs, priority, maxRuns, nodes, edges } = document;
  return {
    format,
    formatVersion,
    name,
    description,
    ...(variables === undefined ? {} : { variables }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(priority === undefined ? {} : { priority }),
    ...(maxRuns === undefined ? {} : { maxRuns }),
    nodes,
    edges,
  };
}

/** A stored workflow knows who it is, and so whether it runs itself. */
export const idOf = (document: WorkflowDocument & { id?: string }): string | undefined => document.id;
