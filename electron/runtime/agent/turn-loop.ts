// One agent turn: ask the model, run the tools it calls, ask again, until it calls none. Every model call and every tool call
// is a journaled step, so a turn that was cut off anywhere goes on without repeating what was done. Approvals, secrets and
// grants are the belt's business; how a turn is shown is the live message's.

import { whenStarted } from '../tools/find-tool.ts';
import { callModel } from './model-step.ts';
import { chooseTools, offerTools } from './tool-names.ts';
import { runToolCalls } from './tool-steps.ts';
import type { Turn, TurnDeps } from './turn.ts';

const serverOf = (tool: string): string => tool.slice(0, Math.max(0, tool.indexOf('.')));

/** Throws what stopped it: `cancelled`, or the AppError of the model. A failed or declined tool call does not stop it. */
export async function runTurn(deps: TurnDeps, turn: Turn): Promise<void> {
  // After a restart of the host its servers are just coming up; a turn without their tools would be another turn.
  await whenStarted(deps.tools, turn.agent.tools.map(serverOf), turn.signal);
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
