// The one function that says whether a tool call may happen: allow, ask, or deny, and why, in words. Pure: everything it
// goes by is an argument. A system prompt is not a control; nothing a model says reaches this function but the arguments.

import type { Grant, ToolGrant } from '../../../shared/model/grant.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Actor } from '../services.ts';
import { isPinned } from './pin-grant.ts';
import { foldersFor, isWithin, reachOf } from './reach.ts';
import { secretNamesIn } from './secret-handles.ts';

export interface Decision {
  outcome: 'allow' | 'ask' | 'deny';
  reason: string;
}

export interface DecideInput {
  actor: Actor;
  tool: ToolInfo;
  /** Only Orrery's own servers are believed when they say that a tool only reads. */
  builtIn: boolean;
  args: JsonObject;
  /** What the person who started the run granted it. */
  runGrants: readonly ToolGrant[];
  /** Given by "always", each with the hash of the tool's definition at that time. */
  standing: readonly (ToolGrant & { definition: string })[];
  /** The hash of the tool's definition now. */
  definition: string;
  /** The person answered "for this chat" for this tool, with this definition. */
  allowedInConversation: boolean;
  /** For a job: the folders and hosts of its grant. */
  reach?: Pick<Grant, 'folders' | 'hosts'>;
}

/** Built-in servers whose reading tools still send something out of this machine: an address is a message too. */
const reachingServers: ReadonlySet<string> = new Set(['web']);

export function decide(input: DecideInput): Decision {
  const { actor, tool } = input;
  const name = `${tool.server}.${tool.name}`;
  if (actor.kind === 'person') return { outcome: 'allow', reason: 'You called it.' };
  const own = actor.kind === 'agent' ? actor.agent.grant.tools : [];
  const matching = [...own, ...input.runGrants, ...input.standing].filter((grant) => covers(grant, tool));
  if (matching.some((grant) => grant.effect === 'deny')) return { outcome: 'deny', reason: `A grant forbids ${name}.` };
  if (actor.kind === 'workflow') return { outcome: 'allow', reason: 'It is part of the workflow that you started.' };
  if (actor.kind === 'job') return decideForJob(input, actor.title);

  const who = actor.agent.name;
  const secrets = secretNamesIn(input.args);
  if (secrets.length > 0) return { outcome: 'ask', reason: `${who} asks because this uses the secret ${secrets.join(', ')}.` };
  const granted = [...own, ...input.runGrants].filter((grant) => grant.effect === 'allow' && covers(grant, tool));
  if (granted.some((grant) => isPinned(grant, tool, input.definition))) return { outcome: 'allow', reason: `${who} was granted ${name}.` };
  const standing = input.standing.filter((grant) => grant.effect === 'allow' && covers(grant, tool));
  if (standing.some((grant) => grant.definition === input.definition)) return { outcome: 'allow', reason: `You always allow ${name}.` };
  if (standing.length > 0 || (granted.length > 0 && !input.allowedInConversation))
    return { outcome: 'ask', reason: `${who} asks again because ${name} has changed since you allowed it.` };
  if (input.allowedInConversation) return { outcome: 'allow', reason: `You allowed ${name} for this chat.` };
  if (input.builtIn && tool.readOnly && !reachingServers.has(tool.server)) return { outcome: 'allow', reason: `${name} only reads.` };
  return { outcome: 'ask', reason: `${who} asks because ${whyAsk(input)}.` };
}

/** With nobody there only the job's own grant allows anything; what was allowed elsewhere, also "always", does not count. */
function decideForJob({ tool, builtIn, args, runGrants, definition, reach }: DecideInput, title: string): Decision {
  const name = `${tool.server}.${tool.name}`;
  const touches = builtIn ? reachOf(tool.server, args) : undefined;
  if (touches !== undefined) {
    if (isWithin(touches, reach ?? { folders: [] })) return { outcome: 'allow', reason: `The grant of ${title} allows it.` };
    const what =
      touches.kind === 'web'
        ? `its grant does not name the host ${touches.host === '' ? 'of that address' : touches.host}`
        : `its grant does not name ${foldersFor(tool.name, touches).join(' and ')}`;
    return { outcome: 'ask', reason: `${title} runs without you, and ${what}.` };
  }
  const granted = runGrants.filter((grant) => grant.effect === 'allow' && covers(grant, tool));
  if (granted.some((grant) => isPinned(grant, tool, definition)))
    return { outcome: 'allow', reason: `The grant of ${title} allows ${name}.` };
  if (granted.length > 0) return { outcome: 'ask', reason: `${title} asks again because ${name} has changed since you allowed it.` };
  return { outcome: 'ask', reason: `${title} runs without you, and its grant does not name ${name}.` };
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
