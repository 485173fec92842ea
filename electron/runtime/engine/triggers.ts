// Which trigger nodes of a graph fire when a run starts. Pure.

import { AppError } from '../../../shared/errors.ts';
import type { NewRun } from '../ports.ts';
import { type Plan, type PlanNode, quoted } from './plan-types.ts';

/** The one that started the run; without one, the manual ones, or all when there is no manual one. */
export function firingTriggers(plan: Plan, trigger: NewRun['trigger']): ReadonlySet<PlanNode> {
  const triggers = plan.nodes.filter(({ type }) => type.control === 'trigger');
  if (trigger !== undefined) return new Set(triggers.filter(({ id }) => id === trigger.node));
  const manual = triggers.filter(({ type }) => type.kind === 'trigger.manual');
  return new Set(manual.length > 0 ? manual : triggers);
}

/** Throws `trigger-not-found` before anything runs. */
export function checkTrigger(plan: Plan, trigger: NewRun['trigger']): void {
  if (trigger === undefined) return;
  const node = plan.nodes.find(({ id }) => id === trigger.node);
  if (node?.type.control === 'trigger') return;
  const what = node === undefined ? `has no node ${quoted(trigger.node)} any more` : `is not started by ${quoted(node.title)}`;
  throw new AppError('trigger-not-found', `The workflow ${what}.`, {
    place: trigger.node,
    hint: 'Turn the job off, or turn it on again at the trigger that is there now.',
  });
}
