// A program's grant for one workflow or one agent is for that as it was: what it is now, what is different, and what it does, in words.
// A grant that names none is for any, also as they are changed later.

import type { Agreed } from '../../../shared/model/agreed-graph.ts';
import type { AgentId, WorkflowId } from '../../../shared/model/ids.ts';
import type { Action, GrantDraft, StandingGrant } from '../../../shared/model/policy.ts';
import { oneLine } from './action-words.ts';
import { agentKey, isAgentKey } from './agreed-agent.ts';
import { agreedAgentOf, agreedGraphs, changesSince, type GraphDeps } from './agreed-graph.ts';
import { onlyText } from './conditions.ts';

export type ServeAction = Extract<Action, { kind: 'serve' }>;

/** What a call is about: one workflow or one agent. */
export interface ServedThing {
  kind: 'workflow' | 'agent';
  id: string;
  name: string;
  now: Agreed;
}

/** By tool, the argument that names it. */
const namedBy: Readonly<Record<string, ServedThing['kind']>> = { run_workflow: 'workflow', ask_agent: 'agent' };
const kindOf = (tool: string): ServedThing['kind'] | undefined => (Object.hasOwn(namedBy, tool) ? namedBy[tool] : undefined);

/** Undefined where the tool is about none, or there is none of that id: the call then fails by itself. */
export function thingOf(deps: GraphDeps, { tool, args }: Pick<ServeAction, 'tool' | 'args'>): ServedThing | undefined {
  const kind = kindOf(tool);
  const id = kind === undefined ? undefined : args[kind];
  if (kind === undefined || typeof id !== 'string') return undefined;
  if (kind === 'workflow') {
    const workflow = deps.workflows.get(id as WorkflowId);
    return workflow === undefined ? undefined : { kind, id, name: workflow.name, now: agreedGraphs(deps, { ...workflow, id }) };
  }
  const agent = deps.agents.get(id as AgentId);
  return agent === undefined ? undefined : { kind, id, name: agent.name, now: { [agentKey(id)]: agreedAgentOf(deps, id) } };
}

/** The one that a grant names; undefined when it is for any. */
export function namedIn({
  kind,
  target = '',
  conditions,
}: Pick<GrantDraft, 'kind' | 'target' | 'conditions'>): { kind: ServedThing['kind']; id: string } | undefined {
  const named = kind === 'serve' ? kindOf(target) : undefined;
  const pattern = named === undefined ? undefined : conditions.args?.[named];
  const id = pattern === undefined ? undefined : onlyText(pattern);
  return named === undefined || id === undefined ? undefined : { kind: named, id };
}

/** What is different from what the grant was given for, one thing a line; none where it holds as it stands. */
export function servedChanges(deps: GraphDeps | undefined, grant: StandingGrant): string[] {
  if (grant.kind !== 'serve' || grant.effect === 'deny') return [];
  const named = namedIn(grant);
  if (named === undefined) return [];
  if (deps === undefined || grant.agreed === undefined) return ['What it was given for was not kept, so it cannot be compared'];
  const now = thingOf(deps, { tool: grant.target ?? '', args: { [named.kind]: named.id } })?.now;
  return now === undefined ? [] : changesSince(grant.agreed, now, (id) => deps.workflows.get(id as WorkflowId));
}

/** For a grant that is written on a page: of what it names, as it is now, or as it was where that is not what changes. */
export function agreedForDraft(deps: GraphDeps, draft: GrantDraft, before: StandingGrant | undefined): Agreed | undefined {
  const named = draft.effect === 'allow' ? namedIn(draft) : undefined;
  if (named === undefined) return undefined;
  const was = before === undefined ? undefined : namedIn(before);
  if (before?.agreed !== undefined && was?.kind === named.kind && was.id === named.id) return before.agreed;
  return thingOf(deps, { tool: draft.target ?? '', args: { [named.kind]: named.id } })?.now ?? {};
}

/** What a call that was allowed is held to while it goes; undefined where the grant that allowed it is for any, or it is about none. */
export function heldTo(deps: GraphDeps | undefined, action: ServeAction, grant: StandingGrant | undefined): Agreed | undefined {
  if (deps === undefined || kindOf(action.tool) === undefined || (grant !== undefined && namedIn(grant) === undefined)) return undefined;
  // Taken away in between: what comes back under its id was agreed to by nobody.
  return thingOf(deps, action)?.now ?? {};
}

/** What it does that reaches out of it, one thing a line. */
export const doesLines = ({ now }: ServedThing): string[] =>
  Object.entries(now).flatMap(([key, { does, parts }]) => {
    if (!isAgentKey(key)) return Object.values(does);
    if (parts.name === undefined) return [];
    return [`The agent ${oneLine(parts.name)} works with ${does.model ?? ''}, told “${does.character ?? ''}”`];
  });
