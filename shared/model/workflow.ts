// A workflow as it is saved and sent: nodes, edges, and nothing that runs. What the shape alone cannot say (unknown
// kinds, wrong connections, cycles) is said by the runtime's plan.

import { z } from 'zod';
import { AppError } from '../errors.ts';
import { issueAt } from '../issue-words.ts';
import { edgeId, nodeId, workflowId } from './ids.ts';
import { jsonObject, jsonValue, parseJson } from './json.ts';

export const maxNodes = 20_000;

export const retryPolicy = z.object({
  /** How often a failed step is tried again, 0–20. */
  times: z.number().int().min(0).max(20),
  /** Wait before the first retry, in milliseconds; doubles each time. */
  delayMs: z.number().int().min(0).max(3_600_000),
});
export type RetryPolicy = z.infer<typeof retryPolicy>;

/** At most `max` attempts of this node begin within `perMs` milliseconds, over all runs of the host; more wait their turn. */
export const rateLimit = z.object({ max: z.number().int().min(1).max(10_000), perMs: z.number().int().min(1).max(86_400_000) });
export type RateLimit = z.infer<typeof rateLimit>;

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
  rateLimit: rateLimit.optional(),
  /** Outputs by port that stand in for running it, while the person builds what comes after. Triggered runs ignore pins. */
  pinned: z.record(z.string(), jsonValue).optional(),
  /** Takes the outputs of an earlier run when type version, config and inputs are the same. */
  reuse: z.boolean().optional(),
});
export type WorkflowNode = z.infer<typeof workflowNode>;

export const portRef = z.object({ node: nodeId, port: z.string().min(1).max(80) });

export const workflowEdge = z.object({ id: edgeId, from: portRef, to: portRef });
export type WorkflowEdge = z.infer<typeof workflowEdge>;

/** A value that steps may set while the run goes, typed by JSON Schema; read as `vars.<name>`. */
export const workflowVariable = z.object({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be 1–64 letters, digits or underscores, starting with a letter'),
  schema: jsonObject.default({}),
  initial: jsonValue.default(null),
});
export type WorkflowVariable = z.infer<typeof workflowVariable>;

export const workflowFormatVersion = 1;

export const workflowDocument = z.object({
  format: z.literal('orrery.workflow'),
  formatVersion: z.literal(workflowFormatVersion),
  name: z.string().min(1).max(120),
  description: z.string().max(2000).default(''),
  variables: z.array(workflowVariable).max(200).optional(),
  /** Milliseconds for a whole run, waiting for people not counted; over it, the run fails. */
  deadlineMs: z.number().int().min(1).max(31_536_000_000).optional(),
  /** Higher goes first when runs queue; 0 when missing. */
  priority: z.number().int().min(-100).max(100).optional(),
  /** How many runs of this workflow go at once; further ones queue. */
  maxRuns: z.number().int().min(1).max(1000).optional(),
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
  const { format, formatVersion } = (value ?? {}) as { format?: unknown; formatVersion?: unknown };
  if (format === 'orrery.workflow' && typeof formatVersion === 'number' && formatVersion > workflowFormatVersion)
    throw new AppError(
      'workflow-newer',
      `${what} was written by a newer Orrery (format ${formatVersion}; this one reads ${workflowFormatVersion}).`,
      { place: 'formatVersion', hint: 'Update Orrery to use it. Nothing of it was stored or run.' },
    );
  const issue = result.error.issues[0];
  const place = issue === undefined ? '' : placeOf(issue.path);
  throw new AppError('workflow-malformed', `${what} is not a workflow: ${issueAt(place || 'the document', issue)}`, {
    place,
    hint: 'Mend that place, or export the workflow again from Orrery.',
  });
}
