import { z } from 'zod';
import { agent, agentDraft } from '../model/agent.ts';
import { agentId } from '../model/ids.ts';
import { call, nothing } from './base.ts';

export const agentsContract = {
  list: call.output(z.array(agent)),
  get: call.input(z.object({ id: agentId })).output(agent),
  create: call.input(z.object({ draft: agentDraft })).output(agent),
  update: call.input(z.object({ id: agentId, draft: agentDraft })).output(agent),
  /** Refused for the last agent. */
  remove: call.input(z.object({ id: agentId })).output(nothing),
};
