// A server that speaks the OpenAI-compatible protocol of local servers: /v1/models and /v1/chat/completions as server-sent
// events with tool call deltas, answering from a script.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface OpenAiChatRequest {
  model: string;
  messages: { role: string; content: unknown; tool_calls?: unknown; tool_call_id?: string }[];
  tools?: { type: string; function: { name: string } }[];
  stream?: boolean;
  response_format?: unknown;
}

interface OpenAiReply {
  text?: string;
  reasoning?: string;
  toolCalls?: { id: string; name: string; arguments: string }[];
  chunks?: number;
  delayMs?: number;
  fail?: { status: number; message: string };
  finishReason?: string;
}

export interface ScriptedOpenAi {
  /** With the `/v1`. */
  readonly url: string;
  readonly chats: OpenAiChatRequest[];
  /** The Authorization header of each request, in order. */
  readonly keys: (string | undefined)[];
  readonly aborted: number;
  close(): Promise<void>;
}

export async function startScriptedOpenAi(options: {
  models?: string[];
  /** What the list says of each beside its name. */
  listed?: Record<string, object>;
  replies?: (request: OpenAiChatRequest, callIndex: number) => OpenAiReply;
}): Promise<ScriptedOpenAi> {
  const chats: OpenAiChatRequest[] = [];
  const keys: (string | undefined)[] = [];
  let aborted = 0;
  const server = createServer((request, response) => {
    route(request, response).catch(() => response.destroy());
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    keys.push(request.headers.authorization);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method === 'GET' && path === '/v1/models') {
      const data = (options.models ?? ['scripted']).map((id) => ({
        id,
        object: 'model',
        created: 0,
        owned_by: 'scripted',
        ...options.listed?.[id],
      }));
      sendJson(response, 200, { object: 'list', data });
      return;
    }
    if (request.method !== 'POST' || path !== '/v1/chat/completions') return void response.writeHead(404).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as OpenAiChatRequest;
    const index = chats.push(body) - 1;
    const reply = options.replies?.(body, index) ?? { fail: { status: 500, message: 'no replies scripted' } };
    if (reply.fail !== undefined)
      return sendJson(response, reply.fail.status, { error: { message: reply.fail.message, type: 'invalid_request_error' } });
    await stream(body.model, reply, response);
  }

  async function stream(model: string, reply: OpenAiReply, response: ServerResponse): Promise<void> {
    let finished = false;
    response.on('close', () => {
      if (!finished) aborted += 1;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta: Record<string, unknown>, finish: string | null = null) =>
      response.write(
        `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
      );
    send({ role: 'assistant', content: '' });
    if (reply.reasoning !== undefined) send({ reasoning_content: reply.reasoning });
    const text = reply.text ?? '';
    const size = Math.max(1, Math.ceil(text.length / (reply.chunks ?? 1)));
    for (let at = 0; at < text.length; at += size) {
      if (reply.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, reply.delayMs));
      if (response.destroyed) return;
      send({ content: text.slice(at, at + size) });
    }
    for (const [index, call] of (reply.toolCalls ?? []).entries()) {
      send({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] });
      const half = Math.ceil(call.arguments.length / 2);
      for (const piece of [call.arguments.slice(0, half), call.arguments.slice(half)])
        send({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
    send({}, reply.finishReason ?? ((reply.toolCalls?.length ?? 0) > 0 ? 'tool_calls' : 'stop'));
    response.write(
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model, choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } })}\n\n`,
    );
    finished = true;
    response.end('data: [DONE]\n\n');
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    chats,
    keys,
    get aborted() {
      return aborted;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
