// The agent that is there from the start, so that a first message needs no set-up.

import type { Agent } from '../../../shared/model/agent.ts';
import type { AgentId } from '../../../shared/model/ids.ts';
import type { AgentStore, Clock, Ids } from '../ports.ts';

/** The servers that come with Orrery. */
const builtInTools = ['files.*', 'memory.*', 'web.*', 'system.*'];

const character = `You are helpful, careful and brief. You answer in the language of the question.
You look things up with your tools instead of guessing, and you say so when you do not know.
Before you change something you say in one sentence what you are about to do.
When the person tells you something about themselves or their work that will matter later, you remember it.`;

/** All agents, the oldest first; makes the default one when there is none. */
export function agentsOrDefault(deps: { agents: AgentStore; clock: Pick<Clock, 'now'>; ids: Ids }): [Agent, ...Agent[]] {
  const [first, ...rest] = deps.agents.list();
  if (first !== undefined) return [first, ...rest];
  const at = deps.clock.now();
  const agent: Agent = {
    id: deps.ids.next() as AgentId,
    name: 'Assistant',
    character,
    tools: builtInTools,
    grant: { tools: [], folders: [] },
    maxSteps: 20,
    createdAt: at,
    updatedAt: at,
  };
  deps.agents.put(agent);
  return [agent];
}
