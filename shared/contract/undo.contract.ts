import { z } from 'zod';
import { auditActor } from '../model/audit.ts';
import {
  change,
  changeDetail,
  changeId,
  changeKind,
  changeSet,
  changeSetId,
  undoChoice,
  undoEvent,
  undoItem,
  undoPlanEvent,
  undoPlanId,
  undoResult,
  undoSelection,
  undoState,
} from '../model/change.ts';
import { runId } from '../model/ids.ts';
import { stepKey } from '../model/run.ts';
import { batches, call, nothing, paging } from './base.ts';

const actor = auditActor.pick({ kind: true, id: true });

export const undoContract = {
  /** Newest first. */
  listSets: call
    .input(
      paging.extend({
        since: z.number().optional(),
        actor: actor.optional(),
        /** Without what the person did by hand. */
        notByPerson: z.boolean().optional(),
        kinds: z.array(changeKind).max(20).optional(),
        query: z.string().max(200).optional(),
      }),
    )
    .output(z.array(changeSet)),
  /** Its changes, oldest first; with `limit` its first ones. */
  getSet: call
    .input(z.object({ id: changeSetId, limit: z.number().int().min(1).max(5000).optional() }))
    .output(z.object({ set: changeSet, changes: z.array(change) })),
  /** What a run changed; nothing when it changed nothing. */
  ofRun: call.input(z.object({ run: runId })).output(z.object({ set: changeSet.optional() })),
  /** What a run and its steps are called. `run` is missing when it is not kept any more, and so are steps that nothing is known of. */
  nameSteps: call.input(z.object({ run: runId, steps: z.array(stepKey).max(1000) })).output(
    z.object({
      run: z.object({ title: z.string(), number: z.number().int() }).optional(),
      steps: z.record(z.string(), z.string()),
    }),
  ),
  getChange: call.input(z.object({ id: changeId })).output(changeDetail),
  /** What undoing would do, newest first. Nothing is changed. */
  plan: call.input(z.object({ selection: undoSelection })).output(z.array(undoItem)),
  /** Conflicts are left as they are unless `choices` says otherwise, by change. */
  undo: call.input(z.object({ selection: undoSelection, choices: z.record(z.string(), undoChoice).default({}) })).output(undoResult),
  /**
   * The same for any number of changes: tells how far it has looked, then what is counted over all of them. The plan is kept for a
   * while, to be shown in pages and carried out. Refused with `undo-plan-gone` when it is not kept any more.
   */
  prepare: call.input(z.object({ selection: undoSelection })).output(batches(undoPlanEvent)),
  listPlanned: call
    .input(
      z.object({ plan: undoPlanId, state: undoState, from: z.number().int().min(0), limit: z.number().int().min(1).max(200).default(100) }),
    )
    .output(z.array(undoItem)),
  /**
   * Carries a plan out and tells how far it is; it goes on when nobody listens. `otherwise` is for things that were changed since and
   * are not in `choices`.
   */
  carryOut: call
    .input(
      z.object({
        plan: undoPlanId,
        hash: z.string().max(200),
        choices: z.record(z.string(), undoChoice).default({}),
        otherwise: undoChoice.default('keep'),
      }),
    )
    .output(batches(undoEvent)),
  /** What was taken back so far stays so. */
  stop: call.input(z.object({ plan: undoPlanId })).output(nothing),
  /** Changes of configuration, newest first. */
  listRevisions: call
    .input(paging.extend({ kind: changeKind.optional(), target: z.string().max(8192).optional(), query: z.string().max(200).optional() }))
    .output(z.array(change)),
  /** Puts a thing back to what this revision left it as. */
  rollback: call.input(z.object({ id: changeId })).output(undoResult),
  /** Told when something was changed or taken back. */
  watch: call.output(batches(z.object({ at: z.number() }))),
};
