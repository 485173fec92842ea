// Ollama through its own client. The client writes to the console on bad answers and cannot be aborted before the first
// byte, so every request goes through `guardedFetch`, which reads errors itself, drops broken lines and carries our signal.

import { Ollama } from 'ollama/browser';
import { AppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ModelInfo, ProviderConfig } from '../../../shared/model/model.ts';
import type { ModelEvent, ModelMessage, ModelProvider, ModelRequest, Net } from '../../runtime/ports.ts';
import { ndjsonOnly } from './ndjson.ts';
import { fromFetch, fromStatus, providerError } from './provider-errors.ts';

type OllamaMessages = NonNullable<Parameters<Ollama['chat']>[0]['messages']>;
type OllamaTools = NonNullable<Parameters<Ollama['chat']>[0]['tools']>;

/** What `show` told of a model; kept until the model's digest changes. */
interface ModelFacts {
  tools: boolean | undefined;
  images: boolean | undefined;
  thinking: boolean;
  contextLength: number | undefined;
}

const showsAtOnce = 4;

export function createOllamaProvider({ net }: { net: Pick<Net, 'fetchFor'> }): ModelProvider {
  const facts = new Map<string, ModelFacts>();
  /** Facts by name, for chats: `provider/model`. */
  const byName = new Map<string, ModelFacts>();

  const clientFor = (config: ProviderConfig, signal: AbortSignal | undefined, model = '', by?: ModelRequest['by']): Ollama =>
    new Ollama({ host: config.baseUrl, fetch: guardedFetch(net, config, signal, model, by) });

  async function factsOf(config: ProviderConfig, name: string, digest: string, signal: AbortSignal): Promise<ModelFacts> {
    const key = `${config.baseUrl} ${name} ${digest}`;
    const known = facts.get(key);
    if (known !== undefined) return known;
    const shown = await clientFor(config, signal, name).show({ model: name });
    const info = Object.entries((shown.model_info ?? {}) as unknown as Record<string, unknown>);
    const length = info.find(([field]) => field.endsWith('.context_length'))?.[1];
    const found: ModelFacts = {
      tools: shown.capabilities === undefined ? undefined : shown.capabilities.includes('tools'),
      images: shown.capabilities === undefined ? undefined : shown.capabilities.includes('vision'),
      thinking: shown.capabilities?.includes('thinking') ?? false,
      contextLength: typeof length === 'number' ? length : undefined,
    };
    facts.set(key, found);
    return found;
  }

  return {
    async describe(config, signal) {
      const client = clientFor(config, signal);
      const [{ version }, { models }] = await Promise.all([client.version(), client.list()]);
      const infos: ModelInfo[] = [];
      for (let at = 0; at < models.length; at += showsAtOnce) {
        const group = models.slice(at, at + showsAtOnce).map(async (model): Promise<ModelInfo> => {
          // One model that cannot be shown (a damaged download) must not hide the others.
          const shown = await factsOf(config, model.name, model.digest, signal).catch((error: unknown) => {
            if (signal.aborted) throw error;
            return undefined;
          });
          if (shown !== undefined) byName.set(`${config.id}/${model.name}`, shown);
          return {
            ref: `${config.id}/${model.name}`,
            name: model.name,
            size: model.size,
            ...(model.details?.family ? { family: model.details.family } : {}),
            ...(model.details?.parameter_size ? { parameters: model.details.parameter_size } : {}),
            ...(shown?.tools === undefined ? {} : { tools: shown.tools }),
            ...(shown?.images === undefined ? {} : { images: shown.images }),
            ...(shown?.contextLength === undefined ? {} : { contextLength: shown.contextLength }),
          };
        });
        infos.push(...(await Promise.all(group)));
      }
      return { version, models: infos };
    },

    async *chat(config, request) {
      const left = new AbortController();
      try {
        const client = clientFor(config, AbortSignal.any([request.signal, left.signal]), request.model, request.by);
        yield* chat(config, request, client, byName.get(`${config.id}/${request.model}`));
      } finally {
        // The client does not let go of the connection when its reader leaves early.
        left.abort();
      }
    },

    async *pull(config, model, signal) {
      const left = new AbortController();
      try {
        const stream = await clientFor(config, AbortSignal.any([signal, left.signal]), model).pull({ model, stream: true });
        for await (const step of stream) {
          yield {
            status: step.status,
            ...(step.completed === undefined ? {} : { completed: step.completed }),
            ...(step.total === undefined ? {} : { total: step.total }),
            done: step.status === 'success',
          };
        }
      } catch (error) {
        throw fromStream(config, error, signal, model);
      } finally {
        left.abort();
      }
    },

    async remove(config, model) {
      await clientFor(config, undefined, model).delete({ model });
      byName.delete(`${config.id}/${model}`);
    },
  };
}

async function* chat(
  config: ProviderConfig,
  request: ModelRequest,
  client: Ollama,
  known: ModelFacts | undefined,
): AsyncGenerator<ModelEvent> {
  let calls = 0;
  try {
    const stream = await client.chat({
      model: request.model,
      stream: true,
      messages: toOllama(request.messages),
      ...(request.tools.length === 0 ? {} : { tools: request.tools.map(toOllamaTool) as OllamaTools }),
      ...(request.format === undefined ? {} : { format: request.format }),
      // Models that can think separate it from the answer only when asked to.
      ...(known?.thinking === true ? { think: true } : {}),
      options: {
        num_ctx: contextSize(request, known?.contextLength),
        ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      },
    });
    for await (const chunk of stream) {
      if (chunk.message?.thinking) yield { type: 'reasoning', text: chunk.message.thinking };
      if (chunk.message?.content) yield { type: 'text', text: chunk.message.content };
      for (const call of chunk.message?.tool_calls ?? []) {
        calls += 1;
        yield { type: 'tool-call', id: `call-${calls}`, name: call.function.name, args: asObject(call.function.arguments) };
      }
      if (chunk.done)
        yield {
          type: 'end',
          usage: {
            ...(chunk.prompt_eval_count === undefined ? {} : { inputTokens: chunk.prompt_eval_count }),
            ...(chunk.eval_count === undefined ? {} : { outputTokens: chunk.eval_count }),
          },
          reason: calls > 0 ? 'tool-calls' : chunk.done_reason === 'length' ? 'length' : chunk.done_reason === 'stop' ? 'stop' : 'other',
        };
    }
  } catch (error) {
    throw fromStream(config, error, request.signal, request.model);
  }
}

/** A picture is about a thousand tokens to the models that see. */
const imageChars = 3000;

/**
 * Ollama cuts a prompt that is longer than its window without a word, and its default window is small. Tokens are
 * estimated at three characters each, with room for an answer.
 */
function contextSize(request: ModelRequest, limit: number | undefined): number {
  let chars = JSON.stringify(request.tools).length;
  for (const message of request.messages)
    chars += message.text.length + JSON.stringify(message.toolCalls ?? '').length + (message.images?.length ?? 0) * imageChars;
  const needed = Math.ceil(chars / 3) + 2048;
  const size = [4096, 8192, 16_384, 32_768].find((step) => step >= needed) ?? 65_536;
  return limit === undefined ? size : Math.min(size, limit);
}

const toOllama = (messages: ModelMessage[]): OllamaMessages =>
  messages.map((message) => ({
    role: message.role,
    content: message.text,
    ...(message.images === undefined ? {} : { images: message.images }),
    ...(message.toolCalls === undefined
      ? {}
      : { tool_calls: message.toolCalls.map((call) => ({ function: { name: call.name, arguments: call.args } })) }),
    ...(message.toolName === undefined ? {} : { tool_name: message.toolName }),
  }));

const toOllamaTool = (tool: ModelRequest['tools'][number]) => ({
  type: 'function',
  function: { name: tool.name, description: tool.description, parameters: tool.inputSchema },
});

const asObject = (value: unknown): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};

/** The client throws plain errors for `{"error": …}` lines and for streams that end without `done`. */
function fromStream(config: ProviderConfig, error: unknown, signal: AbortSignal, model: string): AppError {
  if (error instanceof AppError) return error;
  if (signal.aborted) return fromFetch(config, error, signal);
  const message = error instanceof Error ? error.message : String(error);
  if (/terminated|ECONNRESET|socket/i.test(message)) return providerError(config, 'the connection broke off', error);
  if (/Did not receive done/.test(message)) return providerError(config, 'the answer broke off', error);
  return fromStatus(config, 500, message, model);
}

function guardedFetch(
  net: Pick<Net, 'fetchFor'>,
  config: ProviderConfig,
  signal: AbortSignal | undefined,
  model: string,
  by: ModelRequest['by'],
): typeof fetch {
  const inner = net.fetchFor(new URL(config.baseUrl).origin, `model provider ${config.title}`, by);
  return async (input, init) => {
    const signals = [signal, init?.signal].filter((one): one is AbortSignal => one !== undefined && one !== null);
    let response: Response;
    try {
      response = await inner(input, { ...init, signal: AbortSignal.any(signals) });
    } catch (error) {
      throw fromFetch(config, error, signal);
    }
    if (response.ok) return ndjsonOnly(response, config);
    const text = (await response.text()).slice(0, 4000);
    throw fromStatus(config, response.status, errorIn(text), model);
  };
}

function errorIn(text: string): string {
  try {
    const body = JSON.parse(text) as { error?: unknown };
    return typeof body.error === 'string' ? body.error : text;
  } catch {
    // Not JSON: a proxy's page or plain text, which is then the message.
    return text;
  }
}
