// Orrery as an MCP server: what a session offers, spoken with the official SDK over any transport (stdio for `orrery mcp`, Streamable
// HTTP on the headless host). Knows nothing of who may do what: the session asks.

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListResourcesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { type AppError, toAppError } from '../../../shared/errors.ts';
import type { ServedResource, ServedResult, ServedTool } from '../../../shared/model/client.ts';
import { findHostileJson, type JsonObject } from '../../../shared/model/json.ts';

/** What the face speaks for; a session of the runtime, here or at the other end of a wire. */
export interface FaceSession {
  tools(): Promise<ServedTool[]>;
  call(
    name: string,
    args: JsonObject,
    options: { signal: AbortSignal; progress(event: { done: number; total?: number; note?: string }): void },
  ): Promise<ServedResult>;
  resources(): Promise<ServedResource[]>;
  readResource(uri: string, signal: AbortSignal): Promise<{ mimeType: string; text: string }>;
}

const instructions =
  'Orrery runs workflows, keeps memory and has agents on this person’s own machine. What you may do was granted by them; other calls wait until they answer.';

/** Connects and serves until the transport closes. `closed` settles then. */
export async function serveFace(
  session: FaceSession,
  transport: Transport,
  version: string,
): Promise<{ closed: Promise<void>; toolsChanged(): void; close(): Promise<void> }> {
  const server = new Server(
    { name: 'orrery', title: 'Orrery', version },
    { capabilities: { tools: { listChanged: true }, resources: {} }, instructions },
  );
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: (await session.tools()).map(({ name, title, description, inputSchema, readOnly }) => ({
      name,
      title,
      description,
      inputSchema: inputSchema as { type: 'object' },
      annotations: { title, readOnlyHint: readOnly, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const args = (params.arguments ?? {}) as JsonObject;
    const hostile = findHostileJson(args);
    if (hostile !== undefined) throw new McpError(ErrorCode.InvalidParams, hostile.message);
    const token = params._meta?.progressToken;
    try {
      const result = await session.call(params.name, args, {
        signal,
        progress({ done, total, note }) {
          if (token === undefined) return;
          sendNotification({
            method: 'notifications/progress',
            params: {
              progressToken: token,
              progress: done,
              ...(total === undefined ? {} : { total }),
              ...(note === undefined ? {} : { message: note }),
            },
          }).catch(() => undefined); // the program has gone
        },
      });
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
  server.setRequestHandler(ListResourcesRequestSchema, async () => ({
    resources: (await session.resources()).map(({ uri, name, description, mimeType }) => ({ uri, name, description, mimeType })),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }, { signal }) => {
    try {
      const { mimeType, text } = await session.readResource(params.uri, signal);
      return { contents: [{ uri: params.uri, mimeType, text }] };
    } catch (error) {
      const known = toAppError(error);
      throw new McpError(known.code === 'resource-not-found' ? -32002 : ErrorCode.InternalError, inWords(known));
    }
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  await server.connect(transport);
  return {
    closed,
    toolsChanged: () => {
      server.sendToolListChanged().catch(() => undefined); // the program has gone
    },
    close: () => server.close(),
  };
}

const inWords = (error: AppError): string => (error.hint === undefined ? error.message : `${error.message} ${error.hint}`);
