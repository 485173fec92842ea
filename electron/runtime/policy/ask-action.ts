// Asks a person, through the inbox, about an action that is no tool call. The answer is bound to the hash of exactly what is shown.

import { AppError } from '../../../shared/errors.ts';
import type { ApprovalAnswer, InboxRequest } from '../../../shared/model/grant.ts';
import type { AgentId, ServerId, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { Action, GrantDraft, GrantSubject, PolicyDecision } from '../../../shared/model/policy.ts';
import type { Ports } from '../ports.ts';
import { isUnknownName } from '../serve/names.ts';
import type { Inbox, PolicyRequest, StepContext } from '../services.ts';
import { type KnownNames, sentenceOfAction, wordsOfAction } from './action-words.ts';
import { canonicalJson } from './canonical.ts';
import { exactly } from './conditions.ts';
import { detailsOfAction } from './details.ts';
import type { Grants } from './grants.ts';

interface AskDeps {
  ports: Pick<Ports, 'hash' | 'store'>;
  inbox: Pick<Inbox, 'ask'>;
  grants: Grants;
}
type Asked = PolicyRequest & Required<Pick<PolicyRequest, 'run' | 'step'>>;

/** With the standing grant that came of it. Throws `approval-expired`, `approval-mismatch`, `cancelled`. */
export async function askAboutAction(
  { ports, inbox, grants }: AskDeps,
  { actor, action, run, step }: Asked,
  decision: PolicyDecision,
  context: { signal: AbortSignal } & Partial<Pick<StepContext, 'waiting' | 'answered'>>,
): Promise<{ answer: ApprovalAnswer; grant?: string }> {
  const words = wordsOfAction(action);
  const args: JsonObject = JSON.parse(JSON.stringify(action)) as JsonObject;
  const hash = ports.hash(canonicalJson({ args, run: run.id, step } as JsonValue));
  const draft = decision.taints === undefined ? draftOf(action, subjectOf(actor)) : undefined;
  const request: InboxRequest = {
    kind: 'approval',
    server: serverOf(actor, action),
    tool: action.kind,
    args,
    hash,
    reason: decision.reason,
    action: sentenceOfAction(action, namesFrom(ports.store)).slice(0, 300),
    ...(draft === undefined
      ? { always: [], choices: [] }
      : { always: [words.slice(0, 1000)], choices: [{ id: 'exact' as const, words: `Always: ${words}`.slice(0, 1000) }] }),
    details: detailsOfAction(action),
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
  if (answer.answer !== 'always' || draft === undefined) return { answer: answer.answer };
  return { answer: answer.answer, grant: grants.put(draft, { from: 'an answer in the inbox' }).id };
}

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
const namesFrom = (store: Ports['store']): KnownNames => ({
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
