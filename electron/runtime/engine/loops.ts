// Runs a loop's body once for each item, as many at a time as its config says, and gathers the results in order.

import { AppError, isCancelled } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { StepContext } from '../services.ts';
import { mainOutput, type Plan, type PlanNode, type PlanScope, quoted } from './plan-types.ts';
import type { Frame } from './scope.ts';

const progressEveryMs = 100;

export interface LoopWork {
  plan: Plan;
  runPass(frame: Frame): Promise<void>;
  now(): number;
}

/** Throws `loop-needs-list`, or the first failure of an item when the loop stops at it. */
export async function runLoop(
  work: LoopWork,
  frame: Frame,
  node: PlanNode,
  list: JsonValue | undefined,
  context: Pick<StepContext, 'progress' | 'signal'>,
): Promise<JsonValue[]> {
  if (!Array.isArray(list))
    throw new AppError(
      'loop-needs-list',
      `${quoted(node.title)} was given ${list === null || list === undefined ? 'nothing' : kindOf(list)} and not a list.`,
      {
        hint: 'Connect a list to it, or make one with a transform.',
      },
    );
  const body = work.plan.scopes[work.plan.bodies.get(node.index) ?? -1];
  if (body === undefined) throw new AppError('internal', `The loop ${node.id} has no body.`);
  const results: JsonValue[] = new Array(list.length).fill(null);
  const state = { next: 0, done: 0, toldAt: 0, failure: undefined as { error: unknown } | undefined };
  const goesOn = node.config.onItemError === 'skip';
  const worker = async (): Promise<void> => {
    while (state.next < list.length && state.failure === undefined && !context.signal.aborted) {
      const index = state.next;
      state.next += 1;
      const pass = iteration(frame, node, body, list[index] as JsonValue, index, context.signal);
      try {
        await work.runPass(pass);
        results[index] = resultOf(work.plan, body, pass);
      } catch (error) {
        if (!goesOn || isCancelled(error)) state.failure ??= { error };
      }
      state.done += 1;
      const now = work.now();
      if (now - state.toldAt < progressEveryMs && state.done < list.length) continue;
      state.toldAt = now;
      context.progress({ done: state.done, total: list.length });
    }
  };
  const wanted = typeof node.config.concurrency === 'number' ? node.config.concurrency : 1;
  await Promise.all(Array.from({ length: Math.min(Math.max(1, wanted), list.length) }, worker));
  if (state.failure !== undefined) throw state.failure.error;
  return results;
}

const iteration = (frame: Frame, node: PlanNode, body: PlanScope, item: JsonValue, index: number, signal: AbortSignal): Frame => ({
  scope: body,
  parent: frame,
  suffix: frame.suffix === '' ? `#${index}` : `${frame.suffix}.${index}`,
  item,
  index,
  isContained: frame.isContained || node.config.onItemError === 'skip' || node.node.onError === 'continue',
  signal: node.node.timeoutMs === undefined ? frame.signal : signal,
  outputs: new Array(body.nodes.length),
});

/** The main output of the last node of the body on which nothing hangs and that fired; null when none did. */
function resultOf(plan: Plan, body: PlanScope, pass: Frame): JsonValue {
  for (let slot = body.nodes.length - 1; slot >= 0; slot -= 1) {
    const node = plan.nodes[body.nodes[slot] as number] as PlanNode;
    if ((body.targets[slot] as number[]).length > 0) continue;
    const outputs = pass.outputs[slot];
    const value = outputs === null || outputs === undefined ? undefined : mainOutput(node, outputs);
    if (value !== undefined) return value;
  }
  return null;
}

const kindOf = (value: JsonValue): string =>
  typeof value === 'string' ? 'text' : typeof value === 'number' ? 'a number' : typeof value === 'boolean' ? 'yes or no' : 'an object';
