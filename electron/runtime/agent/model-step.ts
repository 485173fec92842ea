// One model call of a turn as a journaled step: streams into the live message, mends what a local model got wrong, and
// retries without tools for a model that cannot use them.

import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { MessagePart } from '../../../shared/model/chat.ts';
import { serverId } from '../../../shared/model/ids.ts';
import { type JsonValue, jsonObject } from '../../../shared/model/json.ts';
import type { ModelEvent, ModelRequest } from '../ports.ts';
import { buildContext } from './context-builder.ts';
import { findModel } from './models.ts';
import type { OfferedTools } from './tool-names.ts';
import { findPrintedCalls, mendArgs, type RawCall } from './tool-repair.ts';
import type { Turn, TurnDeps } from './turn.ts';

const modelOutputs = z.object({
  text: z.string(),
  reasoning: z.string().optional(),
  /** `target` is the tool that the name stood for when the answer was made; its server may be away when a turn is resumed. */
  toolCalls: z.array(z.object({ name: z.string(), args: jsonObject, target: z.object({ server: serverId, tool: z.string() }).optional() })),
  usage: z.object({ inputTokens: z.number().optional(), outputTokens: z.number().optional() }),
  model: z.string(),
});
export type ModelOutputs = z.infer<typeof modelOutputs>;

/** Characters, at about three for a token; an answer needs room too. */
const defaultWindow = 32_768;
const budgetOf = (contextLength: number | undefined): number => (Math.min(contextLength ?? defaultWindow, defaultWindow) - 2048) * 3;
/** One answer can name no more calls than this; a model in a loop would not stop by itself. */
const maxCalls = 32;

const noToolsNote = 'This model cannot use tools, so this answer was made without them.';

export async function callModel(deps: TurnDeps, turn: Turn, n: number, offered: OfferedTools): Promise<ModelOutputs> {
  const base = turn.live.partCount;
  const outputs = await turn.session.step({
    step: `${turn.prefix}model-${n}`,
    node: 'model',
    effect: 'idempotent',
    what: `Ask the model (call ${n})`,
    run: async (context) => {
      // An attempt that failed midway has left text behind.
      turn.live.settle(base, []);
      const signal = AbortSignal.any([context.signal, turn.signal]);
      const answer = await ask(deps, turn, offered, base, signal);
      context.used?.(answer.usage);
      return answer as unknown as Record<string, JsonValue>;
    },
  });
  const answer = modelOutputs.parse(outputs);
  turn.live.settle(base, partsOf(answer));
  return answer;
}

function partsOf(answer: ModelOutputs): MessagePart[] {
  const parts: MessagePart[] = [];
  if (answer.reasoning !== undefined && answer.reasoning !== '') parts.push({ type: 'reasoning', text: answer.reasoning });
  if (answer.text !== '') parts.push({ type: 'text', text: answer.text });
  return parts;
}

async function ask(deps: TurnDeps, turn: Turn, offered: OfferedTools, base: number, signal: AbortSignal): Promise<ModelOutputs> {
  const { ref } = await deps.models.resolve(turn.agent.model);
  const statuses = await deps.models.statuses(false);
  const info = findModel(statuses, ref);
  const wantsTools = offered.byName.size > 0;
  const request = (tools: OfferedTools): Omit<ModelRequest, 'model'> => {
    const list = [...tools.byName].map(([name, tool]) => ({
      name,
      description: tool.description || tool.title,
      inputSchema: tool.inputSchema,
    }));
    const messages = buildContext({
      agent: turn.agent,
      messages: [...turn.history, turn.live.snapshot],
      offered: tools,
      now: deps.clock.now(),
      budget: Math.max(4000, budgetOf(info?.contextLength) - JSON.stringify(list).length),
      folders: [...deps.folders(), ...turn.agent.grant.folders],
      seesImages: info?.images,
    });
    const by = {
      actor: { kind: 'agent' as const, id: turn.agent.id, name: turn.agent.name },
      run: turn.session.id,
      ...(turn.conversation === undefined ? {} : { conversation: turn.conversation }),
    };
    return { messages, tools: list, signal, by };
  };
  const none: OfferedTools = { byName: new Map(), find: () => undefined };
  if (!wantsTools || info?.tools !== false) {
    try {
      return await listen(deps.models.chat(ref, request(offered)), { turn, base, offered, ref, lead: '' });
    } catch (error) {
      if (!wantsTools || !(error instanceof AppError) || error.code !== 'model-no-tools') throw error;
    }
  }
  const isKnown = turn.history.some((message) =>
    message.parts.some((part) => part.type === 'text' && part.text.startsWith(`*${noToolsNote}`)),
  );
  const lead = isKnown ? '' : `*${noToolsNote}*\n\n`;
  turn.live.settle(base, []);
  return listen(deps.models.chat(ref, request(none)), { turn, base, offered: none, ref, lead });
}

async function listen(
  events: AsyncIterable<ModelEvent>,
  { turn, base, offered, ref, lead }: { turn: Turn; base: number; offered: OfferedTools; ref: string; lead: string },
): Promise<ModelOutputs> {
  let text = lead;
  let reasoning = '';
  const found: RawCall[] = [];
  let usage: ModelOutputs['usage'] = {};
  if (lead !== '') turn.live.append(base, 'text', lead);
  for await (const event of events) {
    switch (event.type) {
      case 'text':
        text += event.text;
        turn.live.append(base, 'text', event.text);
        break;
      case 'reasoning':
        reasoning += event.text;
        turn.live.append(base, 'reasoning', event.text);
        break;
      case 'tool-call':
        if (found.length < maxCalls) found.push({ name: event.name, args: mendArgs(event.args) });
        break;
      case 'end':
        usage = event.usage;
        break;
    }
  }
  if (found.length === 0 && offered.byName.size > 0) {
    const repaired = findPrintedCalls(text, offered);
    text = repaired.text;
    found.push(...repaired.calls.slice(0, maxCalls));
  }
  if (text === '' && reasoning === '' && found.length === 0)
    throw new AppError('empty-answer', 'The model answered nothing.', {
      hint: 'Try again, or choose another model for this agent.',
      retryable: true,
    });
  const toolCalls = found.map((call) => {
    const tool = offered.find(call.name);
    return tool === undefined ? call : { ...call, target: { server: tool.server, tool: tool.name } };
  });
  return { text, ...(reasoning === '' ? {} : { reasoning }), toolCalls, usage, model: ref };
}
