// A tool server wants more of the person's model than it may use in a day: they are asked, with what it used, what it may use and the
// whole prompt. An answer holds for exactly that, or raises what it may use. One question of a server at a time.

import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { InboxAnswer, InboxRequest } from '../../../shared/model/grant.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { MemorySource } from '../../../shared/model/memory.ts';
import type { Action, PolicyDecision } from '../../../shared/model/policy.ts';
import { oneLine, quote } from '../policy/action-words.ts';
import { canonicalJson } from '../policy/canonical.ts';
import type { PolicyService } from '../policy/create-policy.ts';
import { detailsOfAction } from '../policy/details.ts';
import type { Ports } from '../ports.ts';
import type { Inbox, PolicyRequest } from '../services.ts';
import { askedPlace } from './asked-place.ts';

export interface SamplingBudgetDeps {
  ports: Pick<Ports, 'tools' | 'store' | 'clock' | 'ids' | 'hash' | 'host' | 'log'>;
  policy: Pick<PolicyService, 'explain' | 'require' | 'refused' | 'answered' | 'grants'>;
  inbox: Pick<Inbox, 'ask' | 'withdraw'>;
}
export interface Wanted {
  server: ServerId;
  title: string;
  action: Extract<Action, { kind: 'sampling' }>;
  /** The model that would answer, as it is resolved now. */
  model(): Promise<string>;
  signal: AbortSignal;
  source: MemorySource | undefined;
}

const mostBudget = 10_000_000;
const counted = (tokens: number): string => tokens.toLocaleString('en');

/** Enough for this request, at least twice what it was, and a round number. */
export function raisedBudget(budget: number, used: number, wants: number): number {
  const least = Math.max(budget * 2, used + wants);
  const unit = 10 ** Math.max(2, Math.floor(Math.log10(least)) - 1);
  return Math.min(mostBudget, Math.ceil(least / unit) * unit);
}

/**
 * Returns when the request may be answered, and has counted it: with the model that the person was shown, where they were asked. Throws
 * `denied`, `approval-mismatch`, `cancelled`.
 */
export type SamplingBudget = (wanted: Wanted) => Promise<string | undefined>;

export function createSamplingBudget(deps: SamplingBudgetDeps): SamplingBudget {
  const { policy } = deps;
  /** By server: the last question that waits. */
  const lines = new Map<ServerId, Promise<unknown>>();
  return async (wanted) => {
    const { server, title, action } = wanted;
    const request: PolicyRequest = { actor: { kind: 'server', server, title }, action };
    const allow = async (): Promise<undefined> => void (await policy.require(request, { signal: wanted.signal }));
    if (policy.explain(request).outcome !== 'ask') return allow();
    const before = lines.get(server) ?? Promise.resolve();
    const mine = before.then(async () => {
      wanted.signal.throwIfAborted();
      // What the question before this one made possible is not asked again.
      const decision = policy.explain(request);
      return decision.outcome === 'ask' ? askAndDo(deps, wanted, request, decision) : allow();
    });
    const settled = mine.catch(() => undefined);
    lines.set(server, settled);
    try {
      return await mine;
    } finally {
      if (lines.get(server) === settled) lines.delete(server);
    }
  };
}

async function askAndDo(deps: SamplingBudgetDeps, wanted: Wanted, request: PolicyRequest, decision: PolicyDecision): Promise<string> {
  const { ports, policy, inbox } = deps;
  const { server, title, action, source, signal } = wanted;
  policy.refused(request, decision);
  if (ports.host.info().host === 'cli' && (source === undefined || source.kind === 'person'))
    throw new AppError('denied', `${decision.reason} Nobody can be asked here: this command has no inbox.`, {
      hint: `Let ${title} use more tokens a day on its page, or call it where Orrery is open.`,
    });
  const place = askedPlace(ports, server, title, source);
  const seen = await look(deps, wanted);
  const shown = shownFor(deps, wanted, decision, place, seen);
  let answer: InboxAnswer;
  try {
    answer = await inbox.ask(
      { ...place, request: shown.request },
      { signal, waiting: async () => undefined, answered: async () => undefined },
    );
  } catch (error) {
    if (isCancelled(error) || signal.aborted) inbox.withdraw(place.run, place.step);
    if (toAppError(error).code !== 'approval-expired') throw error;
    throw new AppError('denied', `${decision.reason} Nobody answered in time.`, {
      hint: 'Ask again when somebody is there, or let it use more tokens a day on its page.',
    });
  }
  if (answer.kind !== 'approval' || answer.hash !== shown.request.hash) throw mismatch(title);
  const about = { ...request, what: `ask ${seen.model} for up to ${counted(action.tokens)} tokens, above its budget` };
  if (answer.answer === 'deny') {
    policy.answered(about, 'deny');
    throw new AppError('denied', `The person let ${title} use no more of their model now.`, { hint: 'Go on without it.' });
  }
  // What was shown is what is approved: its budget or the model may have been changed while the question waited.
  const now = await look(deps, wanted);
  if (now.model !== seen.model || now.budget !== seen.budget) throw mismatch(title);
  policy.answered(about, answer.answer === 'always' ? 'always' : 'once');
  if (answer.answer !== 'always') {
    policy.grants.noteLimited(`sampling ${server}`, action.tokens);
    return seen.model;
  }
  raise(deps, server, shown.raised);
  await policy.require(request, { signal });
  return seen.model;
}

const mismatch = (title: string): AppError =>
  new AppError('approval-mismatch', `What ${title} may use, or the model, was changed while you were asked.`, {
    hint: 'Let it ask again.',
  });

/** What an answer is bound to, beside the request itself. */
interface Seen {
  model: string;
  budget: number;
}
const look = async ({ ports }: SamplingBudgetDeps, { server, model }: Wanted): Promise<Seen> => ({
  model: await model(),
  budget: configOf(ports, server)?.reach?.samplingTokens ?? 0,
});

function shownFor(
  { ports, policy }: SamplingBudgetDeps,
  { server, title, action }: Wanted,
  decision: PolicyDecision,
  { run, step }: { run: string; step: string },
  { model, budget }: Seen,
): { request: Extract<InboxRequest, { kind: 'approval' }>; raised: number } {
  const used = policy.grants.used(`sampling ${server}`).tokensToday;
  const raised = raisedBudget(budget, used, action.tokens);
  const args: JsonObject = { ...action, model, budget, raised };
  const words = `Always: let it use up to ${counted(raised)} tokens of your models in a day, in place of ${counted(budget)}`;
  return {
    raised,
    request: {
      kind: 'approval',
      server,
      tool: 'sampling',
      args,
      hash: ports.hash(canonicalJson({ args, run, step })),
      reason:
        decision.rule === 'grant-does-not-hold'
          ? decision.reason
          : `${title} used ${counted(used)} of the ${counted(budget)} tokens of your models that it may use in a day, and asks for ${counted(action.tokens)} more.`,
      action: `Allow ${quote(title)} up to ${counted(action.tokens)} more tokens of ${oneLine(model)}`.slice(0, 300),
      details: [
        { label: 'Tool server', text: title },
        { label: 'Model', text: model },
        { label: 'Used today', text: `${counted(used)} of ${counted(budget)} tokens` },
        ...detailsOfAction(action),
      ],
      choices: [{ id: 'exact', words }],
      always: [words],
      undoable: false,
      undoWords: 'What it is answered cannot be taken back.',
    },
  };
}

const configOf = ({ store }: Pick<Ports, 'store'>, server: ServerId) => store.servers.list().find(({ id }) => id === server);

/** As its form would; it goes on running. */
function raise({ ports }: SamplingBudgetDeps, server: ServerId, samplingTokens: number): void {
  const config = configOf(ports, server);
  if (config?.reach === undefined)
    throw new AppError('server-not-found', 'That tool server is not there any more.', { hint: 'Reload the list of tool servers.' });
  const next = { ...config, reach: { ...config.reach, samplingTokens } };
  ports.store.servers.put(next);
  // Taken over at once; nobody waits for what it is told.
  ports.tools
    .start(next)
    .catch((error: unknown) => ports.log.warn('A tool server did not take over what it may use', { server, error: String(error) }));
}
