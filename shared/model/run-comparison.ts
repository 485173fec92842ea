// What differs between two runs, step by step. Worked out by the runtime; drawn by the run page and the command line.

import { z } from 'zod';
import { runSummary, stepKey } from './run.ts';

export const stepDifference = z.object({
  step: stepKey,
  node: z.string(),
  /** `same`: equal outputs (byte for byte as JSON) and equal outcome. */
  state: z.enum(['same', 'changed', 'only-left', 'only-right']),
  left: z.object({ status: z.string(), ms: z.number().optional(), outputs: z.string().optional() }).optional(),
  right: z.object({ status: z.string(), ms: z.number().optional(), outputs: z.string().optional() }).optional(),
});
export type StepDifference = z.infer<typeof stepDifference>;

export const runComparison = z.object({
  left: runSummary,
  right: runSummary,
  /** The graphs differ: node ids that were added, removed or changed from left to right. */
  graph: z.object({ added: z.array(z.string()), removed: z.array(z.string()), changed: z.array(z.string()) }),
  inputs: z.enum(['same', 'changed']),
  /** In the order of the left run, then what only the right has. `outputs` are JSON texts, cut at 2,000 characters. */
  steps: z.array(stepDifference),
  /** Steps that are the same and did not come along, because there are too many. */
  leftOut: z.number().int().optional(),
});
export type RunComparison = z.infer<typeof runComparison>;
