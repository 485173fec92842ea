// A workflow run by a step of another run. The child's id follows from the step and its attempt, so that a step taken up
// again after a restart finds its child instead of starting a second one.

import { AppError, fromShape } from '../../../shared/errors.ts';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunOrigin, RunSummary } from '../../../shared/model/run.ts';
import type { Ports, RunStore } from '../ports.ts';
import type { StartRun } from '../services.ts';
import { childRunId } from './child-run-id.ts';
import type { StepBinding } from './execute.ts';
import { quoted } from './plan-types.ts';

const maxDepth = 16;

export interface ChildRunDeps {
  ports: Pick<Ports, 'store' | 'hash'>;
  startAs(id: RunId, request: StartRun): RunSummary;
  /** In a replay: the child on record once more. */
  replayChild(id: RunId, recorded: RunId, origin: RunOrigin): RunSummary;
  /** Drives it if this process does not yet. */
  ensureLive(id: RunId): void;
  waitForEnd(id: RunId, signal: AbortSignal): Promise<RunSummary & { outputs: Record<string, JsonValue> }>;
  cancel(id: RunId): Promise<void>;
  isClosing(): boolean;
}

/** Throws `workflow-not-found`, `workflows-too-deep`, or the child's own failure. */
export async function runChild(
  deps: ChildRunDeps,
  { session, step, context }: StepBinding,
  workflow: string,
  inputs: Record<string, JsonValue>,
): Promise<Record<string, JsonValue>> {
  const { store, hash } = deps.ports;
  const id = childRunId(hash, session.id, step, context.attempt);
  const isNew = store.runs.get(id) === undefined;
  if (isNew && session.replay !== undefined) {
    const recorded = session.replay.childOf(step, context.attempt) ?? childRunId(hash, session.replay.source, step, context.attempt);
    deps.replayChild(id, recorded, { kind: 'sub-workflow', run: session.id, step });
  } else if (isNew) {
    const document = store.workflows.get(workflow as WorkflowId);
    if (document === undefined)
      throw new AppError('workflow-not-found', `The workflow ${quoted(workflow)} is not there any more.`, {
        hint: 'Choose another one in the node.',
      });
    if (depthOf(store.runs, session.id) >= maxDepth)
      throw new AppError('workflows-too-deep', `Workflows ran each other ${maxDepth} deep.`, { hint: 'Look whether one runs itself.' });
    const origin = { kind: 'sub-workflow' as const, run: session.id, step };
    deps.startAs(id, { document, workflow: document.id, inputs, origin, grant: session.grant });
  } else {
    deps.ensureLive(id);
  }
  const end = await waitOrCancel(deps, id, context.signal);
  if (end.status === 'done') return end.outputs;
  if (end.error !== undefined) throw fromShape(end.error);
  throw new AppError('child-cancelled', `The run of ${quoted(end.title)} was stopped.`, { hint: 'Run it again.' });
}

async function waitOrCancel(deps: ChildRunDeps, id: RunId, signal: AbortSignal): ReturnType<ChildRunDeps['waitForEnd']> {
  try {
    return await deps.waitForEnd(id, signal);
  } catch (error) {
    // The parent was stopped or ran out of time. When the host closes, the child is put aside like its parent.
    if (signal.aborted && !deps.isClosing()) await deps.cancel(id);
    throw error;
  }
}

function depthOf(runs: Pick<RunStore, 'get'>, id: RunId): number {
  let depth = 1;
  let run = runs.get(id);
  while (run?.origin.kind === 'sub-workflow' && depth < maxDepth) {
    depth += 1;
    run = runs.get(run.origin.run);
  }
  return depth;
}
