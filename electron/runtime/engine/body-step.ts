// The step of a node that has a body: for-each, repeat, try and clean-up. Its own row in the journal says that the body is
// over; until then the body's steps are answered from theirs.

import { toAppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { NodeOutputs } from '../nodes/define-node.ts';
import type { StepContext } from '../services.ts';
import { type BodyWork, RegionFailure, runRegion } from './bodies.ts';
import type { Journal } from './journal.ts';
import { runLoop, runRepeat } from './loops.ts';
import { type PassWork, runPass } from './pass.ts';
import type { Plan, PlanNode, PlanScope } from './plan-types.ts';
import type { Frame } from './scope.ts';
import type { Session } from './session.ts';

/** The part of a run's execution that a body needs. */
export interface BodyExecution {
  readonly options: { readonly session: Session; readonly plan: Plan };
  readonly work: PassWork;
}

export interface BodyStep {
  frame: Frame;
  node: PlanNode;
  inputs: Record<string, JsonValue>;
  step: string;
  context: StepContext;
}

/** `callNode` runs the node's own `run` in a round of its body: a repeat says with it whether it is over. */
export function runBody(
  execution: BodyExecution,
  { frame, node, inputs, context }: BodyStep,
  callNode: (at: Frame, inputs: Record<string, JsonValue>) => Promise<NodeOutputs>,
): Promise<NodeOutputs> {
  const { session, plan } = execution.options;
  const passes = {
    plan,
    journal: session.journal,
    runPass: (at: Frame) => runPass(execution.work, at),
    now: () => session.clock.now(),
  };
  return session.activity.delegate(() => {
    switch (node.type.control) {
      case 'repeat':
        return runRepeat(
          {
            ...passes,
            judge: (pass, result) => callNode(pass, { in: result }),
            hasRound: (body, suffix) => roundsOf(plan, session.journal).has(`${body.index}${suffix}`),
          },
          frame,
          node,
          inputs.in ?? null,
          context,
        );
      case 'try':
        return runTry(passes, frame, node, inputs.in ?? null, context);
      default:
        return runLoop(passes, frame, node, inputs.in, context);
    }
  });
}

/** Each attempt is a round with step names of its own, so that the steps of a failed one are not taken for the next one's. */
async function runTry(work: BodyWork, frame: Frame, node: PlanNode, value: JsonValue, context: StepContext): Promise<NodeOutputs> {
  try {
    const done = await runRegion(work, frame, node, { index: context.attempt - 1, value, signal: context.signal });
    return { done };
  } catch (failure) {
    if (!(failure instanceof RegionFailure)) throw failure;
    if (context.attempt <= (node.node.retry?.times ?? 0)) throw toAppError(failure.error);
    const { code, message, hint } = toAppError(failure.error);
    return { error: { code, message, ...(hint === undefined ? {} : { hint }), node: failure.at.node.id, step: failure.at.step } };
  }
}

const knownRounds = new WeakMap<Journal, ReadonlySet<string>>();

/** Each round of each body of which a step is in the journal, as `body#3.0`. */
function roundsOf(plan: Plan, journal: Journal): ReadonlySet<string> {
  let rounds = knownRounds.get(journal);
  if (rounds === undefined) {
    rounds = readRounds(plan, journal);
    knownRounds.set(journal, rounds);
  }
  return rounds;
}

function readRounds(plan: Plan, journal: Journal): Set<string> {
  const rounds = new Set<string>();
  const scopeOf = new Map(plan.nodes.map((node) => [node.id, node.scope]));
  for (const step of journal.steps.keys()) {
    const [id = '', path = ''] = step.split(/[#~/]/, 2);
    let scope = plan.scopes[scopeOf.get(id) ?? 0] as PlanScope;
    for (const parts = path.split('.'); scope.depth > 0 && parts.length > 0; parts.pop()) {
      rounds.add(`${scope.index}#${parts.join('.')}`);
      scope = plan.scopes[scope.parent] as PlanScope;
    }
  }
  return rounds;
}
