// A turn inside a workflow: the same loop, with its steps below the workflow's step, and a message nobody watches.

import { AppError } from '../../../shared/errors.ts';
import type { Agent } from '../../../shared/model/agent.ts';
import type { Message } from '../../../shared/model/chat.ts';
import type { AgentId, MessageId } from '../../../shared/model/ids.ts';
import type { AgentStore } from '../ports.ts';
import type { Agents } from '../services.ts';
import { LiveMessage } from './live-message.ts';
import { stoppedOr, type TurnDeps } from './turn.ts';
import { runTurn } from './turn-loop.ts';

export function createRunTask(deps: TurnDeps, agents: AgentStore): Agents['runTask'] {
  return async (session, step, { agent: wanted, task, signal: given, progress }) => {
    const agent = findAgent(agents, wanted);
    const signal = AbortSignal.any([given, session.signal]);
    const message = (role: Message['role'], text: string): Message => ({
      id: `${session.id}-${role}` as MessageId,
      role,
      parts: text === '' ? [] : [{ type: 'text', text }],
      createdAt: deps.clock.now(),
      state: role === 'agent' ? 'running' : 'done',
    });
    const live = new LiveMessage(message('agent', ''), () => undefined);
    try {
      await runTurn(deps, {
        session,
        prefix: `${step}/`,
        agent,
        history: [message('person', task)],
        live,
        signal,
        source: (at) => ({ kind: 'run', run: session.id, step: at, title: session.title }),
        onNote: (note) => progress({ note }),
      });
    } catch (error) {
      throw stoppedOr(signal, error);
    }
    // What it said before its calls was thinking aloud; the answer is what came after the last one.
    const { parts } = live.snapshot;
    const lastCall = parts.findLastIndex((part) => part.type === 'tool-call');
    const textFrom = (from: number) =>
      parts
        .slice(from)
        .map((part) => (part.type === 'text' ? part.text : ''))
        .join('');
    return { text: textFrom(lastCall + 1) || textFrom(0) };
  };
}

/** By id, else by name. Throws `agent-not-found`. */
function findAgent(agents: AgentStore, wanted: string): Agent {
  const found = agents.get(wanted as AgentId) ?? agents.list().find((agent) => agent.name.toLowerCase() === wanted.trim().toLowerCase());
  if (found !== undefined) return found;
  const names = agents.list().map((agent) => agent.name);
  throw new AppError('agent-not-found', `There is no agent “${wanted}”.`, {
    hint: names.length === 0 ? 'Create one on the Agents page.' : `There are: ${names.join(', ')}. Choose one in the node.`,
  });
}
