// The tool calls of one model answer, each a journaled step. A failure or a refusal is a result that the model is told, not
// the end of the turn. Reading tools of our own servers run side by side, everything else one after the other.

import { z } from 'zod';
import { appErrorShape } from '../../../shared/error-shape.ts';
import { isCancelled, toAppError } from '../../../shared/errors.ts';
import type { ToolCallPart } from '../../../shared/model/chat.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { toolResult } from '../../../shared/model/tool.ts';
import type { StepContext } from '../services.ts';
import { isBuiltIn } from '../tools/find-tool.ts';
import { sentenceOfCall, wordsOfCall } from './call-words.ts';
import type { ModelOutputs } from './model-step.ts';
import type { OfferedTools } from './tool-names.ts';
import type { Turn, TurnDeps } from './turn.ts';

type Call = ModelOutputs['toolCalls'][number];
type Target = NonNullable<Call['target']>;

const toolOutputs = z.object({
  state: z.enum(['done', 'failed', 'denied']),
  result: toolResult.optional(),
  error: appErrorShape.optional(),
  ms: z.number().optional(),
});
type ToolOutputs = z.infer<typeof toolOutputs>;

/** How many reading calls run side by side. */
const atOnce = 8;

export async function runToolCalls(deps: TurnDeps, turn: Turn, n: number, calls: readonly Call[], offered: OfferedTools): Promise<void> {
  const base = turn.live.partCount;
  for (const [i, call] of calls.entries()) turn.live.setPart(base + i, newPart(deps, turn, call, `${n}-${i}`));
  const isReading = (call: Call | undefined): boolean =>
    call?.target !== undefined && deps.belt.effectOf(call.target.server, call.target.tool) === 'none';
  for (let i = 0; i < calls.length; ) {
    let end = i + 1;
    while (isReading(calls[i]) && end - i < atOnce && isReading(calls[end])) end += 1;
    const group = calls
      .slice(i, end)
      .map((call, offset) => runCall(deps, turn, `tool-${n}-${i + offset}`, base + i + offset, call, offered));
    // All must have come to rest before the turn goes on or stops; then the first failure counts.
    for (const settled of await Promise.allSettled(group)) if (settled.status === 'rejected') throw settled.reason;
    i = end;
  }
}

function newPart(deps: TurnDeps, turn: Turn, call: Call, place: string): ToolCallPart {
  const target = call.target ?? { server: 'unknown' as ServerId, tool: call.name.slice(0, 200) };
  return {
    type: 'tool-call',
    call: `${turn.live.snapshot.id}-${place}`,
    ...target,
    args: call.args,
    state: 'running',
    startedAt: deps.clock.now(),
  };
}

async function runCall(deps: TurnDeps, turn: Turn, key: string, index: number, call: Call, offered: OfferedTools): Promise<void> {
  const outputs =
    call.target === undefined ? unknownTool(call.name, offered) : await stepOutcome(deps, turn, key, index, call, call.target);
  turn.live.changeCall(
    index,
    {
      state: outputs.state,
      ...(outputs.ms === undefined ? {} : { ms: outputs.ms }),
      ...(outputs.result === undefined ? {} : { result: outputs.result }),
      ...(outputs.error === undefined ? {} : { error: outputs.error }),
    },
    ['inbox'],
  );
}

async function stepOutcome(deps: TurnDeps, turn: Turn, key: string, index: number, call: Call, target: Target): Promise<ToolOutputs> {
  const name = `${target.server}.${target.tool}`;
  const step = `${turn.prefix}${key}`;
  const said = { ...target, builtIn: isBuiltIn(deps.tools, target.server), args: call.args };
  turn.onNote?.(sentenceOfCall(said));
  try {
    const outputs = await turn.session.step({
      step,
      node: name,
      effect: deps.belt.effectOf(target.server, target.tool),
      what: wordsOfCall(said),
      calls: () => said,
      run: async (context) => asJson(await callTool(deps, turn, step, index, call, target, context)),
    });
    const parsed = toolOutputs.safeParse(outputs);
    if (parsed.success) return parsed.data;
    // The person said that it happened, before its result was kept.
    const text = 'The person says that this was done; what it returned is not known.';
    return { state: 'done', result: { content: [{ type: 'text', text }], isError: false } };
  } catch (error) {
    if (turn.signal.aborted || isCancelled(error)) throw error;
    return { state: 'failed', error: toAppError(error).toJSON() };
  }
}

/** What is kept is JSON: a member that is `undefined` is left out. */
const asJson = (outputs: ToolOutputs): Record<string, JsonValue> => JSON.parse(JSON.stringify(outputs)) as Record<string, JsonValue>;

async function callTool(
  deps: TurnDeps,
  turn: Turn,
  step: string,
  index: number,
  call: Call,
  target: Target,
  context: StepContext,
): Promise<ToolOutputs> {
  const { session, agent, conversation } = turn;
  const signal = AbortSignal.any([context.signal, turn.signal]);
  const startedAt = deps.clock.now();
  const ms = () => Math.max(0, deps.clock.now() - startedAt);
  try {
    const result = await deps.belt.call({
      actor: { kind: 'agent', agent, ...(conversation === undefined ? {} : { conversation }) },
      server: target.server,
      tool: target.tool,
      args: call.args,
      run: { id: session.id, title: session.title, grant: session.grant },
      step,
      source: turn.source(step),
      context: {
        signal,
        attempt: context.attempt,
        progress: (progress) => context.progress(progress),
        idempotencyKey: context.idempotencyKey,
        ...(context.begins === undefined ? {} : { begins: context.begins }),
        waiting: async (inbox) => {
          await context.waiting(inbox);
          turn.live.changeCall(index, { state: 'waiting', inbox });
          turn.onWaiting?.(inbox, true);
        },
        answered: async (inbox) => {
          await context.answered(inbox);
          turn.live.changeCall(index, { state: 'running' }, ['inbox']);
          turn.onWaiting?.(inbox, false);
        },
      },
    });
    return { state: result.isError ? 'failed' : 'done', result, ms: ms() };
  } catch (error) {
    if (signal.aborted || isCancelled(error)) throw error;
    const known = toAppError(error);
    return { state: known.code === 'denied' ? 'denied' : 'failed', error: known.toJSON(), ms: ms() };
  }
}

function unknownTool(name: string, offered: OfferedTools): ToolOutputs {
  const names = [...offered.byName.keys()];
  return {
    state: 'failed',
    error: {
      code: 'tool-not-found',
      message: `There is no tool ${name.slice(0, 120)}.`,
      hint: names.length === 0 ? 'No tools are offered; answer without one.' : `These exist: ${names.slice(0, 60).join(', ')}.`,
      retryable: false,
    },
  };
}
