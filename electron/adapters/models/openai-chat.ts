// One chat with a server that speaks the OpenAI protocol, through the AI SDK. Loaded by the first chat (openai-compatible.provider.ts):
// the SDK is large.

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, jsonSchema, Output, type ModelMessage as SdkMessage, streamText, type ToolSet, tool } from 'ai';
import { AppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ProviderConfig } from '../../../shared/model/model.ts';
import type { ModelEvent, ModelMessage, ModelRequest } from '../../runtime/ports.ts';
import { fromFetch, fromStatus, providerError } from './provider-errors.ts';

/** Schemas come from tool servers as plain JSON; the SDK only passes them on. */
type JsonSchemaOf = Parameters<typeof jsonSchema>[0];

export async function* openAiChat(
  config: ProviderConfig,
  request: ModelRequest,
  way: { key: string | undefined; fetch: typeof fetch },
): AsyncGenerator<ModelEvent> {
  const provider = createOpenAICompatible({
    name: config.id,
    baseURL: config.baseUrl.replace(/\/$/, ''),
    fetch: way.fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
    ...(way.key === undefined ? {} : { apiKey: way.key }),
  });
  yield* chat(config, request, provider(request.model));
}

async function* chat(
  config: ProviderConfig,
  request: ModelRequest,
  model: ReturnType<ReturnType<typeof createOpenAICompatible>>,
): AsyncGenerator<ModelEvent> {
  const system = request.messages.filter((message) => message.role === 'system').map((message) => message.text);
  let calls = 0;
  try {
    const result = streamText({
      model,
      ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
      messages: request.messages.filter((message) => message.role !== 'system').map(toSdk),
      tools: toSdkTools(request.tools),
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      ...(request.format === undefined ? {} : { output: Output.object({ schema: jsonSchema(request.format as JsonSchemaOf) }) }),
      abortSignal: request.signal,
      maxRetries: 0,
      // Failures arrive as `error` parts below; the SDK would print them besides.
      onError: () => undefined,
    });
    for await (const part of result.stream) {
      switch (part.type) {
        case 'text-delta':
          if (part.text !== '') yield { type: 'text', text: part.text };
          break;
        case 'reasoning-delta':
          if (part.text !== '') yield { type: 'reasoning', text: part.text };
          break;
        case 'tool-call':
          calls += 1;
          yield { type: 'tool-call', id: part.toolCallId || `call-${calls}`, name: part.toolName, args: asArgs(part.input) };
          break;
        case 'error':
          throw part.error;
        case 'abort':
          throw fromFetch(config, undefined, request.signal);
        case 'finish':
          yield {
            type: 'end',
            usage: {
              ...(part.totalUsage.inputTokens === undefined ? {} : { inputTokens: part.totalUsage.inputTokens }),
              ...(part.totalUsage.outputTokens === undefined ? {} : { outputTokens: part.totalUsage.outputTokens }),
            },
            reason:
              part.finishReason === 'tool-calls' || part.finishReason === 'stop' || part.finishReason === 'length'
                ? part.finishReason
                : 'other',
          };
          break;
        default:
          // The SDK's bookkeeping parts (starts, ends, steps) say nothing the runtime needs.
          break;
      }
    }
  } catch (error) {
    throw translate(config, error, request);
  }
}

function translate(config: ProviderConfig, error: unknown, request: ModelRequest): AppError {
  if (error instanceof AppError) return error;
  if (request.signal.aborted) return fromFetch(config, error, request.signal);
  if (APICallError.isInstance(error) && error.statusCode !== undefined)
    return fromStatus(config, error.statusCode, error.responseBody ?? error.message, request.model);
  if (APICallError.isInstance(error)) return fromFetch(config, error, request.signal);
  return providerError(config, error instanceof Error ? error.message : JSON.stringify(error), error);
}

const toSdkTools = (tools: ModelRequest['tools']): ToolSet =>
  Object.fromEntries(
    tools.map((each) => [each.name, tool({ description: each.description, inputSchema: jsonSchema(each.inputSchema as JsonSchemaOf) })]),
  );

/** A call whose arguments are not an object goes on as text, for the turn loop's repair to look at. */
function asArgs(input: unknown): JsonObject {
  if (input !== null && typeof input === 'object' && !Array.isArray(input)) return input as JsonObject;
  return typeof input === 'string' ? { $text: input } : {};
}

function toSdk(message: ModelMessage): SdkMessage {
  switch (message.role) {
    case 'tool':
      return {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: message.toolCallId ?? '',
            toolName: message.toolName ?? '',
            output: { type: 'text', value: message.text },
          },
        ],
      };
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
          ...(message.toolCalls ?? []).map((call) => ({
            type: 'tool-call' as const,
            toolCallId: call.id,
            toolName: call.name,
            input: call.args,
          })),
        ],
      };
    case 'system':
    case 'user': {
      const images = message.images ?? [];
      if (images.length === 0) return { role: 'user', content: message.text };
      return {
        role: 'user',
        content: [
          ...images.map((image) => ({ type: 'file' as const, mediaType: 'image', data: Buffer.from(image, 'base64') })),
          { type: 'text' as const, text: message.text },
        ],
      };
    }
  }
}
