// What agents and jobs may spend on models. A grant to ask models with so many tokens a day is a limit for whom it is for: the job's own
// first, then the agent's, then everyone's. Each question is decided before it is put, and counted when it is answered. What tool
// servers ask is decided and counted where it comes in. What an agent or a workflow asks for a program counts for the program's grant too.

import { AppError } from '../../../shared/errors.ts';
import type { AgentId, JobId, ServerId } from '../../../shared/model/ids.ts';
import { type GrantSubject, type StandingGrant, subjectKey } from '../../../shared/model/policy.ts';
import type { ConnectionBy, ModelRequest, Ports } from '../ports.ts';
import type { ModelService, PolicyRequest } from '../services.ts';
import type { PolicyService } from './create-policy.ts';
import { decide } from './decide.ts';
import { payerOf } from './program-spending.ts';
import { unattended } from './unattended.ts';

interface Deps {
  ports: Pick<Ports, 'store' | 'hash'>;
  /** Made after the models. */
  policy(): Pick<PolicyService, 'grants' | 'tools' | 'audit' | 'programChats'>;
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
      const limits = [mayAsk(deps, request, going), mayAskFor(deps, request, going)].filter((each) => each !== undefined);
      if (limits.length === 0) {
        yield* models.chat(ref, request);
        return;
      }
      const prompt = tokensOf(promptOf(request).length);
      let [written, counted] = [0, 0];
      const own = { tokens: prompt };
      for (const { grant } of limits) going.set(grant, (going.get(grant) ?? new Set()).add(own));
      try {
        for await (const event of models.chat(ref, request)) {
          if (event.type === 'text' || event.type === 'reasoning') written += event.text.length;
          own.tokens = prompt + tokensOf(written);
          if (event.type === 'end') counted = (event.usage.inputTokens ?? prompt) + (event.usage.outputTokens ?? tokensOf(written));
          yield event;
        }
      } finally {
        const { grants } = deps.policy();
        for (const { grant, isProgram } of limits) {
          const all = going.get(grant);
          all?.delete(own);
          if (all?.size === 0) going.delete(grant);
          // One that broke off was paid for too.
          const tokens = counted || prompt + tokensOf(written);
          if (isProgram) grants.noteSpent(grant, tokens);
          else grants.noteUse(grant, tokens);
        }
      }
    },
  };
}

interface Limit {
  grant: string;
  /** It allowed what a program called, and not this question. */
  isProgram: boolean;
}

const underWayOf = (going: Going, id: string): number => [...(going.get(id) ?? [])].reduce((sum, { tokens }) => sum + tokens, 0);

/** The grant of the program for which it is asked. Throws `spend-limit`. */
function mayAskFor({ ports, policy }: Deps, request: Request, going: Going): Limit | undefined {
  const { by } = request;
  const { grants, programChats, audit } = policy();
  const payer = by === undefined ? undefined : payerOf({ ports, grants, chats: programChats }, by);
  if (by === undefined || payer === undefined) return undefined;
  const { id, conditions, subject } = payer.grant;
  const { tokensPerDay = 0 } = conditions;
  const tokens = grants.used(id).tokensToday + underWayOf(going, id) + tokensOf(promptOf(request).length);
  if (!payer.isSure || tokens <= tokensPerDay) return { grant: id, isProgram: true };
  const who = subject.kind === 'client' ? subject.client : 'that asked';
  const reason = `What the program ${who} asked for would use ${tokens} tokens of models in a day, and its grant is for ${tokensPerDay}.`;
  refused(audit, by, { rule: 'grant-does-not-hold', grant: id, reason });
  throw new AppError('spend-limit', reason, { hint: 'Go on tomorrow, or change the limit on the Grants page.' });
}

function refused(
  audit: PolicyService['audit'],
  by: ConnectionBy | undefined,
  { rule, grant, reason }: { rule: string; grant?: string | undefined; reason: string },
): void {
  audit({
    kind: 'decision',
    actor: by?.actor ?? { kind: 'app', name: 'Orrery' },
    what: 'ask a model',
    outcome: 'denied',
    reason,
    ...(by?.run === undefined ? {} : { run: by.run }),
    ...(by?.conversation === undefined ? {} : { conversation: by.conversation }),
    details: { rule, ...(grant === undefined ? {} : { grant }) },
  });
}

/** The grant that is used up by it; undefined where there is no limit. Throws `spend-limit`, `denied`. */
function mayAsk({ ports, policy }: Deps, request: Request, going: Going): Limit | undefined {
  const who = request.by === undefined ? undefined : whoOf(ports, request.by);
  if (who === undefined) return undefined;
  const { grants, tools, audit } = policy();
  const found = grants.forKind(who.subjects, 'sampling').filter((grant) => grant.server === undefined);
  if (found.length === 0) return undefined;
  const limits = narrowest(found, who.subjects);
  const prompt = promptOf(request);
  const underWay = limits.reduce((sum, { id }) => sum + underWayOf(going, id), 0);
  const action = { kind: 'sampling' as const, server: 'orrery' as ServerId, tokens: tokensOf(prompt.length) + underWay, prompt };
  const decision = decide({
    ...{ actor: who.actor, action, taints: [], facts: tools.facts({ args: { prompt }, tokens: action.tokens }) },
    grants: [...found.filter(({ effect }) => effect === 'deny'), ...limits],
    ...(limits.length === 0 ? { setUp: 'No grant limits what it asks its model.' } : {}),
  });
  if (decision.outcome === 'allow') return decision.grant === undefined ? undefined : { grant: decision.grant, isProgram: false };
  refused(audit, request.by, decision);
  if (decision.outcome === 'deny')
    throw new AppError('denied', decision.reason, {
      hint: 'A grant forbids it: change that on the Grants page if this should be possible.',
    });
  throw new AppError('spend-limit', decision.reason, { hint: 'Go on when its grant holds again, or change that on the Grants page.' });
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
