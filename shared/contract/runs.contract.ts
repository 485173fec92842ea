// Starting, watching and reading runs, and taking earlier ones up again: fork, replay, compare.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { appErrorShape } from '../error-shape.ts';
import { grant } from '../model/grant.ts';
import { jobId, runId, workflowId } from '../model/ids.ts';
import { jsonValue } from '../model/json.ts';
import { keptBatch, keptEvents } from '../model/kept-rows.ts';
import { largeValue, runStatus, runSummary, sequencedEvent, stepKey, takenFrom } from '../model/run.ts';
import { runComparison } from '../model/run-comparison.ts';
import { workflowDocument } from '../model/workflow.ts';
import { call, nothing, paging } from './base.ts';

export const runsContract = {
  /** Starts a stored workflow, or a document that is not stored (command line). Inputs are checked against its input nodes. */
  start: call
    .input(
      z.object({
        workflow: z.union([z.object({ id: workflowId }), z.object({ document: workflowDocument })]),
        inputs: z.record(z.string(), jsonValue).default({}),
        /** What the person who starts it grants this run beyond its inputs. */
        grant: grant.optional(),
        /** Higher goes first in the queue; the workflow's own when missing. */
        priority: z.number().int().min(-100).max(100).optional(),
        /** Holds before every step until `stepOnce` or `resume`. */
        stepThrough: z.boolean().optional(),
      }),
    )
    .output(runSummary),
  cancel: call.input(z.object({ id: runId })).output(nothing),
  list: call
    .input(
      paging.extend({
        workflow: workflowId.optional(),
        status: z.array(runStatus).optional(),
        query: z.string().max(200).default(''),
        kind: z.enum(['workflow', 'turn']).optional(),
        origin: z.array(z.enum(['manual', 'chat', 'sub-workflow', 'job', 'fork', 'replay', 'client'])).optional(),
        job: jobId.optional(),
        /** Started at or after, in milliseconds since 1970. */
        since: z.number().optional(),
      }),
    )
    .output(z.array(runSummary)),
  /**
   * The run, the graph as it was, and its kept events: the first one and the newest, at most about 3 MB of them. `leftOut` says
   * how many in between did not come along.
   */
  get: call.input(z.object({ id: runId, /** Only the run's own line: no graph, no events. */ brief: z.boolean().optional() })).output(
    z.object({
      run: runSummary,
      document: workflowDocument.optional(),
      events: keptEvents,
      leftOut: z.number().int().optional(),
    }),
  ),
  /**
   * One step's inputs (computed from what its predecessors gave) and outputs by port. Values above about 1 MB together are in
   * `largeInputs` and `large` instead; `readLarge` gives them.
   */
  getStep: call.input(z.object({ id: runId, step: stepKey })).output(
    z.object({
      inputs: z.record(z.string(), jsonValue),
      outputs: z.record(z.string(), jsonValue).optional(),
      largeInputs: z.record(z.string(), largeValue).optional(),
      large: z.record(z.string(), largeValue).optional(),
      from: takenFrom.optional(),
      usage: z.object({ inputTokens: z.number().optional(), outputTokens: z.number().optional() }).optional(),
      /** Oldest first; the last one has no end while it goes. */
      attempts: z
        .array(
          z.object({
            attempt: z.number().int(),
            startedAt: z.number(),
            endedAt: z.number().optional(),
            error: appErrorShape.optional(),
            retryAt: z.number().optional(),
          }),
        )
        .optional(),
      logs: z.array(z.object({ at: z.number(), level: z.enum(['info', 'warn', 'error']), message: z.string() })).optional(),
    }),
  ),
  /**
   * Kept events after `after` (the first one and the newest, as in `get`: a gap in `seq` says what did not come along), then live
   * ones in batches; ends with the run.
   */
  watch: call
    .input(z.object({ id: runId, after: z.number().int().min(0).default(0) }))
    .output(eventIterator(z.union([z.array(sequencedEvent), keptBatch]))),
  /** A changed or new run, whenever there is one. */
  watchList: call.output(eventIterator(z.array(runSummary))),
  remove: call.input(z.object({ id: runId })).output(nothing),
  /** A large output, whole, as JSON text; at most 3 MB of it from `offset` (in characters). */
  readLarge: call
    .input(z.object({ id: runId, hash: largeValue.shape.hash, offset: z.number().int().min(0).default(0) }))
    .output(z.object({ text: z.string(), totalChars: z.number().int(), next: z.number().int().optional() })),
  /** Holds one run: no further step begins. */
  pause: call.input(z.object({ id: runId })).output(nothing),
  /** Lets a held run go on; ends stepping through it. */
  resume: call.input(z.object({ id: runId })).output(nothing),
  /** Lets a held run do its next step, or the named one of those that are ready, and gives its name. */
  stepOnce: call.input(z.object({ id: runId, step: stepKey.optional() })).output(z.object({ step: stepKey })),
  /**
   * A new run of the same graph (or of the stored workflow as it is now, with `useCurrent`) in which everything that is not
   * `step` or after it is taken from the earlier run; without `step`, everything that was done. `outputs` replaces what the step
   * gave: then the run goes on after it.
   */
  fork: call
    .input(
      z.object({
        id: runId,
        step: stepKey.optional(),
        useCurrent: z.boolean().default(false),
        inputs: z.record(z.string(), jsonValue).optional(),
        outputs: z.record(z.string(), jsonValue).optional(),
        stepThrough: z.boolean().optional(),
      }),
    )
    .output(runSummary),
  /** The run once more from its journal: no model, no network, no effect. Ends failed with `replay-differs` at the first difference. */
  replay: call.input(z.object({ id: runId })).output(runSummary),
  /** Two runs step by step. */
  compare: call.input(z.object({ left: runId, right: runId })).output(runComparison),
};
