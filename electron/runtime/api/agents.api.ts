import { AppError } from '../../../shared/errors.ts';
import type { Agent } from '../../../shared/model/agent.ts';
import type { AgentId } from '../../../shared/model/ids.ts';
import { agentsOrDefault } from '../agent/default-agent.ts';
import { pinGrant } from '../policy/pin-grant.ts';
import { confirmed, grantProposal } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import { api } from './base.ts';

export function agentsApi(ports: Pick<Ports, 'store' | 'clock' | 'ids' | 'tools' | 'hash'>) {
  const { store, clock, ids } = ports;
  const known = (id: AgentId): Agent => {
    const agent = store.agents.get(id);
    if (agent === undefined) throw new AppError('agent-not-found', 'That agent is not there any more.', { hint: 'Reload the list.' });
    return agent;
  };
  /** Names are how people and workflows call agents, so each is one agent's. */
  const mustBeFree = (name: string, except?: AgentId): void => {
    const same = store.agents.list().find((agent) => agent.id !== except && agent.name.toLowerCase() === name.toLowerCase());
    if (same !== undefined)
      throw new AppError('agent-name-taken', `There is already an agent named ${same.name}.`, {
        place: 'draft.name',
        hint: 'Choose another name.',
      });
  };
  return {
    list: api.agents.list.handler(() => agentsOrDefault({ agents: store.agents, clock, ids })),
    get: api.agents.get.handler(({ input }) => known(input.id)),
    create: api.agents.create.handler(async ({ input, context }) => {
      mustBeFree(input.draft.name);
      await confirmed(context.consent, grantProposal(input.draft.name, input.draft.grant, { tools: [], folders: [] }));
      const at = clock.now();
      const own = pinGrant(ports, input.draft.grant, undefined);
      const agent: Agent = { ...input.draft, grant: own, id: ids.next() as AgentId, createdAt: at, updatedAt: at };
      store.agents.put(agent);
      return agent;
    }),
    update: api.agents.update.handler(async ({ input, context }) => {
      const { id, createdAt, grant } = known(input.id);
      mustBeFree(input.draft.name, id);
      await confirmed(context.consent, grantProposal(input.draft.name, input.draft.grant, grant));
      const agent: Agent = { ...input.draft, grant: pinGrant(ports, input.draft.grant, grant), id, createdAt, updatedAt: clock.now() };
      store.agents.put(agent);
      return agent;
    }),
    remove: api.agents.remove.handler(({ input }) => {
      known(input.id);
      if (store.agents.list().length <= 1)
        throw new AppError('last-agent', 'The last agent cannot be removed.', { hint: 'Create another one first.' });
      store.agents.remove(input.id);
    }),
  };
}
