// Runs a loop's body once for each item, as many at a time as its config says, and gathers the results in order; and a
// repeat's body again and again, each time with what the last time gave, until its condition holds.

import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { NodeOutputs } from '../nodes/define-node.ts';
import type { StepContext } from '../services.ts';
import { type BodyWork, bodyOf, resultOf } from './bodies.ts';
import { type PlanNode, type PlanScope, quoted } from './plan-types.ts';
import { bodyFrame, type Frame, roundSuffix } from './scope.ts';

const progressEveryMs = 100;

export interface LoopWork extends BodyWork {
  now(): number;
}

/**
 * Gives `done`: the results in order, null where an item failed; and `failed` when failures are collected and there are any.
 * Throws `loop-needs-list`, or the first failure of an item when the loop stops at it.
 */
export async function runLoop(
  work: LoopWork,
  frame: Frame,
  node: PlanNode,
  list: JsonValue | undefined,
  context: Pick<StepContext, 'progress' | 'signal'>,
): Promise<NodeOutputs> {
  if (!Array.isArray(list))
    throw new AppError(
      'loop-needs-list',
      `${quoted(node.title)} was given ${list === null || list === undefined ? 'nothing' : kindOf(list)} and not a list.`,
      {
        hint: 'Connect a list to it, or make one with a transform.',
      },
    );
  const body = bodyOf(work.plan, node);
  const results: JsonValue[] = new Array(list.length).fill(null);
  const failures: { index: number; error: unknown }[] = [];
  const state = { next: 0, done: 0, toldAt: 0, failure: undefined as { error: unknown } | undefined };
  const policy = node.config.onItemError;
  const goesOn = policy === 'skip' || policy === 'collect';
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
        else failures.push({ index, error });
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
  if (policy !== 'collect' || failures.length === 0) return { done: results };
  return { done: results, failed: failures.sort((a, b) => a.index - b.index).map((one) => failureOf(one, list[one.index] ?? null)) };
}

function failureOf({ index, error }: { index: number; error: unknown }, item: JsonValue): JsonValue {
  const { code, message, hint } = toAppError(error);
  return { index, item, code, message, ...(hint === undefined ? {} : { hint }) };
}

export interface RepeatWork extends LoopWork {
  /** What the node itself says of a result: `done` when it is enough. */
  judge(pass: Frame, result: JsonValue): Promise<NodeOutputs>;
  /** A step of this round is in the journal, so the one before it was not the last. */
  hasRound(body: PlanScope, suffix: string): boolean;
}

/** Gives `done`: the last result. Throws `repeat-bound-reached`, or the first failure of a round. */
export async function runRepeat(
  work: RepeatWork,
  frame: Frame,
  node: PlanNode,
  start: JsonValue,
  context: Pick<StepContext, 'progress' | 'signal'>,
): Promise<NodeOutputs> {
  const body = bodyOf(work.plan, node);
  const maxTimes = Number(node.config.maxTimes);
  let value = start;
  let toldAt = 0;
  for (let index = 0; index < maxTimes; index += 1) {
    const pass = iteration(frame, node, body, value, index, context.signal);
    await work.runPass(pass);
    value = resultOf(work.plan, body, pass);
    const isLast = index + 1 >= maxTimes;
    // What was decided before a restart is not decided again: variables may have changed since.
    const wentOn = !isLast && work.hasRound(body, roundSuffix(frame, index + 1));
    if (!wentOn && (await work.judge(pass, value)).done !== undefined) return { done: value };
    const now = work.now();
    if (now - toldAt < progressEveryMs && !isLast) continue;
    toldAt = now;
    context.progress({ done: index + 1, note: `${index + 1} of at most ${maxTimes}` });
  }
  if (node.config.atBound === 'go-on') return { done: value };
  throw new AppError('repeat-bound-reached', `${quoted(node.title)} repeated ${maxTimes} times, and its condition still does not hold.`, {
    hint: 'Look at its last result and its condition, allow more times, or let it go on at the bound.',
  });
}

function iteration(frame: Frame, node: PlanNode, body: PlanScope, value: JsonValue, index: number, signal: AbortSignal): Frame {
  const { onItemError } = node.config;
  const isContained = onItemError === 'skip' || onItemError === 'collect' || node.node.onError === 'continue';
  return bodyFrame(frame, body, index, {
    value,
    item: { value, index },
    fail: isContained ? () => {} : frame.fail,
    signal: node.node.timeoutMs === undefined ? frame.signal : signal,
  });
}

const kindOf = (value: JsonValue): string =>
  typeof value === 'string' ? 'text' : typeof value === 'number' ? 'a number' : typeof value === 'boolean' ? 'yes or no' : 'an object';
