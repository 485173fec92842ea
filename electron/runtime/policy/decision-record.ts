// A decision as it is kept: who, what, why. Pure.

import type { AuditActor } from '../../../shared/model/audit.ts';
import type { DecisionRecord, PolicyDecision } from '../../../shared/model/policy.ts';
import type { PolicyRequest } from '../services.ts';

export function auditActorOf(actor: PolicyRequest['actor']): AuditActor {
  switch (actor.kind) {
    case 'person':
      return { kind: 'person', name: 'You' };
    case 'workflow':
      return { kind: 'workflow', name: 'Workflow' };
    case 'job':
      return { kind: 'job', id: actor.job, name: actor.title };
    case 'agent':
      return { kind: 'agent', id: actor.agent.id, name: actor.agent.name };
    case 'server':
      return { kind: 'server', id: actor.server, name: actor.title };
    case 'client':
      return { kind: 'client', id: actor.client, name: actor.client };
  }
}

export const recordOf = (
  at: number,
  who: string,
  what: string,
  { outcome, reason, rule, grant, taints, run }: PolicyDecision,
): DecisionRecord => ({
  at,
  who,
  what,
  outcome,
  reason,
  rule,
  ...(grant === undefined ? {} : { grant }),
  ...(taints === undefined ? {} : { taints }),
  ...(run === undefined ? {} : { run }),
});
