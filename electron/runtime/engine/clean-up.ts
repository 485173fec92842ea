// What runs last, when a run was stopped or has failed: its clean-up nodes, over a session of their own, since the run's is
// stopped. What they give changes nothing of how the run ends.

import type { AppErrorShape } from '../../../shared/errors.ts';
import type { NodeOutputs } from '../nodes/define-node.ts';
import { bodyOf, RegionFailure, runRegion } from './bodies.ts';
import type { Execution } from './execute.ts';
import type { Journal } from './journal.ts';
import { runPass } from './pass.ts';
import { type ReadLarge, wholeOutputs } from './past/large.ts';
import { type Plan, type PlanNode, quoted } from './plan-types.ts';

export interface Ending {
  status: 'failed' | 'cancelled';
  error?: AppErrorShape | undefined;
}

export function cleanUpsFor(plan: Plan, { status }: Pick<Ending, 'status'>): PlanNode[] {
  const wanted = status === 'failed' ? 'failed' : 'stopped';
  return plan.nodes.filter(({ type, config }) => type.control === 'clean-up' && (config.when === 'both' || config.when === wanted));
}

/** Resolves when all of it is over, however it went: a failure in it is kept as that step's. */
export async function runCleanUps(execution: Execution, ending: Ending): Promise<void> {
  const { plan } = execution.options;
  await Promise.all(cleanUpsFor(plan, ending).map((node) => runOne(execution, node, ending)));
}

async function runOne(execution: Execution, node: PlanNode, { status, error }: Ending): Promise<void> {
  const { options, work, top } = execution;
  const { session, plan } = options;
  if (bodyOf(plan, node).nodes.length === 0) return;
  const value = {
    status: status === 'failed' ? 'failed' : 'stopped',
    error: error === undefined ? null : brief(error),
  };
  const body = { plan, journal: session.journal, runPass: (at: Parameters<typeof runPass>[1]) => runPass(work, at) };
  await session
    .step({
      step: node.id,
      node: node.id,
      effect: 'none',
      timeoutMs: node.node.timeoutMs ?? Number(node.config.seconds) * 1000,
      what: quoted(node.title),
      run: ({ signal }) =>
        session.activity.delegate(async (): Promise<NodeOutputs> => {
          try {
            await runRegion(body, top, node, { index: 0, value, signal });
          } catch (failure) {
            throw failure instanceof RegionFailure ? failure.error : failure;
          }
          return { out: value };
        }),
    })
    .catch((failure: unknown) => {
      // Kept in the journal as the failure of this step; the run still ends as it was going to.
      if (!session.signal.aborted) session.log(node.id, node.id, 'warn', `It did not end well: ${String(failure)}`);
    });
}

/** What the steps of the top gave, from the journal: a clean-up that is taken up again reads what it would have read. */
export async function restoreTop({ options, top }: Execution, journal: Journal, read: ReadLarge): Promise<void> {
  for (const node of options.plan.nodes) {
    if (node.scope !== 0) continue;
    const record = journal.steps.get(node.id);
    const error = record?.failure?.retryAt === undefined && node.node.onError === 'continue' ? record?.failure?.error : undefined;
    top.outputs[node.slot] = (await wholeOutputs(record, read)) ?? (error === undefined ? null : { error: brief(error) });
  }
}

const brief = ({ code, message, hint }: AppErrorShape) => ({ code, message, ...(hint === undefined ? {} : { hint }) });
