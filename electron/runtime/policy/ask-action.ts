// Asks a person, through the inbox, about an action that is no tool call. The answer is bound to the hash of exactly what is shown.

import { AppError } from '../../../shared/errors.ts';
import type { Agreed } from '../../../shared/model/agreed-graph.ts';
import type { ApprovalAnswer, InboxRequest } from '../../../shared/model/grant.ts';
import type { AgentId, ServerId, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { Action, GrantDraft, GrantSubject, PolicyDecision, StandingGrant } from '../../../shared/model/policy.ts';
import type { Ports } from '../ports.ts';
import { isUnknownName } from '../serve/names.ts';
import type { Inbox, PolicyRequest, StepContext } from '../services.ts';
import { type KnownNames, quote, sentenceOfAction, wordsOfAction } from './action-words.ts';
import type { GraphDeps } from './agreed-graph.ts';
import { canonicalJson } from './canonical.ts';
import { exactly } from './conditions.ts';
import { detailsOfAction } from './details.ts';
import type { GrantOrigin, Grants } from './grants.ts';
import { doesLines, type ServedThing, thingOf } from './served-agreed.ts';

interface AskDeps {
  ports: Pick<Ports, 'hash' | 'store'>;
  inbox: Pick<Inbox, 'ask'>;
  grants: Grants;
  graphs?: GraphDeps | undefined;
}
type Asked = PolicyRequest & Required<Pick<PolicyRequest, 'run' | 'step'>>;

/** One way to say "always", and the grant that it makes. */
interface Offer {
  id: 'exact' | 'tool';
  words: string;
  draft: GrantDraft;
  about?: Pick<GrantOrigin, 'id' | 'agreed'>;
}

/** With the standing grant that came of it. Throws `approval-expired`, `approval-mismatch`, `cancelled`. */
export async function askAboutAction(
  { ports, inbox, grants, graphs }: AskDeps,
  asked: Asked,
  decision: PolicyDecision,
  context: { signal: AbortSignal } & Partial<Pick<StepContext, 'waiting' | 'answered'>>,
): Promise<{ answer: ApprovalAnswer; grant?: string }> {
  const { actor, action, run, step } = asked;
  const args: JsonObject = JSON.parse(JSON.stringify(action)) as JsonObject;
  const look = (): ServedThing | undefined => (action.kind === 'serve' && graphs !== undefined ? thingOf(graphs, action) : undefined);
  const hashWith = (thing: ServedThing | undefined): string =>
    ports.hash(canonicalJson({ args, run: run.id, step, ...(thing === undefined ? {} : { now: hashesOf(thing.now) }) } as JsonValue));
  const thing = look();
  const hash = hashWith(thing);
  const offers = decision.taints === undefined ? offersFor(grants, asked, decision, thing) : [];
  const does = thing === undefined ? [] : doesLines(thing);
  const request: InboxRequest = {
    kind: 'approval',
    server: serverOf(actor, action),
    tool: action.kind,
    args,
    hash,
    reason: decision.reason,
    action: sentenceOfAction(action, namesFrom(ports.store)).slice(0, 300),
    ...(decision.changes === undefined ? {} : { preview: { kind: 'text' as const, text: decision.changes.join('\n') } }),
    // An answer that names none of them is the narrowest.
    always: offers.slice(0, 1).map(({ words }) => words),
    choices: offers.map(({ id, words }) => ({ id, words })),
    details: [
      ...detailsOfAction(action, namesFrom(ports.store)),
      ...(does.length === 0 ? [] : [{ label: 'What it does', text: does.join('\n').slice(0, 20_000) }]),
    ],
    ...(decision.taints === undefined ? {} : { taints: decision.taints }),
    ...undoOf(action),
  };
  const agent = actor.kind === 'agent' ? { agent: actor.agent.id } : {};
  const conversation = actor.kind === 'agent' && actor.conversation !== undefined ? { conversation: actor.conversation } : {};
  const answer = await inbox.ask(
    { run: run.id, step, title: run.title, ...agent, ...conversation, request },
    { signal: context.signal, waiting: context.waiting ?? (async () => undefined), answered: context.answered ?? (async () => undefined) },
  );
  if (answer.kind !== 'approval' || answer.hash !== hash)
    throw new AppError('approval-mismatch', 'The answer is for another action than this one.', { hint: 'Run it again.' });
  // What was shown is what is approved: it may have been changed while the question waited.
  if (answer.answer !== 'deny' && hashWith(look()) !== hash)
    throw new AppError('approval-mismatch', `${quote(thing?.name ?? 'It')} was changed while you were asked.`, { hint: 'Call it again.' });
  const chosen = offers.find(({ id }) => id === (answer.choice ?? offers[0]?.id));
  if (answer.answer !== 'always' || chosen === undefined) return { answer: answer.answer };
  // One that was narrowed or taken back meanwhile is not put back as it was.
  const { id } = chosen.about ?? {};
  if (id !== undefined && !isStill(grants.get(id), chosen.draft))
    throw new AppError('approval-mismatch', 'The grant was changed while you were asked.', { hint: 'Call it again.' });
  return { answer: answer.answer, grant: grants.put(chosen.draft, { from: 'an answer in the inbox', ...chosen.about }).id };
}

const hashesOf = (now: Agreed): JsonObject =>
  Object.fromEntries(Object.entries(now).map(([key, { hash, starts = {} }]) => [key, [hash, starts]]));

/** Narrowest first. */
function offersFor(grants: Grants, { actor, action }: Asked, { rule, grant: id }: PolicyDecision, thing: ServedThing | undefined): Offer[] {
  const draft = draftOf(action, subjectOf(actor));
  if (draft === undefined) return [];
  if (action.kind !== 'serve' || thing === undefined) return [{ id: 'exact', words: wordsFor(wordsOfAction(action)), draft }];
  const what = `${thing.kind === 'workflow' ? 'run the workflow' : 'ask the agent'} ${quote(thing.name)}`;
  const outdated = rule === 'agreed-changed' && id !== undefined ? grants.get(id) : undefined;
  if (outdated !== undefined) {
    const about = { id: outdated.id, agreed: thing.now };
    return [{ id: 'exact', words: wordsFor(`${what} as it is now`), draft: draftIn(outdated), about }];
  }
  const named = { ...draft, conditions: { args: { [thing.kind]: exactly(thing.id) } } };
  return [
    { id: 'exact', words: wordsFor(`${what} as it is now; when it is changed, it asks again`), draft: named, about: { agreed: thing.now } },
    { id: 'tool', words: wordsFor(anyWords[thing.kind]), draft },
  ];
}

export const draftIn = ({ subject, effect, kind, server, tool, target, conditions }: StandingGrant): GrantDraft => ({
  ...{ subject, effect, kind, server, tool, target, conditions },
});

const isStill = (grant: StandingGrant | undefined, draft: GrantDraft): boolean =>
  grant !== undefined && grant.revokedAt === undefined && textOf(draftIn(grant)) === textOf(draft);
const textOf = (draft: GrantDraft): string => canonicalJson(JSON.parse(JSON.stringify(draft)) as JsonValue);

const wordsFor = (what: string): string => `Always: ${what}`.slice(0, 1000);
const anyWords = {
  workflow: 'run any workflow, also those that are changed or made later',
  agent: 'ask any agent, also those that are changed or made later',
} as const;

/** What Orrery offers to programs: memory is recorded, looking changes nothing, and what a run or a turn does is in its own change set. */
function undoOf(action: Action): { undoable: boolean; undoWords?: string } {
  if (action.kind !== 'serve') return { undoable: false };
  switch (action.tool) {
    case 'remember':
      return { undoable: true, undoWords: 'Can be undone.' };
    case 'list_workflows':
    case 'list_agents':
    case 'search_memory':
    case 'get_run':
      return { undoable: true, undoWords: 'It changes nothing.' };
    default:
      return { undoable: false, undoWords: 'What it changes is in History, and most of it can be undone there.' };
  }
}

/** Ids as people know them. */
export const namesFrom = (store: Pick<Ports['store'], 'workflows' | 'agents'>): KnownNames => ({
  workflow: (id) => store.workflows.get(id as WorkflowId)?.name,
  agent: (id) => store.agents.get(id as AgentId)?.name,
});

function subjectOf(actor: PolicyRequest['actor']): GrantSubject | undefined {
  switch (actor.kind) {
    case 'agent':
      return { kind: 'agent', agent: actor.agent.id };
    case 'job':
      return { kind: 'job', job: actor.job };
    case 'server':
      return { kind: 'server', server: actor.server };
    case 'client':
      // It could be anyone: an answer is for this once.
      return isUnknownName(actor.client) ? undefined : { kind: 'client', client: actor.client };
    case 'person':
    case 'workflow':
      return undefined;
  }
}

/** As narrow as what was asked. */
function draftOf(action: Action, subject: GrantSubject | undefined): GrantDraft | undefined {
  if (subject === undefined) return undefined;
  const make = (more: Partial<GrantDraft>): GrantDraft => ({ subject, effect: 'allow', kind: action.kind, conditions: {}, ...more });
  switch (action.kind) {
    case 'secret-use':
      return make({ target: action.secret, tool: action.receiver });
    case 'settings-change':
      return make({ target: action.setting });
    case 'serve':
      return make({ target: action.tool });
    case 'file-write':
      return make({ conditions: { args: { path: exactly(action.path) } } });
    case 'network':
      return make({ conditions: { args: { method: exactly(action.method), url: exactly(action.url) } } });
    case 'process-start':
      return make({ target: action.command, conditions: { args: { args: exactly(action.args.join(' ')).slice(0, 1000) } } });
    case 'sampling':
    case 'tool-call':
      return undefined;
  }
}

const serverOf = (actor: PolicyRequest['actor'], action: Action): ServerId =>
  actor.kind === 'server' ? actor.server : action.kind === 'sampling' ? action.server : ('orrery' as ServerId);
