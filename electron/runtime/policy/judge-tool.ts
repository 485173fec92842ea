// Gathers what decide.ts goes by for one tool call: whose call it is in the end, grants, labels, time and use. Nothing is recorded here.

import type { Grant } from '../../../shared/model/grant.ts';
import type { ConversationId, RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { GrantSubject, PolicyDecision, Taint } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';
import type { Actor } from '../services.ts';
import type { createConversationGrants } from '../tools/conversation-grants.ts';
import { isBuiltIn } from '../tools/find-tool.ts';
import { definitionHash } from './approvals.ts';
import { canonicalJson } from './canonical.ts';
import type { Facts } from './conditions.ts';
import { type DecideInput, decide, type Effect } from './decide.ts';
import { effectsOf } from './effects.ts';
import type { Grants } from './grants.ts';
import type { CallRates } from './rates.ts';
import type { TaintService } from './taints.ts';
import { touchedBy } from './touched.ts';
import { grantOfJob, type Unattended, unattended } from './unattended.ts';

export interface ToolRequest {
  actor: Actor;
  tool: ToolInfo;
  args: JsonObject;
  run?: { id: RunId; title: string; grant: Grant } | undefined;
  /** Used instead of looking the job up, for the powers of nodes. */
  builtIn?: boolean;
  receiverFromData?: boolean;
  destroys?: DecideInput['destroys'];
}

export interface JudgeDeps {
  ports: Pick<Ports, 'tools' | 'store' | 'hash' | 'clock'>;
  grants: Grants;
  taints: TaintService;
  rates: CallRates;
  conversationGrants: ReturnType<typeof createConversationGrants>;
}

type FactsAbout = Omit<Facts, 'now' | 'minute' | 'used'>;

export interface ToolJudge {
  judge(request: ToolRequest): PolicyDecision;
  definitionOf(tool: ToolInfo): string;
  /** Of all its tools as they are now, for a grant of all of them; none for our own servers. */
  serverDefinitionOf(server: string): string | undefined;
  /** A run with nobody there, whoever calls in it. */
  jobOf(request: Pick<ToolRequest, 'actor' | 'run'>): Unattended | undefined;
  facts(about: FactsAbout): Facts;
}

export function createToolJudge({ ports, grants, taints, rates, conversationGrants }: JudgeDeps): ToolJudge {
  // A tool host gives the same object for the same definition.
  const definitions = new WeakMap<ToolInfo, string>();
  const definitionOf = (tool: ToolInfo): string => {
    const known = definitions.get(tool);
    if (known !== undefined) return known;
    const made = definitionHash(ports.hash, tool);
    definitions.set(tool, made);
    return made;
  };
  const serverDefinitionOf = (server: string): string | undefined => {
    if (isBuiltIn(ports.tools, server)) return undefined;
    const all = ports.tools.tools(server as ToolInfo['server']).map((tool) => [tool.name, definitionOf(tool)]);
    return ports.hash(canonicalJson(all.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))));
  };
  const jobOf = ({ actor, run }: Pick<ToolRequest, 'actor' | 'run'>): Unattended | undefined =>
    run === undefined || actor.kind === 'person' ? undefined : unattended(ports, run.id);
  const facts = (about: FactsAbout): Facts => {
    const now = ports.clock.now();
    const local = new Date(now);
    return { ...about, now, minute: local.getHours() * 60 + local.getMinutes(), used: grants.used };
  };

  function judge(request: ToolRequest): PolicyDecision {
    const { actor, tool, args, run } = request;
    const agent = actor.kind === 'agent' ? actor.agent : undefined;
    const conversation: ConversationId | undefined = actor.kind === 'agent' ? actor.conversation : undefined;
    const builtIn = request.builtIn ?? isBuiltIn(ports.tools, tool.server);
    const definition = definitionOf(tool);
    const job = jobOf(request);
    const started = run?.grant ?? { tools: [], folders: [] };
    const grant = job === undefined ? started : grantOfJob(ports, job.job, started);
    // In a job an agent's own grant gives nothing more, but what it forbids stays forbidden.
    const own = job === undefined ? [] : (agent?.grant.tools ?? []);
    const standing = grants.forTool(subjectsOf(actor, job), tool.server, tool.name);
    const byModel = actor.kind === 'agent';
    const effects = effectsFor(request, builtIn, job);
    const decision = decide({
      actor: job === undefined ? actor : { kind: 'job', ...job },
      tool,
      builtIn,
      args,
      runGrants: [...grant.tools, ...own.filter((each) => each.effect === 'deny')],
      reach: grant,
      standing,
      definition,
      ...(standing.some((each) => each.tool === '*' && each.definition !== undefined) ? definitionFor(tool.server) : {}),
      allowedInConversation: conversation !== undefined && conversationGrants.has(conversation, tool, definition),
      // For the conditions of grants alone.
      ...(standing.length === 0 && effects === undefined
        ? {}
        : { facts: facts({ args, ...touchedBy(args, { builtIn, name: tool.name }) }) }),
      // A graph that names its receivers is not held up by what it read, so that is not looked up for it.
      taints: run !== undefined && (byModel || request.receiverFromData === true) ? withDescriptions(taints.of(run.id), actor) : [],
      byModel,
      ...(request.receiverFromData === undefined ? {} : { receiverFromData: request.receiverFromData }),
      destroys: request.destroys,
      effects,
      hasChanged: !builtIn && hasChanged(tool),
      tooMany:
        agent === undefined
          ? undefined
          : rates.tooMany({ key: agent.id, name: agent.name }, run?.id, `${tool.server}.${tool.name}`, ports.clock.now()),
    });
    return run === undefined ? decision : { ...decision, run: run.id };
  }

  /** Undefined for nearly every call: nobody has a grant of these kinds, or it has no such effect. */
  function effectsFor({ actor, tool, args }: ToolRequest, builtIn: boolean, job: Unattended | undefined): Effect[] | undefined {
    const actions = effectsOf(tool, builtIn, args);
    if (actions.length === 0) return undefined;
    const subjects = subjectsOf(actor, job);
    const found = actions.map((action) => ({ action, grants: grants.forKind(subjects, action.kind) }));
    return found.some((each) => each.grants.length > 0) ? found : undefined;
  }

  const hasChanged = (tool: ToolInfo): boolean =>
    ports.tools
      .servers()
      .find((each) => each.id === tool.server)
      ?.changes?.some((change) => change.tool === tool.name && change.kind !== 'removed') === true;

  const definitionFor = (server: string): { serverDefinition?: string } => {
    const serverDefinition = serverDefinitionOf(server);
    return serverDefinition === undefined ? {} : { serverDefinition };
  };

  /** What others' servers say of their tools is in an agent's context from the beginning. */
  const withDescriptions = (labels: readonly Taint[], actor: Actor): readonly Taint[] => {
    if (actor.kind !== 'agent') return labels;
    const foreign = ports.tools
      .servers()
      .find((each) => each.kind === 'child' && actor.agent.tools.some((name) => name.startsWith(`${each.id}.`)));
    if (foreign === undefined) return labels;
    return [...labels, { label: 'untrusted', from: `the descriptions of the tools of ${foreign.id}`, at: ports.clock.now() }];
  };

  return { judge, definitionOf, serverDefinitionOf, jobOf, facts };
}

/** Whose grants count: in a job its own allow, and what is forbidden to the agent or to everyone stays forbidden. */
export function subjectsOf(actor: Actor, job: Unattended | undefined): GrantSubject[] {
  const everyone: GrantSubject = { kind: 'everyone' };
  const agent: GrantSubject[] = actor.kind === 'agent' ? [{ kind: 'agent', agent: actor.agent.id }] : [];
  if (job !== undefined) return [{ kind: 'job', job: job.job }, ...agent, everyone];
  if (actor.kind === 'job') return [{ kind: 'job', job: actor.job }, everyone];
  return [...agent, everyone];
}
