// What agents and jobs may spend on models. A grant to ask models with so many tokens a day is a limit for whom it is for: the job's own
// first, then the agent's, then everyone's. Each question is decided before it is put, and counted when it is answered. What tool
// servers ask is decided and counted where it comes in.

import { AppError } from '../../../shared/errors.ts';
import type { AgentId, JobId, ServerId } from '../../../shared/model/ids.ts';
import { type GrantSubject, type StandingGrant, subjectKey } from '../../../shared/model/policy.ts';
import type { ConnectionBy, ModelRequest, Ports } from '../ports.ts';
import type { ModelService, PolicyRequest } from '../services.ts';
import type { PolicyService } from './create-policy.ts';
import { decide } from './decide.ts';
import { unattended } from './unattended.ts';

interface Deps {
  ports: Pick<Ports, 'store'>;
  /** Made after the models. */
  policy(): Pick<PolicyService, 'grants' | 'tools' | 'audit'>;
}
type Request = Omit<ModelRequest, 'model'>;

/** Four characters are about a token: for what a provider does not count. */
const tokensOf = (characters: number): number => Math.ceil(characters / 4);
const promptOf = ({ messages }: Request): string => messages.map(({ text }) => text).join('\n');

/** Tokens of questions that are being answered, by the grant that limits them: others that are put meanwhile count them too. */
type Going = Map<string, Set<{ tokens: number }>>;

export function withSpending(models: ModelService, deps: Deps): ModelService {
  const going: Going = new Map();
  return {
    ...models,
    async *chat(ref, request) {
      const grant = mayAsk(deps, request, going);
      if (grant === undefined) {
        yield* models.chat(ref, request);
        return;
      }
      const prompt = tokensOf(promptOf(request).length);
      let [written, counted] = [0, 0];
      const own = { tokens: prompt };
      const all = going.get(grant) ?? new Set();
      going.set(grant, all.add(own));
      try {
        for await (const event of models.chat(ref, request)) {
          if (event.type === 'text' || event.type === 'reasoning') written += event.text.length;
          own.tokens = prompt + tokensOf(written);
          if (event.type === 'end') counted = (event.usage.inputTokens ?? prompt) + (event.usage.outputTokens ?? tokensOf(written));
          yield event;
        }
      } finally {
        all.delete(own);
        if (all.size === 0) going.delete(grant);
        // One that broke off was paid for too.
        deps.policy().grants.noteUse(grant, counted || prompt + tokensOf(written));
      }
    },
  };
}

/** The grant that is used up by it; undefined where there is no limit. Throws `spend-limit`, `denied`. */
function mayAsk({ ports, policy }: Deps, request: Request, going: Going): string | undefined {
  const who = request.by === undefined ? undefined : whoOf(ports, request.by);
  if (who === undefined) return undefined;
  const { grants, tools, audit } = policy();
  const found = grants.forKind(who.subjects, 'sampling').filter((grant) => grant.server === undefined);
  if (found.length === 0) return undefined;
  const limits = narrowest(found, who.subjects);
  const prompt = promptOf(request);
  const underWay = limits.flatMap(({ id }) => [...(going.get(id) ?? [])]).reduce((sum, { tokens }) => sum + tokens, 0);
  const action = { kind: 'sampling' as const, server: 'orrery' as ServerId, tokens: tokensOf(prompt.length) + underWay, prompt };
  const decision = decide({
    ...{ actor: who.actor, action, taints: [], facts: tools.facts({ args: { prompt }, tokens: action.tokens }) },
    grants: [...found.filter(({ effect }) => effect === 'deny'), ...limits],
    ...(limits.length === 0 ? { setUp: 'No grant limits what it asks its model.' } : {}),
  });
  if (decision.outcome === 'allow') return decision.grant;
  const { by } = request;
  audit({
    ...{
      kind: 'decision',
      actor: by?.actor ?? { kind: 'app', name: 'Orrery' },
      what: 'ask a model',
      outcome: 'denied',
      reason: decision.reason,
    },
    ...(by?.run === undefined ? {} : { run: by.run }),
    ...(by?.conversation === undefined ? {} : { conversation: by.conversation }),
    details: { rule: decision.rule, ...(decision.grant === undefined ? {} : { grant: decision.grant }) },
  });
  if (decision.outcome === 'deny')
    throw new AppError('denied', decision.reason, {
      hint: 'A grant forbids it: change that on the Grants page if this should be possible.',
    });
  throw new AppError('spend-limit', decision.reason, { hint: 'Go on tomorrow, or change the limit on the Grants page.' });
}

/** Those with a limit of the first subject that has any. */
function narrowest(found: readonly StandingGrant[], subjects: readonly GrantSubject[]): StandingGrant[] {
  const limits = found.filter(({ effect, conditions }) => effect === 'allow' && conditions.tokensPerDay !== undefined);
  for (const subject of subjects) {
    const own = limits.filter((grant) => subjectKey(grant.subject) === subjectKey(subject));
    if (own.length > 0) return own;
  }
  return [];
}

/** A server is counted where it asks; what a workflow of the person's own asks is the person's. */
function whoOf(ports: Deps['ports'], by: ConnectionBy): { actor: PolicyRequest['actor']; subjects: GrantSubject[] } | undefined {
  const { kind, id, name } = by.actor;
  const job = by.run === undefined ? undefined : unattended(ports, by.run);
  const ofJob: GrantSubject[] =
    job !== undefined ? [{ kind: 'job', job: job.job }] : kind === 'job' ? [{ kind: 'job', job: id as JobId }] : [];
  if (kind === 'agent') {
    const agent = { id: (id ?? '') as AgentId, name };
    return {
      actor: { kind: 'agent', agent } as PolicyRequest['actor'],
      subjects: [...ofJob, { kind: 'agent', agent: agent.id }, { kind: 'everyone' }],
    };
  }
  if (ofJob.length === 0) return undefined;
  return { actor: { kind: 'job', job: (job?.job ?? id) as JobId, title: job?.title ?? name }, subjects: [...ofJob, { kind: 'everyone' }] };
}
