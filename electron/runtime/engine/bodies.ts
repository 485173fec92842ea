// What the kinds of bodies have in common: how one round of a body is run as a region of its own, and what it gives.

import { AppError, cancelled, fromShape, isCancelled } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { Journal } from './journal.ts';
import { knownFailure } from './known-failures.ts';
import { mainOutput, type Plan, type PlanNode, type PlanScope } from './plan-types.ts';
import { bodyFrame, type FailedStep, type Frame } from './scope.ts';

export interface BodyWork {
  plan: Plan;
  runPass(frame: Frame): Promise<void>;
  /** As the run was taken up. */
  journal: Pick<Journal, 'steps'>;
}

export function bodyOf(plan: Plan, node: PlanNode): PlanScope {
  const body = plan.scopes[plan.bodies.get(node.index) ?? -1];
  if (body === undefined) throw new AppError('internal', `The node ${node.id} has no body.`);
  return body;
}

/** The main output of the last node of the body on which nothing hangs and that fired; null when none did. */
export function resultOf(plan: Plan, body: PlanScope, pass: Frame): JsonValue {
  for (let slot = body.nodes.length - 1; slot >= 0; slot -= 1) {
    const node = plan.nodes[body.nodes[slot] as number] as PlanNode;
    if ((body.targets[slot] as number[]).length > 0) continue;
    const outputs = pass.outputs[slot];
    const value = outputs === null || outputs === undefined ? undefined : mainOutput(node, outputs);
    if (value !== undefined) return value;
  }
  return null;
}

/** A failure inside a region, and where it happened. */
export class RegionFailure extends Error {
  readonly error: unknown;
  readonly at: FailedStep;

  constructor(error: unknown, at: FailedStep) {
    super('A region failed.');
    this.error = error;
    this.at = at;
  }
}

/**
 * Runs one round of a node's body once; the first failure inside it stops the rest of the round. Gives the body's result.
 * Throws `RegionFailure`, or `cancelled` when the signal aborts.
 */
export async function runRegion(
  work: BodyWork,
  frame: Frame,
  node: PlanNode,
  round: { index: number; value: JsonValue; signal: AbortSignal },
): Promise<JsonValue> {
  const body = bodyOf(work.plan, node);
  const stop = new AbortController();
  const end = (): void => stop.abort(cancelled());
  let failure: RegionFailure | undefined;
  const fail: Frame['fail'] = (error, at) => {
    if (failure !== undefined || isCancelled(error)) return;
    failure = new RegionFailure(error, at);
    end();
  };
  const pass = bodyFrame(frame, body, round.index, { value: round.value, fail, signal: stop.signal });
  const known = knownFailure(work.plan, work.journal, body, pass.suffix);
  if (known !== undefined) throw new RegionFailure(fromShape(known.error), known);
  round.signal.addEventListener('abort', end, { once: true });
  if (round.signal.aborted) end();
  try {
    await work.runPass(pass);
    return resultOf(work.plan, body, pass);
  } catch (error) {
    throw failure !== undefined && !round.signal.aborted ? failure : error;
  } finally {
    round.signal.removeEventListener('abort', end);
  }
}
