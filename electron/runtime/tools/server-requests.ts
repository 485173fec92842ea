// What tool servers ask of us: a reply of the person's model (sampling), an answer of the person (elicitation). Sampling passes the
// policy and has a budget, above which the person is asked; questions go to the inbox, and are withdrawn when the server no longer asks.

import { AppError, cancelled, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { InboxRequest } from '../../../shared/model/grant.ts';
import { spellHidden, visibleText } from '../../../shared/model/hidden-characters.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { MemorySource } from '../../../shared/model/memory.ts';
import type { PolicyService } from '../policy/create-policy.ts';
import type { Ports, SampleRequest, SampleResult, ServerRequests } from '../ports.ts';
import type { Audit, Inbox, ModelService } from '../services.ts';
import { askedPlace, questionMs } from './asked-place.ts';
import { elicitForm, readForm, titleOfField, withGiven } from './elicit-form.ts';
import { createSamplingBudget } from './sampling-budget.ts';

interface ServerRequestsDeps {
  ports: Pick<Ports, 'tools' | 'store' | 'clock' | 'ids' | 'vault' | 'hash' | 'host' | 'log'>;
  policy: Pick<PolicyService, 'explain' | 'require' | 'refused' | 'answered' | 'grants'>;
  models: Pick<ModelService, 'chat' | 'resolve'>;
  inbox: Pick<Inbox, 'ask' | 'withdraw'>;
  audit: Audit;
}
type ElicitOptions = Parameters<ServerRequests['elicit']>[2];

/** Of one reply, whatever the server asks for. */
const mostTokens = 8_000;
/** A token is about four signs; close enough for a budget that is counted before the reply is there. */
const tokensOf = (text: string): number => Math.ceil(text.length / 4);

export function createServerRequests(deps: ServerRequestsDeps): ServerRequests {
  const { ports, models, audit } = deps;
  const withinBudget = createSamplingBudget(deps);
  const titleOf = (server: ServerId): string => ports.tools.servers().find((each) => each.id === server)?.title ?? server;
  const budgetOf = (server: ServerId): number =>
    ports.tools.servers().find((each) => each.id === server)?.config?.reach?.samplingTokens ?? 0;

  const noted = (server: ServerId, what: string, outcome: 'done' | 'failed', reason: string, details?: Record<string, JsonValue>): void =>
    audit.record({
      kind: 'call',
      actor: { kind: 'server', id: server, name: titleOf(server) },
      what,
      outcome,
      reason: reason.slice(0, 2000),
      ...(details === undefined ? {} : { details }),
    });

  async function sample(server: ServerId, request: SampleRequest, signal: AbortSignal, source?: MemorySource): Promise<SampleResult> {
    const title = titleOf(server);
    if (budgetOf(server) === 0)
      throw new AppError('denied', `${title} may not use your models.`, {
        hint: 'Give it tokens for each day on its page, under what it may reach, if it should.',
      });
    const maxTokens = Math.max(1, Math.min(request.maxTokens, mostTokens));
    const prompt = [request.system, ...request.messages.map((message) => `${message.role}: ${message.text}`)]
      .filter((each) => each !== undefined)
      .join('\n\n');
    // Before its budget: a request that no model can answer uses none of it.
    const model = async (): Promise<string> => (await models.resolve(undefined)).ref;
    const first = await model();
    const action = { kind: 'sampling' as const, server, tokens: tokensOf(prompt) + maxTokens, prompt };
    // The one that was shown, where the person was asked: it may have been changed while the question waited.
    const ref = (await withinBudget({ server, title, action, model, signal, source })) ?? first;
    try {
      const { text, stopReason, tokens } = await reply(models, ref, request, maxTokens, signal);
      noted(server, `sampling with ${ref}`, 'done', `It was given a reply of ${ref}.`, { tokens });
      return { text: ports.vault.redact(text), model: ref, stopReason };
    } catch (error) {
      const known = toAppError(error);
      noted(server, `sampling with ${ref}`, 'failed', known.message);
      throw known;
    }
  }

  async function elicit(server: ServerId, request: Parameters<ServerRequests['elicit']>[1], options: ElicitOptions) {
    const place = placeOf(deps, server, titleOf(server), options);
    const hidden = spellHidden(request.message);
    const says = `${visibleText(request.message)}${hidden.length === 0 ? '' : `\n\nIt holds characters that cannot be seen: ${hidden.join('; ')}.`}`;
    const outcome = await (request.url === undefined
      ? askForm(place, `The tool server “${titleOf(server)}” asks:\n${says}`, request.schema)
      : askToOpen(place, titleOf(server), says, request.url));
    noted(server, 'question to the person', 'done', `The person chose to ${outcome.action}.`);
    return outcome;
  }

  return { sample, elicit };
}

async function reply(
  models: Pick<ModelService, 'chat'>,
  ref: string,
  request: SampleRequest,
  maxTokens: number,
  signal: AbortSignal,
): Promise<{ text: string; stopReason: string; tokens: number }> {
  const enough = new AbortController();
  const messages = request.messages.map(({ role, text }) => ({ role, text }));
  let text = '';
  let thought = 0;
  let used: number | undefined;
  let stopReason = 'endTurn';
  const stopAt = (): boolean => {
    const stop = (request.stop ?? [])
      .filter((each) => each !== '')
      .map((each) => text.indexOf(each))
      .filter((at) => at !== -1);
    if (stop.length > 0) {
      text = text.slice(0, Math.min(...stop));
      stopReason = 'stopSequence';
      return true;
    }
    if (tokensOf(text) + thought < maxTokens) return false;
    stopReason = 'maxTokens';
    return true;
  };
  try {
    for await (const event of models.chat(ref, {
      messages: request.system === undefined ? messages : [{ role: 'system', text: request.system }, ...messages],
      tools: [],
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      signal: AbortSignal.any([signal, enough.signal]),
    })) {
      if (event.type === 'text') text += event.text;
      else if (event.type === 'reasoning') thought += tokensOf(event.text);
      else if (event.type === 'end') {
        used = (event.usage.inputTokens ?? 0) + (event.usage.outputTokens ?? 0);
        if (event.reason === 'length') stopReason = 'maxTokens';
      }
      if (event.type !== 'end' && stopAt()) {
        enough.abort();
        break;
      }
    }
  } catch (error) {
    // We stopped it ourselves, having enough.
    if (!enough.signal.aborted || signal.aborted) throw error;
  }
  return { text, stopReason, tokens: used ?? tokensOf(text) + thought };
}

interface Place {
  ask(request: InboxRequest & { kind: 'question' }): Promise<JsonValue | undefined>;
}

function placeOf({ ports, inbox }: ServerRequestsDeps, server: ServerId, title: string, { signal, source }: ElicitOptions): Place {
  const place = askedPlace(ports, server, title, source);
  const { run, step } = place;
  let count = 0;
  return {
    async ask(request) {
      count += 1;
      const at = count === 1 ? step : `${step}.${count}`;
      try {
        const answer = await inbox.ask(
          { ...place, step: at, expiresAt: ports.clock.now() + questionMs, request },
          { signal, waiting: async () => undefined, answered: async () => undefined },
        );
        return answer.kind === 'question' ? answer.value : undefined;
      } catch (error) {
        if (isCancelled(error) || signal.aborted) {
          inbox.withdraw(run, at);
          throw cancelled('The server no longer asks.');
        }
        // Nobody answered in time: that is no refusal.
        if (toAppError(error).code === 'question-expired') return undefined;
        throw error;
      }
    },
  };
}

type Outcome = { action: 'accept' | 'decline' | 'cancel'; content?: JsonObject };

async function askForm(place: Place, question: string, schema: JsonObject | undefined): Promise<Outcome> {
  let form = elicitForm(schema);
  let again = '';
  for (let round = 0; round < 5; round += 1) {
    const value = await place.ask({ kind: 'question', question: `${question}${again}`, schema: form.schema });
    if (value === undefined) return { action: 'cancel' };
    const answer = readForm(form, value);
    if (answer === undefined) return { action: 'decline' };
    if (answer.missing.length === 0) return { action: 'accept', content: answer.content };
    again = `\n\nIt needs ${answer.missing.map((name) => titleOfField(form, name)).join(', ')} too.`;
    form = withGiven(form, answer.content, Object.keys(value as JsonObject));
  }
  return { action: 'cancel' };
}

async function askToOpen(place: Place, title: string, says: string, url: string): Promise<Outcome> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['https:', 'http:'].includes(parsed.protocol))
    throw new AppError('url-not-allowed', 'The server names an address that is no web address.', { hint: 'Tell its makers.' });
  const question = `The tool server “${title}” wants you to open an address at ${parsed.host}:\n${says}\n\n${parsed.href}\n\nOpen it if you trust ${parsed.host}, and say here when you are done there. Orrery sees nothing of it.`;
  const value = await place.ask({ kind: 'question', question, schema: { type: 'boolean', title: 'I have done it' } });
  if (value === undefined) return { action: 'cancel' };
  return { action: value === true ? 'accept' : 'decline' };
}
