// The MCP server of a built-in tool server's definition, with its client at the other end of the in-memory transport. Loaded by the
// first call (built-in.ts): the SDK is a good part of a start. Each gets only the ports its definition names.

import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { isCancelled, toAppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Log } from '../../runtime/ports.ts';
import type { ServerDefinition, ServerPorts, ToolCallContext } from '../../tool-servers/define-server.ts';
import { type CallScope, toMcpTool } from './built-in-tool.ts';
import { createMcpClient, type McpClient } from './mcp-client.ts';
import type { FoundTool } from './worker-messages.ts';

const failed = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });

/** `scopeOf` finds what a call may touch. */
function buildServer(
  definition: ServerDefinition,
  ports: Partial<ServerPorts>,
  scopeOf: (meta: Record<string, unknown>) => CallScope | undefined,
  options: { version: string; log: Pick<Log, 'error'> },
): Server {
  const server = new Server({ name: definition.id, title: definition.title, version: options.version }, { capabilities: { tools: {} } });
  const use = Object.fromEntries(definition.needs.map((need) => [need, ports[need]])) as ToolCallContext<keyof ServerPorts>['use'];
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: definition.tools.map(toMcpTool) }));
  server.setRequestHandler(CallToolRequestSchema, async (request, extra): Promise<CallToolResult> => {
    const tool = definition.tools.find((each) => each.name === request.params.name);
    if (tool === undefined) return failed(`There is no tool “${request.params.name}”.`);
    const scope = scopeOf(request.params._meta ?? {});
    if (scope === undefined) return failed('This call names nobody who made it.');
    const input = tool.input.safeParse(request.params.arguments ?? {});
    if (!input.success) return failed(`The input does not fit: ${z.prettifyError(input.error)}`);
    const token = request.params._meta?.progressToken;
    try {
      const { text, structured } = await tool.run(input.data, {
        use,
        signal: extra.signal,
        folders: scope.folders,
        ...(scope.hosts === undefined ? {} : { hosts: scope.hosts }),
        mayGoOn: scope.mayGoOn,
        source: scope.source,
        ...(scope.by === undefined ? {} : { by: scope.by }),
        ...(scope.changes === undefined ? {} : { changes: scope.changes }),
        progress: ({ done, total, note }) => {
          if (token === undefined) return;
          const params = {
            progressToken: token,
            progress: done,
            ...(total === undefined ? {} : { total }),
            ...(note === undefined ? {} : { message: note }),
          };
          void extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined); // the caller has left
        },
      });
      // MCP's structured part is an object; anything else is put under one key.
      const isObject = structured !== null && typeof structured === 'object' && !Array.isArray(structured);
      return {
        content: [{ type: 'text', text }],
        ...(structured === undefined ? {} : { structuredContent: isObject ? (structured as JsonObject) : { result: structured } }),
      };
    } catch (error) {
      const known = toAppError(error);
      if (known.code === 'internal' && !isCancelled(error))
        options.log.error(`The tool ${definition.id}.${tool.name} failed`, {
          error: String(error),
          stack: error instanceof Error ? error.stack : undefined,
        });
      return failed(known.hint === undefined ? known.message : `${known.message} ${known.hint}`);
    }
  });
  return server;
}

export interface BuiltInLink {
  client: McpClient;
  close(): Promise<void>;
}

/** A server and its client, connected. `onTools` is told what the server lists. */
export async function connectBuiltIn(
  definition: ServerDefinition,
  ports: Partial<ServerPorts>,
  scopeOf: (meta: Record<string, unknown>) => CallScope | undefined,
  options: { version: string; log: Log; onTools(tools: FoundTool[]): void },
): Promise<BuiltInLink> {
  const server = buildServer(definition, ports, scopeOf, options);
  const client = createMcpClient({
    version: options.version,
    note: (text) => options.log.warn(text, { server: definition.id }),
    onTools: options.onTools,
  });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  const { tools } = await client.connect(ours, 30_000);
  options.onTools(tools);
  return {
    client,
    async close() {
      await client.close();
      await server.close();
    },
  };
}
