import { AppError } from '../../../shared/errors.ts';
import type { Agent } from '../../../shared/model/agent.ts';
import type { AgentId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import {
  faultInDraft,
  type GrantDraft,
  type GrantSubject,
  type GrantView,
  type PolicyActor,
  type PolicyDecision,
  type StandingGrant,
} from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { chooseTools } from '../agent/tool-names.ts';
import { type GraphDeps, graphDeps } from '../policy/agreed-graph.ts';
import { buildApproval } from '../policy/approvals.ts';
import { namesFrom } from '../policy/ask-action.ts';
import type { PolicyService } from '../policy/create-policy.ts';
import { wordsOfGrant } from '../policy/grant-words.ts';
import { confirmed, standingProposal } from '../policy/proposals.ts';
import { secretNamesIn } from '../policy/secret-handles.ts';
import { agreedForDraft, servedChanges } from '../policy/served-agreed.ts';
import type { Ports } from '../ports.ts';
import type { PolicyRequest, SettingsService } from '../services.ts';
import { findArgFaults } from '../tools/check-args.ts';
import { findTool, isBuiltIn } from '../tools/find-tool.ts';
import { api } from './base.ts';

interface Deps {
  ports: Pick<Ports, 'store' | 'tools' | 'hash' | 'files' | 'clock' | 'vault'>;
  registry: GraphDeps['registry'];
  policy: PolicyService;
  settings: Pick<SettingsService, 'get'>;
}

export function policyApi({ ports, registry, policy, settings }: Deps) {
  const { grants } = policy;
  const graphs = graphDeps(ports, registry);
  const view = viewerOf(ports, policy, graphs);
  const viewAll = (all: readonly StandingGrant[]): GrantView[] =>
    all.map(view).toSorted((a, b) => Number(a.revokedAt !== undefined) - Number(b.revokedAt !== undefined) || b.createdAt - a.createdAt);
  const known = (id: string): GrantView => {
    const grant = grants.get(id);
    if (grant === undefined) throw new AppError('grant-not-found', 'That grant is not there any more.', { hint: 'Reload the list.' });
    return view(grant);
  };
  const fits = ({ who, words }: GrantView, query: string): boolean =>
    [who, ...words].join(' ').toLowerCase().includes(query.trim().toLowerCase());

  return {
    listGrants: api.policy.listGrants.handler(({ input }) => viewAll(grants.list()).filter((each) => fits(each, input.query))),
    watchGrants: api.policy.watchGrants.handler(async function* ({ signal }) {
      for await (const all of grants.watch(signal)) yield viewAll(all);
    }),
    putGrant: api.policy.putGrant.handler(async ({ input: { id, draft }, context }) => {
      const fault = faultInDraft(draft);
      if (fault !== undefined)
        throw new AppError('grant-invalid', fault.message, { place: `draft.${fault.place}`, hint: 'Fill it in and save again.' });
      const before = id === undefined ? undefined : known(id);
      const next = { effect: draft.effect, words: wordsOfGrant(draft, namesFrom(ports.store)) };
      const was = before?.revokedAt === undefined ? before : undefined;
      await confirmed(context.consent, standingProposal(nameOf(ports, draft.subject), next, was));
      return view(
        grants.put(draft, {
          id,
          from: context.client === 'cli' ? 'the command line' : 'the page of grants',
          definition: pinOf(ports, policy, draft, before),
          agreed: agreedForDraft(graphs, draft, id === undefined ? undefined : grants.get(id)),
        }),
      );
    }),
    revokeGrant: api.policy.revokeGrant.handler(async ({ input, context }) => {
      const before = known(input.id);
      await confirmed(context.consent, standingProposal(before.who, undefined, before));
      return view(grants.setRevoked(input.id, true));
    }),
    restoreGrant: api.policy.restoreGrant.handler(async ({ input, context }) => {
      const before = known(input.id);
      await confirmed(context.consent, standingProposal(before.who, before, undefined));
      return view(grants.setRevoked(input.id, false));
    }),
    explain: api.policy.explain.handler(({ input }) => policy.explain({ actor: actorOf(ports, input.actor), action: input.action })),
    dryRun: api.policy.dryRun.handler(async ({ input, signal = new AbortController().signal }) => {
      const agent = agentOf(ports, input.agent);
      const tool = await findTool(ports.tools, input.server, input.tool, signal);
      const decision = policy.explain({ actor: { kind: 'agent', agent }, action: { kind: 'tool-call', ...input } });
      const builtIn = isBuiltIn(ports.tools, tool.server);
      const unfit = decision.outcome === 'deny' ? undefined : unfitCall(agent, tool, input.args, builtIn);
      if (unfit !== undefined) return { decision: unfit };
      if (decision.outcome !== 'ask') return { decision };
      const folders = [...settings.get().folders, ...agent.grant.folders];
      const { reason, taints } = decision;
      const approval = await buildApproval(ports, {
        tool,
        builtIn,
        args: input.args,
        run: undefined,
        step: 'dry-run',
        reason,
        taints,
        folders,
      });
      return { decision, approval };
    }),
    recentDecisions: api.policy.recentDecisions.handler(({ input }) => policy.recent(input.limit)),
  };
}

/** What ends such a call before anybody decides about it. */
function unfitCall(agent: Agent, tool: ToolInfo, args: JsonObject, builtIn: boolean): PolicyDecision | undefined {
  const name = `${tool.server}.${tool.name}`;
  if (chooseTools([tool], agent.tools).length === 0)
    return { outcome: 'deny', rule: 'not-its-tool', reason: `${name} is not among the tools of ${agent.name}.` };
  const faults = findArgFaults(tool.inputSchema, args, { builtIn, hasSecrets: secretNamesIn(args).length > 0 });
  if (faults.length === 0) return undefined;
  return { outcome: 'deny', rule: 'unfit-arguments', reason: `The arguments do not fit ${name}: ${faults.join('; ')}.` };
}

function agentOf({ store }: Pick<Ports, 'store'>, id: AgentId): Agent {
  const agent = store.agents.get(id);
  if (agent === undefined) throw new AppError('agent-not-found', 'That agent is not there any more.', { hint: 'Reload the list.' });
  return agent;
}

function actorOf(ports: Deps['ports'], actor: PolicyActor): PolicyRequest['actor'] {
  switch (actor.kind) {
    case 'agent':
      return { kind: 'agent', agent: agentOf(ports, actor.agent) };
    case 'job':
      return { kind: 'job', job: actor.job, title: nameOf(ports, actor) };
    case 'server':
      return { kind: 'server', server: actor.server, title: nameOf(ports, actor) };
    case 'client':
      return actor;
  }
}

function nameOf({ store, tools }: Pick<Ports, 'store' | 'tools'>, subject: GrantSubject): string {
  switch (subject.kind) {
    case 'everyone':
      return 'Every agent';
    case 'agent':
      return store.agents.get(subject.agent)?.name ?? 'An agent that is gone';
    case 'job': {
      const job = store.jobs.get(subject.job);
      return (job === undefined ? undefined : store.workflows.get(job.workflow)?.name) ?? 'A job that is gone';
    }
    case 'server':
      return tools.servers().find((each) => each.id === subject.server)?.title ?? subject.server;
    case 'client':
      return subject.client;
  }
}

/** What a grant on a server that others wrote is bound to: the tool as it is now, or as it was when it was granted. */
function pinOf(ports: Deps['ports'], { tools }: PolicyService, draft: GrantDraft, before: StandingGrant | undefined): string | undefined {
  const { server, tool } = draft;
  // An answer about a secret is bound to its receiver; the page can narrow it, not move it.
  if (draft.kind === 'secret-use') return before?.kind === 'secret-use' && before.tool === tool ? before.definition : undefined;
  if (draft.kind !== 'tool-call' || server === undefined || draft.effect === 'deny' || isBuiltIn(ports.tools, server)) return undefined;
  if (before?.definition !== undefined && before.server === server && before.tool === tool) return before.definition;
  if (tool === '*') return tools.serverDefinitionOf(server);
  const found = ports.tools.tools(server).find((each) => each.name === tool);
  if (found === undefined)
    throw new AppError('tool-not-found', `${server} does not offer ${tool} now, so there is nothing to bind the grant to.`, {
      hint: 'Start the tool server first.',
      place: 'draft.tool',
    });
  return tools.definitionOf(found);
}

function viewerOf(ports: Deps['ports'], { tools }: PolicyService, graphs: GraphDeps): (grant: StandingGrant) => GrantView {
  const hasChanged = ({ definition, effect, kind, server, tool }: StandingGrant): boolean => {
    if (definition === undefined || effect === 'deny' || kind !== 'tool-call' || server === undefined) return false;
    const all = ports.tools.tools(server);
    // A server that does not run says nothing about its tools.
    if (all.length === 0) return false;
    if (tool === '*') return tools.serverDefinitionOf(server) !== definition;
    const found = all.find((each) => each.name === tool);
    return found !== undefined && tools.definitionOf(found) !== definition;
  };
  const stateOf = (grant: StandingGrant): GrantView['state'] => {
    if (grant.revokedAt !== undefined) return 'revoked';
    if (grant.conditions.until !== undefined && grant.conditions.until < ports.clock.now()) return 'ended';
    return hasChanged(grant) || servedChanges(graphs, grant).length > 0 ? 'changed' : 'active';
  };
  return ({ agreed, ...grant }) => ({
    ...grant,
    who: nameOf(ports, grant.subject),
    words: wordsOfGrant(grant, namesFrom(ports.store)),
    state: stateOf(agreed === undefined ? grant : { ...grant, agreed }),
  });
}
