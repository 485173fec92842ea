// Decides on every action that is not a tool call: files, network, programs, secrets, settings, sampling and clients that come in.
// Pure; a part of decide.ts, through which alone it is called.

import type { PolicyDecision, StandingGrant, Taint } from '../../../shared/model/policy.ts';
import type { PolicyRequest } from '../services.ts';
import { wordsOfAction } from './action-words.ts';
import { type Facts, whyNot } from './conditions.ts';
import type { OtherAction } from './effects.ts';
import { leak } from './taint.ts';

export interface ActionInput {
  actor: PolicyRequest['actor'];
  action: OtherAction;
  /** Standing grants of this kind, for this actor or everyone. */
  grants: readonly StandingGrant[];
  facts: Facts;
  taints: readonly Taint[];
  /** Something that the person set up allows it already, in words: the settings of a server, the grant of a job. */
  setUp?: string | undefined;
  /** The same, when it names less than is asked for. */
  setUpFault?: string | undefined;
  /** By grant: how what it was given for is different now, for those where it is. */
  changed?: ReadonlyMap<string, string[]> | undefined;
}

type Decision = Omit<PolicyDecision, 'run'>;

export function decideAction(input: ActionInput): Decision {
  const { actor, action, grants, facts } = input;
  if (actor.kind === 'person') return { outcome: 'allow', reason: 'You did it.', rule: 'person' };
  const who = nameOfActor(actor);
  const what = wordsOfAction(action);
  const fitting = grants.filter((grant) => fits(grant, action));
  const forbidden = fitting.find((grant) => grant.effect === 'deny' && whyNot(grant, facts) === undefined);
  if (forbidden !== undefined)
    return {
      outcome: 'deny',
      reason: `A grant forbids ${who.replace(/^The /, 'the ')} to ${what}.`,
      rule: 'grant-forbids',
      grant: forbidden.id,
    };
  // A server's own requests carry what it was given; what it may be given is decided where it is called.
  const danger =
    action.kind === 'network' && actor.kind === 'agent' ? leak(who, `a request to ${action.url.slice(0, 120)}`, input.taints) : undefined;
  if (danger !== undefined) return { outcome: 'ask', ...danger };
  const allowing = fitting.filter((grant) => grant.effect === 'allow');
  const holds = (grant: StandingGrant): boolean => whyNot(grant, facts) === undefined;
  const holding = allowing.find((grant) => holds(grant) && input.changed?.has(grant.id) !== true);
  if (holding !== undefined)
    return {
      outcome: 'allow',
      reason: `You always allow ${who.replace(/^The /, 'the ')} to ${what}.`,
      rule: 'standing-grant',
      grant: holding.id,
    };
  if (input.setUp !== undefined) return { outcome: 'allow', reason: input.setUp, rule: 'set-up' };
  if (actor.kind === 'workflow' && action.kind !== 'settings-change' && action.kind !== 'secret-use')
    return { outcome: 'allow', reason: 'It is part of the workflow that you started.', rule: 'your-workflow' };
  const outdated = allowing.find(holds);
  if (outdated !== undefined)
    return {
      outcome: 'ask',
      reason: `${who} asks again to ${what}: it is not what you allowed any more.`,
      rule: 'agreed-changed',
      grant: outdated.id,
      changes: input.changed?.get(outdated.id) ?? [],
    };
  const limited = allowing.map((grant) => whyNot(grant, facts)).find((fault) => fault !== undefined);
  if (limited !== undefined)
    return {
      outcome: 'ask',
      reason: `${who} asks: a grant to ${what} does not hold for this, because ${limited}.`,
      rule: 'grant-does-not-hold',
    };
  const why = input.setUpFault ?? 'no grant allows it';
  return { outcome: 'ask', reason: `${who} asks to ${what}: ${why}.`, rule: 'nothing-allows' };
}

/** The kind and what it names; its conditions are looked at apart. */
export function fits(grant: StandingGrant, action: OtherAction): boolean {
  if (grant.kind !== action.kind) return false;
  switch (action.kind) {
    case 'secret-use':
      return (grant.target === '*' || grant.target === action.secret) && (grant.tool === undefined || grant.tool === action.receiver);
    case 'settings-change':
      return grant.target === '*' || grant.target === action.setting;
    case 'serve':
      return grant.target === '*' || grant.target === action.tool;
    case 'sampling':
      return grant.server === undefined || grant.server === action.server;
    case 'process-start':
      return grant.target === undefined || grant.target === action.command;
    case 'file-write':
    case 'network':
      return true;
  }
}

export function nameOfActor(actor: PolicyRequest['actor']): string {
  switch (actor.kind) {
    case 'person':
      return 'You';
    case 'workflow':
      return 'This workflow';
    case 'job':
      return actor.title;
    case 'agent':
      return actor.agent.name;
    case 'server':
      return `The tool server ${actor.title}`;
    case 'client':
      return `The program ${actor.client}`;
  }
}
