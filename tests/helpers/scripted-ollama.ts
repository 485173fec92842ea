// A server that speaks Ollama's HTTP protocol (version, tags, show, chat as NDJSON, pull with progress, delete, its error
// bodies and status codes), answering from a script. It never invents an answer: without `replies` a chat is an error.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ScriptedModel {
  name: string;
  size?: number;
  family?: string;
  parameters?: string;
  capabilities?: string[];
  contextLength?: number;
}

interface OllamaMessage {
  role: string;
  content: string;
  thinking?: string;
  tool_name?: string;
  tool_calls?: { function: { name: string; arguments: Record<string, unknown> } }[];
}

export interface OllamaChatRequest {
  model: string;
  messages: OllamaMessage[];
  stream?: boolean;
  tools?: { type: string; function: { name: string; description: string; parameters: Record<string, unknown> } }[];
  format?: unknown;
  think?: boolean;
  options?: Record<string, unknown>;
}

export interface OllamaReply {
  text?: string;
  thinking?: string;
  toolCalls?: { name: string; arguments: Record<string, unknown> }[];
  /** Into how many pieces the text is cut; 1 unless told. */
  chunks?: number;
  /** Milliseconds before each piece. */
  delayMs?: number;
  /** Waits before the piece with this index (from 0) until the promise settles; the connection may go meanwhile. */
  holdAt?: { chunk: number; until: Promise<unknown> };
  doneReason?: string;
  /** Answers with this status and Ollama's error body instead. */
  fail?: { status: number; error: string };
  /** Sends this as an error line in the middle of the stream, as Ollama does when a runner dies. */
  failMidway?: string;
  /** Ends the connection without a `done` line. */
  cut?: boolean;
  usage?: { prompt: number; eval: number };
}

interface PullScript {
  steps: { status: string; digest?: string; total?: number; completed?: number; error?: string }[];
  delayMs?: number;
}

export interface ScriptedOllamaOptions {
  models?: ScriptedModel[];
  replies?: (request: OllamaChatRequest, callIndex: number) => OllamaReply | Promise<OllamaReply>;
  pulls?: Record<string, PullScript>;
}

export interface ScriptedOllama {
  readonly url: string;
  /** Chat requests as they came. */
  readonly chats: OllamaChatRequest[];
  /** Streams that the client left before their end. */
  readonly aborted: number;
  /** Resolves when that many streams were left. */
  whenAborted(count: number): Promise<void>;
  readonly models: ScriptedModel[];
  close(): Promise<void>;
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export async function startScriptedOllama(options: ScriptedOllamaOptions = {}): Promise<ScriptedOllama> {
  const models = [...(options.models ?? [{ name: 'scripted:1b', capabilities: ['completion', 'tools'] }])];
  const chats: OllamaChatRequest[] = [];
  const abortListeners = new Set<() => void>();
  let aborted = 0;
  const noteAbort = () => {
    aborted += 1;
    for (const listener of abortListeners) listener();
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 500, { error: String(error) });
      else response.destroy();
    });
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const key = `${request.method} ${path}`;
    if (key === 'GET /api/version') return sendJson(response, 200, { version: '0.12.6' });
    if (key === 'GET /api/tags') return sendJson(response, 200, { models: models.map(describeModel) });
    const body = (await readJson(request)) as Record<string, unknown>;
    const name = String(body.model ?? body.name ?? '');
    const model = findModel(models, name);
    switch (key) {
      case 'POST /api/show':
        return model === undefined ? notFound(response, name) : sendJson(response, 200, showModel(model));
      case 'POST /api/chat':
        return chat(body as unknown as OllamaChatRequest, model, response);
      case 'POST /api/pull':
        return pull(name, response);
      case 'DELETE /api/delete': {
        if (model === undefined) return notFound(response, name);
        models.splice(models.indexOf(model), 1);
        response.writeHead(200).end();
        return;
      }
      default:
        response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    }
  }

  async function chat(request: OllamaChatRequest, model: ScriptedModel | undefined, response: ServerResponse): Promise<void> {
    const index = chats.push(request) - 1;
    if (model === undefined) return notFound(response, request.model);
    if ((request.tools?.length ?? 0) > 0 && !(model.capabilities ?? []).includes('tools'))
      return sendJson(response, 400, { error: `registry.ollama.ai/library/${request.model} does not support tools` });
    if (options.replies === undefined) return sendJson(response, 500, { error: 'no replies scripted' });
    const reply = await options.replies(request, index);
    if (reply.fail !== undefined) return sendJson(response, reply.fail.status, { error: reply.fail.error });
    await streamReply(request.model, reply, response, noteAbort);
  }

  async function pull(name: string, response: ServerResponse): Promise<void> {
    const script = options.pulls?.[name];
    const left = watchAbort(response, noteAbort);
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (script === undefined) {
      left.finish();
      response.write(`${JSON.stringify({ status: 'pulling manifest' })}\n`);
      response.end(`${JSON.stringify({ error: 'pull model manifest: file does not exist' })}\n`);
      return;
    }
    for (const step of script.steps) {
      await wait(script.delayMs ?? 0);
      if (left.gone()) return;
      response.write(`${JSON.stringify(step)}\n`);
    }
    if (!script.steps.some((step) => step.error !== undefined)) {
      models.push({ name, capabilities: ['completion', 'tools'] });
      response.write(`${JSON.stringify({ status: 'success' })}\n`);
    }
    left.finish();
    response.end();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    chats,
    models,
    get aborted() {
      return aborted;
    },
    whenAborted: (count) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (aborted < count) return;
          abortListeners.delete(check);
          resolve();
        };
        abortListeners.add(check);
        check();
      }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function streamReply(model: string, reply: OllamaReply, response: ServerResponse, noteAbort: () => void): Promise<void> {
  const left = watchAbort(response, noteAbort);
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const line = (message: Partial<OllamaMessage>, rest: Record<string, unknown> = { done: false }) =>
    response.write(
      `${JSON.stringify({ model, created_at: new Date(0).toISOString(), message: { role: 'assistant', content: '', ...message }, ...rest })}\n`,
    );
  if (reply.thinking !== undefined) for (const piece of cut(reply.thinking, reply.chunks ?? 1)) line({ thinking: piece });
  const pieces = reply.text === undefined ? [] : cut(reply.text, reply.chunks ?? 1);
  for (const [index, piece] of pieces.entries()) {
    if (reply.delayMs !== undefined) await wait(reply.delayMs);
    if (reply.holdAt?.chunk === index) await Promise.race([reply.holdAt.until, left.whenGone]);
    if (left.gone()) return;
    line({ content: piece });
  }
  if (reply.holdAt !== undefined && reply.holdAt.chunk >= pieces.length) await Promise.race([reply.holdAt.until, left.whenGone]);
  if (left.gone()) return;
  left.finish();
  if (reply.failMidway !== undefined) {
    response.end(`${JSON.stringify({ error: reply.failMidway })}\n`);
    return;
  }
  if (reply.cut === true) {
    // The pieces must have arrived: a cut before the headers would be another failure.
    await wait(50);
    response.destroy();
    return;
  }
  for (const call of reply.toolCalls ?? []) line({ tool_calls: [{ function: call }] });
  line(
    {},
    {
      done: true,
      done_reason: reply.doneReason ?? 'stop',
      total_duration: 1_000_000,
      load_duration: 1000,
      prompt_eval_count: reply.usage?.prompt ?? 10,
      prompt_eval_duration: 1000,
      eval_count: reply.usage?.eval ?? 5,
      eval_duration: 1000,
    },
  );
  response.end();
}

function watchAbort(response: ServerResponse, noteAbort: () => void) {
  let gone = false;
  let finished = false;
  let tell: () => void = () => undefined;
  const whenGone = new Promise<void>((resolve) => {
    tell = resolve;
  });
  response.on('close', () => {
    if (finished) return;
    gone = true;
    noteAbort();
    tell();
  });
  return {
    gone: () => gone,
    whenGone,
    finish: () => {
      finished = true;
    },
  };
}

const cut = (text: string, pieces: number): string[] => {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const out: string[] = [];
  for (let at = 0; at < text.length; at += size) out.push(text.slice(at, at + size));
  return out;
};

const findModel = (models: ScriptedModel[], name: string) => models.find((model) => model.name === name || model.name === `${name}:latest`);

const describeModel = (model: ScriptedModel) => ({
  name: model.name,
  model: model.name,
  modified_at: '2026-01-01T00:00:00Z',
  size: model.size ?? 1_000_000,
  digest: 'sha256:0',
  details: {
    parent_model: '',
    format: 'gguf',
    family: model.family ?? 'scripted',
    families: [model.family ?? 'scripted'],
    parameter_size: model.parameters ?? '1B',
    quantization_level: 'Q4_0',
  },
});

const showModel = (model: ScriptedModel) => ({
  details: describeModel(model).details,
  model_info: {
    'general.architecture': model.family ?? 'scripted',
    [`${model.family ?? 'scripted'}.context_length`]: model.contextLength ?? 8192,
  },
  capabilities: model.capabilities ?? ['completion'],
});

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

const notFound = (response: ServerResponse, name: string) => sendJson(response, 404, { error: `model '${name}' not found` });

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}
