// Which rounds of which bodies had failed for good when a run is taken up again, from its journal. What was stopped because
// of that must not begin once more. Pure.

import type { AppErrorShape } from '../../../shared/errors.ts';
import type { Journal } from './journal.ts';
import type { Plan, PlanNode, PlanScope } from './plan-types.ts';
import type { FailedStep } from './scope.ts';

export interface KnownFailure extends FailedStep {
  error: AppErrorShape;
}

const known = new WeakMap<Journal['steps'], ReadonlyMap<string, KnownFailure>>();

/** The failure that ended this pass over this scope; the top's is the one that ended the run. */
export function knownFailure(plan: Plan, { steps }: Pick<Journal, 'steps'>, scope: PlanScope, suffix: string): KnownFailure | undefined {
  let failures = known.get(steps);
  if (failures === undefined) {
    failures = readFailures(plan, steps);
    known.set(steps, failures);
  }
  return failures.get(keyOf(scope, suffix));
}

const keyOf = ({ index }: PlanScope, suffix: string): string => `${index}${suffix}`;

function readFailures(plan: Plan, steps: Journal['steps']): Map<string, KnownFailure> {
  const failures = new Map<string, KnownFailure>();
  if (steps.size === 0) return failures;
  const byId = new Map(plan.nodes.map((node) => [node.id, node]));
  for (const [step, { failure, outputs }] of steps) {
    if (failure === undefined || failure.retryAt !== undefined || outputs !== undefined) continue;
    const [id = '', path = ''] = step.split('#');
    const node = byId.get(id);
    // Steps below a step, such as a question or an agent's tool call, are that step's business.
    if (node === undefined || /[~/]/.test(path) || failure.error.code === 'step-given-up') continue;
    spread(plan, { node, step, error: failure.error }, path === '' ? [] : path.split('.'), failures);
  }
  return failures;
}

/** From the failed step outwards, as far as nothing catches it. */
function spread(plan: Plan, failure: KnownFailure, place: string[], failures: Map<string, KnownFailure>): void {
  let at: PlanNode | undefined = failure.node;
  while (at !== undefined && !isCaughtAt(at)) {
    const scope = plan.scopes[at.scope] as PlanScope;
    const key = keyOf(scope, place.length === 0 ? '' : `#${place.join('.')}`);
    if (!failures.has(key)) failures.set(key, failure);
    at = plan.nodes[scope.loop];
    if (at !== undefined && isContainedBy(at)) return;
    place.pop();
  }
}

/** Its failure goes out of its own error port. */
const isCaughtAt = ({ node, type }: PlanNode): boolean => node.onError === 'continue' || type.control === 'try';

/** What fails in its body is its result, or nothing that ends the run. */
const isContainedBy = ({ type, config }: PlanNode): boolean =>
  type.control === 'try' || type.control === 'clean-up' || config.onItemError === 'skip' || config.onItemError === 'collect';
