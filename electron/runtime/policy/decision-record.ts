// A decision as it is kept: who, what, why. Pure.

import type { AuditActor } from '../../../shared/model/audit.ts';
import type { DecisionRecord, PolicyDecision } from '../../../shared/model/policy.ts';
import type { PolicyRequest } from '../services.ts';
import type { Unattended } from './unattended.ts';

/** What a graph does is done by the job that started it, else by the workflow of that name. */
export function auditActorOf(actor: PolicyRequest['actor'], run?: { title: string } | undefined, job?: Unattended | undefined): AuditActor {
  switch (actor.kind) {
    case 'person':
      return { kind: 'person', name: 'You' };
    case 'workflow':
      if (job !== undefined) return { kind: 'job', id: job.job, name: job.title };
      return { kind: 'workflow', name: run === undefined || run.title === '' ? 'Workflow' : run.title };
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

const answers: Record<string, string> = {
  once: 'you allowed it once',
  conversation: 'you allowed it for this chat',
  always: 'you allowed it from then on',
  deny: 'you did not allow it',
};
/** What a person said to a question. `from`: who asked. */
export const answerWords = (from: string, answer: string): string => `${from} asked, and ${answers[answer] ?? `you answered ${answer}`}.`;
