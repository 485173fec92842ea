// What a server may ask of us over MCP: the roots, a reply of the person's model, an answer of the person. Here it is only parsed
// and passed on; who decides is on the other side of `ask`. At most a few at once, so that a server cannot fill the inbox.

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  type CreateMessageRequest,
  CreateMessageRequestSchema,
  type CreateMessageResult,
  ElicitRequestSchema,
  type ElicitResult,
  ErrorCode,
  ListRootsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';
import { toAppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { SampleRequest, SampleResult } from '../../runtime/ports.ts';
import { limits } from './limits.ts';
import { rootsOf } from './roots.ts';
import type { ServerAsks, ServerIsTold } from './worker-messages.ts';

export type AskUs = (asks: ServerAsks, signal: AbortSignal) => Promise<ServerIsTold>;

/** What we say we can do. */
export const ourCapabilities = {
  roots: { listChanged: true },
  sampling: {},
  elicitation: { form: { applyDefaults: true }, url: {} },
};

export function answerServer(client: Client, roots: () => readonly string[], ask: AskUs): void {
  let openAsks = 0;
  const asked = async (asks: ServerAsks, signal: AbortSignal): Promise<ServerIsTold> => {
    if (openAsks >= limits.openAsks)
      throw new McpError(ErrorCode.InvalidRequest, `More than ${limits.openAsks} questions are open already; wait for their answers.`);
    openAsks += 1;
    try {
      return await ask(asks, signal);
    } catch (error) {
      const known = toAppError(error);
      // What the person refused is -1, as the protocol has it; the rest is ours.
      throw new McpError(
        known.code === 'denied' ? -1 : ErrorCode.InvalidRequest,
        known.hint === undefined ? known.message : `${known.message} ${known.hint}`,
      );
    } finally {
      openAsks -= 1;
    }
  };

  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: rootsOf(roots()) }));
  client.setRequestHandler(CreateMessageRequestSchema, async (request, { signal }): Promise<CreateMessageResult> => {
    const result = (await asked({ what: 'sample', request: toSample(request.params) }, signal)) as SampleResult;
    return { role: 'assistant', content: { type: 'text', text: result.text }, model: result.model, stopReason: result.stopReason };
  });
  client.setRequestHandler(ElicitRequestSchema, async (request, { signal }): Promise<ElicitResult> => {
    const { params } = request;
    const message = params.message.slice(0, 20_000);
    const elicit =
      params.mode === 'url'
        ? { message, url: params.url.slice(0, 4_000) }
        : { message, schema: params.requestedSchema as unknown as JsonObject };
    const answer = (await asked({ what: 'elicit', request: elicit }, signal)) as { action: ElicitResult['action']; content?: JsonObject };
    return { action: answer.action, ...(answer.content === undefined ? {} : { content: answer.content as ElicitResult['content'] }) };
  });
}

function toSample(params: CreateMessageRequest['params']): SampleRequest {
  const texts = (content: CreateMessageRequest['params']['messages'][number]['content']): string =>
    (Array.isArray(content) ? content : [content])
      .map((part) => {
        if (part.type === 'text') return part.text;
        throw new McpError(ErrorCode.InvalidParams, `Only text can be sampled here, not “${part.type}”.`);
      })
      .join('\n');
  return {
    messages: params.messages.map(({ role, content }) => ({ role, text: texts(content) })),
    ...(params.systemPrompt === undefined ? {} : { system: params.systemPrompt }),
    maxTokens: params.maxTokens,
    ...(params.temperature === undefined ? {} : { temperature: params.temperature }),
    ...(params.stopSequences === undefined ? {} : { stop: params.stopSequences.slice(0, 16) }),
    hints: (params.modelPreferences?.hints ?? []).flatMap((hint) => (hint.name === undefined ? [] : [hint.name])).slice(0, 16),
  };
}
