// Orrery as an MCP server: what a session offers, spoken with the official SDK over any transport (stdio for `orrery mcp`, Streamable
// HTTP on the headless host). Knows nothing of who may do what: the session asks.

import { randomUUID } from 'node:crypto';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { type AppError, toAppError } from '../../../shared/errors.ts';
import type { ServedPrompt, ServedPromptText, ServedResource, ServedResult, ServedTool } from '../../../shared/model/client.ts';
import { findHostileJson, type JsonObject } from '../../../shared/model/json.ts';
import { createTelling, type Tell } from './telling.ts';

type Soon<T> = T | Promise<T>;

/** What the face speaks for; a session of the runtime, here or at the other end of a wire. */
export interface FaceSession {
  tools(): Soon<ServedTool[]>;
  /** `signal`: the program has gone. What it takes back is told by `cancel`. */
  call(name: string, args: JsonObject, options: { call: string; signal: AbortSignal } & Tell): Promise<ServedResult>;
  cancel(call: string): Soon<void>;
  resources(): Soon<ServedResource[]>;
  readResource(uri: string, signal: AbortSignal): Promise<{ mimeType: string; text: string }>;
  prompts(): Soon<ServedPrompt[]>;
  prompt(name: string, args: Record<string, string>, signal: AbortSignal): Promise<ServedPromptText>;
  complete(prompt: string, argument: string, typed: string): Soon<string[]>;
}

export type ListChange = 'tools-changed' | 'prompts-changed' | 'resources-changed';

export interface Face {
  closed: Promise<void>;
  /** Tells the program to read that list again. */
  changed(which: ListChange): void;
  close(): Promise<void>;
}

const instructions =
  'Orrery runs workflows, keeps memory and has agents on this person’s own machine. What you may do was granted by them; other calls wait until they answer.';

/** Connects and serves until the transport closes. `closed` settles then. */
export async function serveFace(session: FaceSession, transport: Transport, version: string): Promise<Face> {
  const server = new Server(
    { name: 'orrery', title: 'Orrery', version },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { listChanged: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
      },
      instructions,
    },
  );
  const gone = new AbortController();
  serveTools(server, session, gone.signal);
  serveTexts(server, session);
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  // Before the SDK aborts what is under way: going is not the same as taking a call back.
  transport.onclose = () => gone.abort();
  await server.connect(transport);
  const tell: Record<ListChange, () => Promise<void>> = {
    'tools-changed': () => server.sendToolListChanged(),
    'prompts-changed': () => server.sendPromptListChanged(),
    'resources-changed': () => server.sendResourceListChanged(),
  };
  return {
    closed,
    changed: (which) => {
      tell[which]().catch(() => undefined); // the program has gone
    },
    close: () => server.close(),
  };
}

function serveTools(server: Server, session: FaceSession, gone: AbortSignal): void {
  const tellingOf = createTelling(server);
  server.setRequestHandler(ListToolsRequestSchema, () =>
    answered(async () => ({
      tools: (await session.tools()).map(({ name, title, description, inputSchema, readOnly }) => ({
        name,
        title,
        description,
        inputSchema: inputSchema as { type: 'object' },
        annotations: { title, readOnlyHint: readOnly, openWorldHint: false },
      })),
    })),
  );
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const args = (params.arguments ?? {}) as JsonObject;
    const hostile = findHostileJson(args);
    if (hostile !== undefined) throw new McpError(ErrorCode.InvalidParams, hostile.message);
    const call = randomUUID();
    const takeBack = async (): Promise<void> => {
      if (!gone.aborted) await session.cancel(call);
    };
    // That it cannot be taken back any more is no news: it is over, or its host is.
    extra.signal.addEventListener('abort', () => void takeBack().catch(() => undefined), { once: true });
    try {
      const result = await session.call(params.name, args, { call, signal: gone, ...tellingOf(params._meta?.progressToken, extra) });
      return {
        content: [{ type: 'text' as const, text: result.text }],
        ...(result.structured === undefined ? {} : { structuredContent: result.structured }),
        isError: result.isError,
      };
    } catch (error) {
      const known = toAppError(error);
      if (known.code === 'tool-not-found') throw new McpError(ErrorCode.InvalidParams, known.message);
      // A model reads this and can do something else.
      return { content: [{ type: 'text' as const, text: inWords(known) }], isError: true };
    }
  });
}

function serveTexts(server: Server, session: FaceSession): void {
  server.setRequestHandler(ListResourcesRequestSchema, () =>
    answered(async () => ({
      resources: (await session.resources()).map(({ uri, name, description, mimeType }) => ({ uri, name, description, mimeType })),
    })),
  );
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }, { signal }) =>
    answered(async () => {
      const { mimeType, text } = await session.readResource(params.uri, signal);
      return { contents: [{ uri: params.uri, mimeType, text }] };
    }),
  );
  server.setRequestHandler(ListPromptsRequestSchema, () => answered(async () => ({ prompts: await session.prompts() })));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }, { signal }) =>
    answered(async () => {
      const { description, text } = await session.prompt(params.name, params.arguments ?? {}, signal);
      return { description, messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] };
    }),
  );
  server.setRequestHandler(CompleteRequestSchema, ({ params }) =>
    answered(async () => {
      const { ref, argument } = params;
      if (ref.type !== 'ref/prompt') return { completion: { values: [] } };
      const values = await session.complete(ref.name, argument.name, argument.value.slice(0, 1000));
      return { completion: { values: values.slice(0, 100), total: values.length, hasMore: values.length > 100 } };
    }),
  );
}

/** No request is wrong with it, and another one like it will be answered later. */
const tooMany = -32005;

/** What is not answered is an error with its words and what to do next; where it is to be tried again, with when. */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = toAppError(error);
    throw new McpError(errorCode(known.code), inWords(known), dataOf(known));
  }
}

function errorCode(code: string): number {
  if (code.startsWith('too-many-')) return tooMany;
  if (code === 'resource-not-found') return -32002;
  return code === 'prompt-not-found' || code === 'input-invalid' ? ErrorCode.InvalidParams : ErrorCode.InternalError;
}

function dataOf({ code, details }: AppError): { code: string; retryAfterSeconds?: number } {
  const seconds = details?.retryAfterSeconds;
  return { code, ...(typeof seconds === 'number' ? { retryAfterSeconds: seconds } : {}) };
}

const inWords = (error: AppError): string => (error.hint === undefined ? error.message : `${error.message} ${error.hint}`);
