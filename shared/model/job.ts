// A job: a workflow with its trigger and its grant, run without a person there. And a due run: one time that a job had to run,
// kept before it is due, so that nothing that was due is ever forgotten in silence.

import { z } from 'zod';
import { appErrorShape } from '../error-shape.ts';
import { grant } from './grant.ts';
import { dueId, jobId, runId, workflowId } from './ids.ts';
import { jsonValue } from './json.ts';

export { type AgreedGraph, agreedGraph } from './agreed-graph.ts';

/**
 * What happens to runs that came due while the host was closed, asleep or its clock jumped: none of them, one for all of them,
 * or each of them.
 */
export const missedRule = z.enum(['skip', 'once', 'all']);
export type MissedRule = z.infer<typeof missedRule>;

export const job = z.object({
  id: jobId,
  workflow: workflowId,
  /** The workflow's name. */
  title: z.string(),
  /** The trigger node in it, its kind (`trigger.schedule`) and what it says of itself ("Every weekday at 08:00"). */
  node: z.string(),
  kind: z.string(),
  when: z.string(),
  isOn: z.boolean(),
  /** What its runs may do without asking; everything else waits in the inbox. */
  grant,
  /** Values for the workflow's input nodes. */
  inputs: z.record(z.string(), jsonValue),
  createdAt: z.number(),
  updatedAt: z.number(),
  /** Schedules: the next time, kept already. */
  nextDueAt: z.number().optional(),
  lastRun: z.object({ id: runId, at: z.number(), status: z.string() }).optional(),
  /** Webhooks: where it listens, without its token. */
  address: z.string().optional(),
  /** Its workflow is not what its grant was given for: what is different, in words. Its next run asks. */
  changes: z.array(z.string()).optional(),
  /** Why it cannot fire now, in words, with what to do: folder gone, no such time, workflow changed, hotkey taken. */
  trouble: appErrorShape.optional(),
});
export type Job = z.infer<typeof job>;

export const dueRun = z.object({
  id: dueId,
  job: jobId,
  title: z.string(),
  dueAt: z.number(),
  /** `due`: stored, not begun. `started`: became the run. `missed`: passed over by its missed rule. `dropped`: turned off or changed. */
  state: z.enum(['due', 'started', 'missed', 'dropped']),
  /** In words: "The host was closed from 21:04 to 08:12", "The clock went forward an hour". */
  reason: z.string().optional(),
  run: runId.optional(),
  settledAt: z.number().optional(),
});
export type DueRun = z.infer<typeof dueRun>;
