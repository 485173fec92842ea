// Standing grants, what would be decided, and what was.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { approvalRequest } from '../model/grant.ts';
import { agentId, serverId } from '../model/ids.ts';
import { jsonObject } from '../model/json.ts';
import { action, decision, decisionRecord, grantDraft, grantView, policyActor } from '../model/policy.ts';
import { call } from './base.ts';

const grantId = z.string().min(1).max(200);

export const policyContract = {
  /** Newest first; those that were taken back last. */
  listGrants: call.input(z.object({ query: z.string().max(200).default('') })).output(z.array(grantView)),
  /** All of them, then all of them whenever they change. */
  watchGrants: call.output(eventIterator(z.array(grantView))),
  /** A new one, or with an id what takes the place of one. Allowing is a proposal on the desktop. */
  putGrant: call.input(z.object({ id: grantId.optional(), draft: grantDraft })).output(grantView),
  revokeGrant: call.input(z.object({ id: grantId })).output(grantView),
  /** Takes a revocation back. */
  restoreGrant: call.input(z.object({ id: grantId })).output(grantView),
  /** What would be said now, and why; nothing is done or counted. */
  explain: call.input(z.object({ actor: policyActor, action })).output(decision),
  /** The same for a tool call of an agent, with the question that would be asked. Throws `tool-not-found`. */
  dryRun: call
    .input(z.object({ agent: agentId, server: serverId, tool: z.string().min(1).max(200), args: jsonObject }))
    .output(z.object({ decision, approval: approvalRequest.optional() })),
  /** Of this start of the host, newest first; the audit log keeps all. */
  recentDecisions: call.input(z.object({ limit: z.number().int().min(1).max(500).default(100) })).output(z.array(decisionRecord)),
};
