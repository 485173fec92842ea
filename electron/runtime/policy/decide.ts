// The one function that says whether an action may happen: allow, ask, or deny, why in words, and the rule or grant that decided. Pure:
// everything it goes by is an argument. A system prompt is not a control; nothing a model says reaches it but the arguments.

import type { Grant, ToolGrant } from '../../../shared/model/grant.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { isAboutEveryTool, type PolicyDecision, type StandingGrant, type Taint } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Actor } from '../services.ts';
import { type Facts, whyNot } from './conditions.ts';
import { type ActionInput, decideAction, fits } from './decide-action.ts';
import { factsOf, type OtherAction } from './effects.ts';
import { isPinned } from './pin-grant.ts';
import { foldersFor, isWithin, reachOf } from './reach.ts';
import { secretNamesIn } from './secret-handles.ts';
import { type Danger, destruction, isOutward, leak } from './taint.ts';

export type { ActionInput };
export type Decision = Omit<PolicyDecision, 'run'>;

export interface DecideInput {
  actor: Actor;
  tool: ToolInfo;
  /** Only Orrery's own servers are believed when they say that a tool only reads. */
  builtIn: boolean;
  args: JsonObject;
  /** What the person who started the run granted it; for a job, its grant. */
  runGrants: readonly ToolGrant[];
  /** Standing grants that may concern it, for this actor or everyone. */
  standing: readonly StandingGrant[];
  /** The hash of the tool's definition now. */
  definition: string;
  /** The hash of all of the server's definitions, for grants of all its tools. */
  serverDefinition?: string;
  /** The person answered "for this chat" for this tool, with this definition. */
  allowedInConversation: boolean;
  /** For a job: the folders and hosts of its grant. */
  reach?: Pick<Grant, 'folders' | 'hosts'>;
  /** Time and use, for the conditions of standing grants. */
  facts?: Facts;
  /** What its context has read. */
  taints?: readonly Taint[];
  /** A model chose tool and arguments, also in a job; else a graph that a person drew names them. */
  byModel?: boolean;
  /** The receiver is worked out from data that the graph was given, not written in it. */
  receiverFromData?: boolean;
  /** Something that is there now would be overwritten, moved or removed; `path` says which file. */
  destroys?: { what: string; path?: string | undefined } | undefined;
  /** It is not as a person last saw it, and nobody has looked at it since. */
  hasChanged?: boolean;
  /** What it does to the outside, each with the standing grants of that kind; most calls have none of either. */
  effects?: readonly Effect[] | undefined;
  /** Too many calls in too little time, in words. */
  tooMany?: string | undefined;
}

/** Built-in servers whose reading tools still send something out of this machine: an address is a message too. */
const reachingServers: ReadonlySet<string> = new Set(['web']);
const noFacts: Facts = { now: 0, minute: 0, used: () => ({ lastHour: 0, tokensToday: 0 }) };

export interface Effect {
  action: OtherAction;
  grants: readonly StandingGrant[];
}

export function decide(input: DecideInput | ActionInput): Decision {
  if (!('tool' in input)) return decideAction(input);
  const { actor, tool } = input;
  const name = nameOf(tool);
  if (actor.kind === 'person') return { outcome: 'allow', reason: 'You called it.', rule: 'person' };
  const forbidden = forbids(input);
  if (forbidden !== undefined) return { outcome: 'deny', reason: `A grant forbids ${name}.`, rule: 'grant-forbids', ...forbidden };
  const plain = changed(input) ?? byEffects(input, decidePlain(input));
  const danger = dangerOf(input);
  if (danger !== undefined) return { outcome: 'ask', ...danger };
  if (plain.outcome === 'allow' && input.hasChanged === true)
    return { outcome: 'ask', reason: `${name} is not as you last saw it. The Tools page shows what has changed.`, rule: 'tool-changed' };
  if (plain.outcome === 'allow' && isByModel(input) && input.tooMany !== undefined)
    return { outcome: 'ask', reason: input.tooMany, rule: 'too-many-calls' };
  return plain;
}

/** No grant, and no graph that a person drew, was about what the tool is now. */
function changed({ tool }: DecideInput): Decision | undefined {
  if (tool.unaccepted === undefined) return undefined;
  const what = tool.unaccepted.kind === 'added' ? 'is new on its server' : 'has changed';
  return { outcome: 'ask', reason: `${nameOf(tool)} ${what}, and you have not accepted that yet.`, rule: 'tool-changed' };
}

function decidePlain(input: DecideInput): Decision {
  const { actor } = input;
  switch (actor.kind) {
    case 'person':
      return { outcome: 'allow', reason: 'You called it.', rule: 'person' };
    case 'workflow':
      return { outcome: 'allow', reason: 'It is part of the workflow that you started.', rule: 'your-workflow' };
    case 'job':
      return decideForJob(input, actor.title);
    case 'agent':
      return decideForAgent(input, actor.agent.name, actor.agent.grant.tools);
  }
}

const nameOf = (tool: ToolInfo): string => `${tool.server}.${tool.name}`;
const isByModel = (input: DecideInput): boolean => input.byModel ?? input.actor.kind === 'agent';

function forbids(input: DecideInput): { grant?: string } | undefined {
  const { actor, tool, runGrants, standing, facts = noFacts } = input;
  const own = actor.kind === 'agent' ? actor.agent.grant.tools : [];
  const denies = (grant: ToolGrant): boolean => grant.effect === 'deny' && covers(grant, tool);
  if (own.some(denies) || runGrants.some(denies)) return {};
  const found = standing.find((grant) => grant.effect === 'deny' && coversStanding(grant, tool) && whyNot(grant, facts) === undefined);
  if (found !== undefined) return { grant: found.id };
  for (const { action, grants } of input.effects ?? []) {
    const denying = grants.find((grant) => grant.effect === 'deny' && holdsFor(grant, action, facts));
    if (denying !== undefined) return { grant: denying.id };
  }
  return undefined;
}

const holdsFor = (grant: StandingGrant, action: OtherAction, facts: Facts): boolean =>
  fits(grant, action) && whyNot(grant, { ...facts, ...factsOf(action) }) === undefined;

/** Only what nothing else was about: a changed tool, a secret, a danger ask all the same. */
const openRules: ReadonlySet<string> = new Set(['nothing-allows', 'grant-does-not-hold', 'outside-job-grant']);

/** Grants for what it does, such as writing in a folder, allow it as one for the tool would; in a job only the job's own. */
function byEffects(input: DecideInput, plain: Decision): Decision {
  const { actor, effects = [], facts = noFacts } = input;
  if (plain.outcome !== 'ask' || effects.length === 0 || !openRules.has(plain.rule)) return plain;
  const allowing = effects.map(({ action, grants }) =>
    grants.find(
      (grant) => grant.effect === 'allow' && (actor.kind !== 'job' || grant.subject.kind === 'job') && holdsFor(grant, action, facts),
    ),
  );
  const [first] = allowing;
  if (first === undefined || allowing.includes(undefined)) return plain;
  return { outcome: 'allow', reason: `Your grant for what ${nameOf(input.tool)} does allows it.`, rule: 'standing-grant', grant: first.id };
}

/** The two rules that no grant lifts. What a graph names itself, a person drew: there only a receiver that data chose counts. */
function dangerOf(input: DecideInput): Danger | undefined {
  const { actor, tool, builtIn, taints = [], destroys } = input;
  const who = actor.kind === 'agent' ? actor.agent.name : actor.kind === 'job' ? actor.title : 'The workflow';
  const chosen = isByModel(input);
  if (taints.length === 0) return undefined;
  if (isOutward(tool, builtIn) && (chosen || input.receiverFromData === true)) {
    const found = leak(who, nameOf(tool), taints);
    if (found !== undefined) return found;
  }
  return chosen && destroys !== undefined ? destruction(who, destroys.what, destroys.path, taints) : undefined;
}

function decideForAgent(input: DecideInput, who: string, own: readonly ToolGrant[]): Decision {
  const { tool, facts = noFacts } = input;
  const name = nameOf(tool);
  const secrets = secretNamesIn(input.args);
  if (secrets.length > 0)
    return { outcome: 'ask', reason: `${who} asks because this uses the secret ${secrets.join(', ')}.`, rule: 'secret' };
  const granted = [...own, ...input.runGrants].filter((grant) => grant.effect === 'allow' && covers(grant, tool));
  if (granted.some((grant) => isPinned(grant, tool, input.definition)))
    return { outcome: 'allow', reason: `${who} was granted ${name}.`, rule: 'agent-grant' };
  const standing = input.standing.filter((grant) => grant.effect === 'allow' && coversStanding(grant, tool));
  const holding = standing.filter((grant) => whyNot(grant, facts) === undefined);
  const current = holding.find((grant) => isCurrent(grant, input));
  if (current !== undefined) return { outcome: 'allow', reason: `You always allow ${name}.`, rule: 'standing-grant', grant: current.id };
  if (holding.length > 0 || (granted.length > 0 && !input.allowedInConversation))
    return { outcome: 'ask', reason: `${who} asks again because ${name} has changed since you allowed it.`, rule: 'tool-changed' };
  if (input.allowedInConversation) return { outcome: 'allow', reason: `You allowed ${name} for this chat.`, rule: 'this-chat' };
  if (input.builtIn && tool.readOnly && !reachingServers.has(tool.server))
    return { outcome: 'allow', reason: `${name} only reads.`, rule: 'only-reads' };
  const limited = standing.map((grant) => whyNot(grant, facts)).find((fault) => fault !== undefined);
  const why = limited === undefined ? whyAsk(input) : `your grant for ${name} does not hold for this: ${limited}`;
  return { outcome: 'ask', reason: `${who} asks because ${why}.`, rule: limited === undefined ? 'nothing-allows' : 'grant-does-not-hold' };
}

/** With nobody there only the job's own grants allow anything; what was allowed elsewhere, also "always", does not count. */
function decideForJob(input: DecideInput, title: string): Decision {
  const { tool, builtIn, args, runGrants, definition, reach, facts = noFacts } = input;
  const name = nameOf(tool);
  const standing = input.standing.filter(
    (grant) => grant.subject.kind === 'job' && grant.effect === 'allow' && coversStanding(grant, tool),
  );
  const holding = standing.find((grant) => whyNot(grant, facts) === undefined && isCurrent(grant, input));
  if (holding !== undefined)
    return { outcome: 'allow', reason: `You always allow ${name} for ${title}.`, rule: 'standing-grant', grant: holding.id };
  const allowed: Decision = { outcome: 'allow', reason: `The grant of ${title} allows it.`, rule: 'job-grant' };
  const touches = builtIn ? reachOf(tool.server, args) : undefined;
  if (touches !== undefined) {
    if (isWithin(touches, reach ?? { folders: [] })) return allowed;
    const what =
      touches.kind === 'web'
        ? `its grant does not name the host ${touches.host === '' ? 'of that address' : touches.host}`
        : `its grant does not name ${foldersFor(tool.name, touches).join(' and ')}`;
    return { outcome: 'ask', reason: `${title} runs without you, and ${what}.`, rule: 'outside-job-grant' };
  }
  const granted = runGrants.filter((grant) => grant.effect === 'allow' && covers(grant, tool));
  if (granted.some((grant) => isPinned(grant, tool, definition))) return { ...allowed, reason: `The grant of ${title} allows ${name}.` };
  if (granted.length > 0)
    return { outcome: 'ask', reason: `${title} asks again because ${name} has changed since you allowed it.`, rule: 'tool-changed' };
  return { outcome: 'ask', reason: `${title} runs without you, and its grant does not name ${name}.`, rule: 'outside-job-grant' };
}

function whyAsk({ tool, builtIn }: DecideInput): string {
  if (!builtIn) return `${tool.server} is a tool server that others wrote`;
  if (reachingServers.has(tool.server)) return 'it sends a request over the network';
  if (tool.server === 'files') return /^write/.test(tool.name) ? 'it writes files' : 'it changes files or folders';
  if (tool.server === 'memory') return 'it changes what is remembered';
  return tool.destructive ? `${tool.server}.${tool.name} can destroy something` : `${tool.server}.${tool.name} changes something`;
}

const covers = (grant: ToolGrant, tool: ToolInfo): boolean =>
  grant.server === tool.server && (grant.tool === '*' || grant.tool === tool.name);

const coversStanding = (grant: StandingGrant, tool: ToolInfo): boolean =>
  grant.kind === 'tool-call' &&
  (isAboutEveryTool(grant) || (grant.server === tool.server && (grant.tool === '*' || grant.tool === tool.name)));

/** A grant without a definition is for our own servers. */
const isCurrent = (grant: StandingGrant, { definition, serverDefinition }: DecideInput): boolean =>
  grant.definition === undefined || grant.definition === (grant.tool === '*' ? serverDefinition : definition);
