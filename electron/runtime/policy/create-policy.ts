// The policy as the other parts see it: decides with everything that is known now, asks where it must and can, records what was said.
// Tool calls come through the belt, the powers of nodes through the engine, everything else through `require`.

import { AppError } from '../../../shared/errors.ts';
import type { AuditActor, NewAuditEntry } from '../../../shared/model/audit.ts';
import type { ConversationId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { DecisionRecord, PolicyDecision } from '../../../shared/model/policy.ts';
import type { Ports } from '../ports.ts';
import type { ActionAudit, Inbox, Policy, PolicyRequest } from '../services.ts';
import { createConversationGrants } from '../tools/conversation-grants.ts';
import { createActionJudge } from './action-judge.ts';
import { wordsOfAction } from './action-words.ts';
import { type GraphDeps, graphDeps } from './agreed-graph.ts';
import { askAboutAction } from './ask-action.ts';
import { nameOfActor } from './decide-action.ts';
import { answerWords, auditActorOf, recordOf } from './decision-record.ts';
import { createGrants, type Grants } from './grants.ts';
import { createToolJudge, type ToolJudge, type ToolRequest } from './judge-tool.ts';
import { createProgramChats, type ProgramChats } from './program-spending.ts';
import { createCallRates, keptCalls } from './rates.ts';
import { heldTo } from './served-agreed.ts';
import { createTaints, type TaintService } from './taints.ts';

export interface PolicyDeps {
  ports: Pick<Ports, 'tools' | 'store' | 'hash' | 'clock' | 'vault'> & Partial<Pick<Ports, 'ids' | 'log'>>;
  inbox: Pick<Inbox, 'ask'>;
  audit?: ActionAudit | undefined;
  grants?: Grants | undefined;
  taints?: TaintService | undefined;
  /** What grants of programs for one workflow are compared by; without it they ask. */
  registry?: GraphDeps['registry'] | undefined;
}

/** What became of a call: one more entry, or the one that holds why it was allowed, too. */
export type CallEnded = (call: NewAuditEntry) => void;

export interface PolicyService extends Policy {
  readonly grants: Grants;
  readonly taints: TaintService;
  readonly tools: ToolJudge;
  /** What allowed the newest message of each chat that a program began. */
  readonly programChats: ProgramChats;
  readonly conversationGrants: ReturnType<typeof createConversationGrants>;
  /** Records what was said about a tool call, and counts it where it was allowed. */
  decided(request: ToolRequest & { step?: string }, decision: PolicyDecision): void;
  /** The same of a call that is about to be made; gives the way to record what became of it. Both are one entry where it is quick. */
  begins(request: ToolRequest & { step?: string }, decision: PolicyDecision): CallEnded;
  /** Records that an action, which was only looked at, was not allowed. */
  refused(request: PolicyRequest, decision: PolicyDecision): void;
  /** Records what a person answered. `grant`: the standing grant that came of it. */
  answered(request: Pick<PolicyRequest, 'actor' | 'run' | 'step'> & { what: string }, answer: string, grant?: string): void;
  audit(entry: NewAuditEntry): void;
  /** Whom the log names for it. */
  whoIs(request: Pick<PolicyRequest, 'actor' | 'run'>): AuditActor;
  /** The newest decisions of this start. */
  recent(limit: number): DecisionRecord[];
  close(): void;
}

/** Decisions that the page of grants can show; the audit log keeps all. */
const keptDecisions = 500;

export function createPolicy(deps: PolicyDeps): PolicyService {
  const { ports, inbox } = deps;
  const grants = deps.grants ?? createGrants({ store: ports.store.grants, clock: ports.clock, ids: idsOf(ports), log: ports.log });
  const taints = deps.taints ?? createTaints(ports);
  const rates = createCallRates(keptCalls(ports.store, ports.clock.now()));
  const conversationGrants = createConversationGrants(ports);
  const tools = createToolJudge({ ports, grants, taints, rates, conversationGrants });
  const graphs = deps.registry && graphDeps(ports, deps.registry);
  const actions = createActionJudge({ ports, grants, taints, tools, graphs });
  /** Oldest first. */
  const latest: { at: number; who: string; what: string; decision: PolicyDecision }[] = [];

  const audit = (entry: NewAuditEntry): void => deps.audit?.record(entry);
  type About = Pick<PolicyRequest, 'actor' | 'run' | 'step'> & { what: string; conversation?: ConversationId | undefined };
  const record = (request: About, decision: PolicyDecision): void => audit(noted(request, decision));
  const whoIs = ({ actor, run }: Pick<PolicyRequest, 'actor' | 'run'>): AuditActor =>
    auditActorOf(actor, run, actor.kind === 'workflow' ? tools.jobOf({ actor, run }) : undefined);
  const noted = (request: About, decision: PolicyDecision): NewAuditEntry => {
    const actor = whoIs(request);
    // Beside the decisions of others, “this workflow” says nothing.
    const who = request.actor.kind === 'workflow' ? actor.name : nameOfActor(request.actor);
    latest.push({ at: ports.clock.now(), who, what: request.what, decision });
    // All of one half at a time: to move the others up for each would cost more than the decision.
    if (latest.length >= keptDecisions * 2) latest.splice(0, keptDecisions);
    const { run, step, conversation } = request;
    const details: JsonObject = { rule: decision.rule };
    if (decision.grant !== undefined) details.grant = decision.grant;
    if (decision.taints !== undefined) details.read = decision.taints.map((each) => `${each.label}: ${ports.vault.redact(each.from)}`);
    const entry: NewAuditEntry = {
      kind: 'decision',
      actor,
      what: request.what.slice(0, 500),
      outcome: decision.outcome === 'allow' ? 'allowed' : decision.outcome === 'ask' ? 'asked' : 'denied',
      reason: ports.vault.redact(decision.reason).slice(0, 2000),
      details,
    };
    if (run !== undefined) entry.run = run.id;
    if (step !== undefined) entry.step = step;
    if (conversation !== undefined) entry.conversation = conversation;
    return entry;
  };
  const aboutCall = ({ tool, actor, run, step }: ToolRequest & { step?: string }): About => {
    const about: About = { actor, what: `${tool.server}.${tool.name}`, conversation: undefined };
    if (actor.kind === 'agent') about.conversation = actor.conversation;
    if (run !== undefined) about.run = run;
    if (step !== undefined) about.step = step;
    return about;
  };
  const counted = ({ actor, run }: ToolRequest, what: string, decision: PolicyDecision): void => {
    if (decision.outcome === 'deny') return;
    if (decision.outcome === 'allow' && decision.grant !== undefined) grants.noteUse(decision.grant);
    if (actor.kind === 'agent') rates.note({ key: actor.agent.id }, run?.id, what, ports.clock.now());
  };
  const answered: PolicyService['answered'] = ({ what, run, step, actor }, answer, grant) =>
    audit({
      kind: 'answer',
      actor: { kind: 'person', name: 'You' },
      what: what.slice(0, 500),
      outcome: answer === 'deny' ? 'denied' : 'allowed',
      reason: answerWords(nameOfActor(actor), answer).slice(0, 2000),
      ...(run === undefined ? {} : { run: run.id }),
      ...(step === undefined ? {} : { step }),
      details: { answer, ...(grant === undefined ? {} : { grant }) },
    });

  return {
    grants,
    taints,
    tools,
    programChats: createProgramChats(),
    conversationGrants,
    audit,
    answered,
    whoIs,
    explain: (request) => actions.judge(request),
    refused: (request, decision) => record({ ...request, what: ports.vault.redact(wordsOfAction(request.action)) }, decision),

    async require(request, context) {
      const { action } = request;
      const decision = actions.judge(request);
      const what = ports.vault.redact(wordsOfAction(action));
      record({ ...request, what }, decision);
      if (decision.outcome === 'deny')
        throw new AppError('denied', decision.reason, {
          hint: 'A grant forbids it: change that on the Grants page if this should be possible.',
        });
      if (decision.outcome === 'ask') {
        if (request.run === undefined || request.step === undefined)
          throw new AppError('denied', decision.reason, { hint: `Nothing here can ask you. Allow it on the Grants page: ${what}.` });
        const { answer, grant } = await askAboutAction(
          { ports, inbox, grants, graphs },
          { ...request, run: request.run, step: request.step },
          decision,
          context,
        );
        answered({ ...request, what }, answer, grant);
        if (answer === 'deny')
          throw new AppError('denied', `The person declined: ${what}.`, { hint: 'Go on without it, or ask what they want instead.' });
        // What allowed it is the answer: a grant that does not hold had no part in it.
        const { grant: _other, ...asked } = decision;
        if (grant !== undefined) grants.noteUse(grant);
        if (action.kind === 'serve') return grant === undefined ? asked : { ...asked, grant };
      }
      const tokens = action.kind === 'sampling' ? action.tokens : 0;
      if (decision.grant !== undefined) grants.noteUse(decision.grant, tokens);
      else if (action.kind === 'sampling') grants.noteLimited(`sampling ${action.server}`, tokens);
      return decision;
    },

    decided(request, decision) {
      const about = aboutCall(request);
      record(about, decision);
      counted(request, about.what, decision);
    },

    begins(request, decision) {
      const about = aboutCall(request);
      const entry = noted(about, decision);
      counted(request, about.what, decision);
      // What a person is asked is told while they think about it.
      if (decision.outcome === 'allow' && deps.audit !== undefined) return deps.audit.begin(entry);
      audit(entry);
      return audit;
    },

    heldTo: (action, grant) =>
      action.kind === 'serve' ? heldTo(graphs, action, grant === undefined ? undefined : grants.get(grant)) : undefined,

    recent: (limit) =>
      latest
        .slice(-Math.min(limit, keptDecisions))
        .reverse()
        .map(({ at, who, what, decision }) => recordOf(at, who, what, decision)),
    close: () => grants.close(),
  };
}

/** Tests without ids of their own get some that are new in this process. */
function idsOf({ ids, clock, hash }: PolicyDeps['ports']): Pick<Ports['ids'], 'next'> {
  let count = 0;
  const next = (): string => {
    count += 1;
    return hash(`${clock.now()} ${count}`).slice(0, 24);
  };
  return ids ?? { next };
}
