// Starting, watching and reading runs.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { grant } from '../model/grant.ts';
import { runId, workflowId } from '../model/ids.ts';
import { jsonValue } from '../model/json.ts';
import { runStatus, runSummary, sequencedEvent, stepKey } from '../model/run.ts';
import { workflowDocument } from '../model/workflow.ts';
import { batches, call, nothing, paging } from './base.ts';

export const runsContract = {
  /** Starts a stored workflow, or a document that is not stored (command line). Inputs are checked against its input nodes. */
  start: call
    .input(
      z.object({
        workflow: z.union([z.object({ id: workflowId }), z.object({ document: workflowDocument })]),
        inputs: z.record(z.string(), jsonValue).default({}),
        /** What the person who starts it grants this run beyond its inputs. */
        grant: grant.optional(),
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
      }),
    )
    .output(z.array(runSummary)),
  /** The run, the graph as it was, and its kept events. */
  get: call
    .input(z.object({ id: runId }))
    .output(z.object({ run: runSummary, document: workflowDocument.optional(), events: z.array(sequencedEvent) })),
  /** One step's inputs (computed from what its predecessors gave) and outputs by port. */
  getStep: call
    .input(z.object({ id: runId, step: stepKey }))
    .output(z.object({ inputs: z.record(z.string(), jsonValue), outputs: z.record(z.string(), jsonValue).optional() })),
  /** Kept events after `after`, then live ones in batches; ends with the run. */
  watch: call.input(z.object({ id: runId, after: z.number().int().min(0).default(0) })).output(batches(sequencedEvent)),
  /** A changed or new run, whenever there is one. */
  watchList: call.output(eventIterator(z.array(runSummary))),
  remove: call.input(z.object({ id: runId })).output(nothing),
};
