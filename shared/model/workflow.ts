// A workflow as it is saved and sent: nodes, edges, and nothing that runs. What the shape alone cannot say (unknown
// kinds, wrong connections, cycles) is said by the runtime's plan.

import { z } from 'zod';
import { AppError } from '../errors.ts';
import { edgeId, nodeId, workflowId } from './ids.ts';
import { jsonObject, parseJson } from './json.ts';

export const maxNodes = 20_000;

export const retryPolicy = z.object({
  /** How often a failed step is tried again, 0–20. */
  times: z.number().int().min(0).max(20),
  /** Wait before the first retry, in milliseconds; doubles each time. */
  delayMs: z.number().int().min(0).max(3_600_000),
});
export type RetryPolicy = z.infer<typeof retryPolicy>;

export const workflowNode = z.object({
  id: nodeId,
  /** `group.thing`, e.g. `data.read-file`. Kept as it is even when this Orrery does not know it. */
  kind: z
    .string()
    .regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/)
    .max(80),
  /** The node type's version the config was written for. */
  version: z.number().int().min(1).default(1),
  title: z.string().max(120).optional(),
  position: z.object({ x: z.number().min(-1e7).max(1e7), y: z.number().min(-1e7).max(1e7) }),
  config: jsonObject.default({}),
  retry: retryPolicy.optional(),
  /** Milliseconds for one attempt. */
  timeoutMs: z.number().int().min(1).max(86_400_000).optional(),
  /** `stop` fails the run; `continue` sends the error out of the node's `error` port and goes on. */
  onError: z.enum(['stop', 'continue']).default('stop'),
});
export type WorkflowNode = z.infer<typeof workflowNode>;

export const portRef = z.object({ node: nodeId, port: z.string().min(1).max(80) });

export const workflowEdge = z.object({ id: edgeId, from: portRef, to: portRef });
export type WorkflowEdge = z.infer<typeof workflowEdge>;

export const workflowDocument = z.object({
  format: z.literal('orrery.workflow'),
  formatVersion: z.literal(1),
  name: z.string().min(1).max(120),
  description: z.string().max(2000).default(''),
  nodes: z.array(workflowNode).max(maxNodes),
  edges: z.array(workflowEdge).max(maxNodes * 4),
});
/** What a file holds. */
export type WorkflowDocument = z.infer<typeof workflowDocument>;

/** What the store holds: a document with an identity. */
export const workflow = workflowDocument.extend({
  id: workflowId,
  /** Counts saves; a save names the revision it was made from, so that two windows cannot overwrite each other. */
  revision: z.number().int().min(0),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Workflow = z.infer<typeof workflow>;

export const workflowSummary = z.object({
  id: workflowId,
  name: z.string(),
  description: z.string(),
  nodeCount: z.number().int(),
  updatedAt: z.number(),
  lastRun: z.object({ at: z.number(), status: z.string() }).optional(),
});
export type WorkflowSummary = z.infer<typeof workflowSummary>;

/** Something wrong with a graph, in words, and where. An `error` stops a run; a `warning` does not. */
export const complaint = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  node: z.string().optional(),
  edge: z.string().optional(),
  field: z.string().optional(),
});
export type Complaint = z.infer<typeof complaint>;

const placeOf = (path: PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

/** Reads a workflow file's text. Throws an AppError that names the place of the first fault; writes nothing. */
export function parseWorkflowText(text: string, what = 'The workflow file'): WorkflowDocument {
  return parseWorkflowDocument(parseJson(text, what), what);
}

export function parseWorkflowDocument(value: unknown, what = 'The workflow file'): WorkflowDocument {
  const result = workflowDocument.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined ? '' : placeOf(issue.path);
  throw new AppError('workflow-malformed', `${what} is not a workflow: ${place || 'the document'}: ${issue?.message ?? 'unknown fault'}.`, {
    place,
    hint: 'Mend that place, or export the workflow again from Orrery.',
  });
}
