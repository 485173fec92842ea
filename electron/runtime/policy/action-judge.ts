// Gathers what decide.ts goes by for an action that is no tool call; a tool call is handed to judge-tool.ts. Nothing is recorded here.

import type { GrantSubject, PolicyDecision, StandingGrant } from '../../../shared/model/policy.ts';
import type { ServerConfig, ToolInfo } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';
import type { PolicyRequest } from '../services.ts';
import type { GraphDeps } from './agreed-graph.ts';
import { textOf } from './conditions.ts';
import { type ActionInput, decide } from './decide.ts';
import { factsOf } from './effects.ts';
import type { Grants } from './grants.ts';
import { subjectsOf, type ToolJudge } from './judge-tool.ts';
import { hostOf, isHostListed, isInside } from './reach.ts';
import { namedIn, type ServeAction, servedChanges } from './served-agreed.ts';
import type { TaintService } from './taints.ts';
import { grantOfJob } from './unattended.ts';

interface ActionJudgeDeps {
  ports: Pick<Ports, 'tools' | 'store'>;
  grants: Grants;
  taints: TaintService;
  tools: ToolJudge;
  /** What grants of programs are compared by. */
  graphs: GraphDeps | undefined;
}

export function createActionJudge({ ports, grants, taints, tools, graphs }: ActionJudgeDeps): {
  judge(request: PolicyRequest): PolicyDecision;
} {
  const configOf = (server: string): ServerConfig | undefined => ports.tools.servers().find((each) => each.id === server)?.config;

  function judge(request: PolicyRequest): PolicyDecision {
    const { actor, action, run } = request;
    if (action.kind === 'tool-call') return judgeCall(request);
    // In a run with nobody there only the job's grants allow, whoever acts in it.
    const job = actor.kind === 'server' || actor.kind === 'client' ? undefined : tools.jobOf({ actor, run });
    const subjects = subjectsFor(actor, job);
    const found = grants.forKind(subjects, action.kind);
    const acting: PolicyRequest['actor'] = job === undefined ? actor : { kind: 'job', ...job };
    const decision = decide({
      actor: acting,
      action,
      grants: job === undefined ? found : found.filter((grant) => grant.effect === 'deny' || grant.subject.kind === 'job'),
      facts: tools.facts(factsOf(action)),
      ...(action.kind === 'serve' ? { changed: changedFor(found, action) } : {}),
      taints: [...(request.taints ?? []), ...(run === undefined ? [] : taints.of(run.id))],
      ...(request.setUp === undefined ? setUpFor({ ...request, actor: acting }) : { setUp: request.setUp }),
    });
    return run === undefined ? decision : { ...decision, run: run.id };
  }

  /** Of those grants that name what is called. */
  function changedFor(found: readonly StandingGrant[], { tool, args }: ServeAction): ReadonlyMap<string, string[]> {
    const isAbout = (grant: StandingGrant): boolean => {
      const named = grant.target === tool ? namedIn(grant) : undefined;
      const given = named === undefined ? undefined : args[named.kind];
      // As the grant's own condition reads it.
      return named !== undefined && given !== undefined && textOf(given) === named.id;
    };
    const changed = found.filter(isAbout).map((grant) => [grant.id, servedChanges(graphs, grant)] as const);
    return new Map(changed.filter(([, lines]) => lines.length > 0));
  }

  function judgeCall({ actor, action, run }: PolicyRequest): PolicyDecision {
    if (action.kind !== 'tool-call' || actor.kind === 'server' || actor.kind === 'client')
      return { outcome: 'deny', reason: 'Only agents, workflows and jobs call tools.', rule: 'not-a-caller' };
    const found = ports.tools.tools(action.server).find((each) => each.name === action.tool);
    // A tool that is not there now: decided by its name, as one that nobody has described.
    const tool: ToolInfo = found ?? {
      server: action.server,
      name: action.tool,
      title: '',
      description: '',
      inputSchema: {},
      readOnly: false,
      idempotent: false,
      destructive: true,
    };
    return tools.judge({ actor, tool, args: action.args, run });
  }

  /** What the person set up elsewhere: the settings of a server, the grant of a job. */
  function setUpFor({ actor, action, run }: PolicyRequest): Pick<ActionInput, 'setUp' | 'setUpFault'> {
    if (actor.kind === 'job') {
      const grant = grantOfJob(ports, actor.job, run?.grant ?? { tools: [], folders: [] });
      const setUp = `The grant of ${actor.title} allows it.`;
      if (action.kind === 'network' && isHostListed(hostOf(action.url), grant.hosts ?? [])) return { setUp };
      if (action.kind === 'file-write' && grant.folders.some((folder) => isInside(folder, action.path))) return { setUp };
      return { setUpFault: 'its grant does not name it' };
    }
    if (actor.kind !== 'server') return {};
    const config = configOf(actor.server);
    switch (action.kind) {
      case 'secret-use': {
        const values = [...Object.values(config?.env ?? {}), ...Object.values(config?.headers ?? {})];
        const isGiven = values.some((value) => 'secret' in value && value.secret === action.secret);
        return isGiven ? { setUp: `You gave ${actor.title} the secret ${action.secret}.` } : {};
      }
      case 'sampling': {
        const budget = config?.reach?.samplingTokens ?? 0;
        const { tokensToday } = grants.used(`sampling ${action.server}`);
        if (budget > 0 && tokensToday + action.tokens <= budget)
          return { setUp: `You let ${actor.title} use ${budget} tokens of your models in a day.` };
        return {
          setUpFault:
            budget === 0
              ? 'its settings let it use no tokens of your models'
              : `it used ${tokensToday} of the ${budget} tokens that it may use in a day, and asks for ${action.tokens}`,
        };
      }
      case 'network': {
        const isNamed = isHostListed(hostOf(action.url), config?.reach?.hosts ?? []);
        return isNamed
          ? { setUp: `You let ${actor.title} reach ${hostOf(action.url)}.` }
          : { setUpFault: 'its settings do not name that host' };
      }
      case 'file-write': {
        const isNamed = (config?.reach?.folders ?? []).some((each) => each.write && isInside(each.path, action.path));
        return isNamed ? { setUp: `You let ${actor.title} write there.` } : { setUpFault: 'its settings do not name that folder' };
      }
      default:
        return {};
    }
  }

  return { judge };
}

function subjectsFor(actor: PolicyRequest['actor'], job: Parameters<typeof subjectsOf>[1]): GrantSubject[] {
  if (actor.kind === 'server') return [{ kind: 'server', server: actor.server }];
  if (actor.kind === 'client') return [{ kind: 'client', client: actor.client }];
  return subjectsOf(actor, job);
}
