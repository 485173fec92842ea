// One agent turn: ask the model, run the tools it calls, ask again, until it calls none. Every model call and every tool call
// is a journaled step, so a turn that was cut off anywhere goes on without repeating what was done. Approvals, secrets and
// grants are the belt's business; how a turn is shown is the live message's.

import { toAppError } from '../../../shared/errors.ts';
import type { Agent } from '../../../shared/model/agent.ts';
import type { Message } from '../../../shared/model/chat.ts';
import type { ConversationId, InboxId } from '../../../shared/model/ids.ts';
import type { MemorySource } from '../../../shared/model/memory.ts';
import type { Clock, ToolHost } from '../ports.ts';
import type { ModelService, RunSession, ToolBelt } from '../services.ts';
import type { LiveMessage } from './live-message.ts';
import { callModel } from './model-step.ts';
import { chooseTools, offerTools } from './tool-names.ts';
import { runToolCalls } from './tool-steps.ts';

export interface TurnDeps {
  models: ModelService;
  belt: ToolBelt;
  tools: Pick<ToolHost, 'tools'>;
  clock: Clock;
  /** Folders of the settings, for the prompt. */
  folders(): readonly string[];
}

export interface Turn {
  session: RunSession;
  /** Goes before every step key: empty in a conversation, `step/` inside a workflow. */
  prefix: string;
  agent: Agent;
  conversation?: ConversationId | undefined;
  /** The conversation before this turn's answer. */
  history: readonly Message[];
  live: LiveMessage;
  signal: AbortSignal;
  source: (step: string) => MemorySource;
  /** For a workflow's progress. */
  onNote?: ((note: string) => void) | undefined;
  onWaiting?: ((inbox: InboxId, isWaiting: boolean) => void) | undefined;
}

/** Throws what stopped it: `cancelled`, or the AppError of the model. A failed or declined tool call does not stop it. */
export async function runTurn(deps: TurnDeps, turn: Turn): Promise<void> {
  const usage = { inputTokens: 0, outputTokens: 0 };
  for (let n = 1; n <= turn.agent.maxSteps; n += 1) {
    turn.signal.throwIfAborted();
    // The last call is offered no tools, so that the turn ends in an answer and not in a call nobody runs.
    const isLast = n === turn.agent.maxSteps;
    const offered = offerTools(isLast ? [] : chooseTools(deps.tools.tools(), turn.agent.tools));
    turn.onNote?.(n === 1 ? 'Thinking' : `Thinking, step ${n}`);
    const answer = await callModel(deps, turn, n, offered);
    usage.inputTokens += answer.usage.inputTokens ?? 0;
    usage.outputTokens += answer.usage.outputTokens ?? 0;
    turn.live.note({ model: answer.model, usage: { ...usage } });
    if (answer.toolCalls.length === 0) return;
    await runToolCalls(deps, turn, n, answer.toolCalls, offered);
  }
}

/** A stop is one thing whatever threw it. */
export const stoppedOr = (signal: AbortSignal, error: unknown) => (signal.aborted ? toAppError(signal.reason) : toAppError(error));
