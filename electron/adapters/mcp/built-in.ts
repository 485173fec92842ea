// Built-in tool servers: a real MCP server made from its definition, reached by the same MCP client over the in-memory transport.
// Each gets only the ports its definition names. What a call may touch travels beside the protocol, never through it.

import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema, type Tool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ServerStatus, ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import type { Log, ToolCallOptions } from '../../runtime/ports.ts';
import type { ServerDefinition, ServerPorts, ToolCallContext } from '../../tool-servers/define-server.ts';
import { toFoundTool } from './convert.ts';
import { createMcpClient, type McpClient } from './mcp-client.ts';
import type { FoundTool } from './worker-messages.ts';

/** Of what a call may do: for the host from the caller's options, for `orrery mcp` from its own grant. */
export type CallScope = Pick<ToolCallOptions, 'folders' | 'hosts' | 'source' | 'changes'>;

const toMcpTool = (tool: ServerDefinition['tools'][number]): Tool => ({
  name: tool.name,
  title: tool.title,
  description: tool.description,
  inputSchema: z.toJSONSchema(tool.input, { io: 'input' }) as Tool['inputSchema'],
  ...(tool.output === undefined ? {} : { outputSchema: tool.output as Tool['outputSchema'] }),
  annotations: { readOnlyHint: tool.readOnly, idempotentHint: tool.idempotent, destructiveHint: tool.destructive, openWorldHint: false },
});

const failed = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });

/** The MCP server of a definition, ready to be connected to any transport. `scopeOf` finds what a call may touch. */
export function buildServer(
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
        source: scope.source,
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

export class BuiltInServer {
  readonly definition: ServerDefinition;
  readonly #client: McpClient;
  readonly #scopes = new Map<string, CallScope>();
  readonly #server: Server;
  #tools: ToolInfo[] = [];
  #nextScope = 1;
  readonly #connected: Promise<void>;
  #startedAt: number;

  constructor(
    definition: ServerDefinition,
    ports: Partial<ServerPorts>,
    options: { version: string; log: Log; now(): number; changed(): void },
  ) {
    this.definition = definition;
    this.#startedAt = options.now();
    this.#server = buildServer(definition, ports, (meta) => this.#scopes.get(String(meta['orrery/scope'])), options);
    const set = (tools: FoundTool[]) => {
      this.#tools = tools.map((tool) => ({ ...tool, server: definition.id as ToolInfo['server'] }));
      options.changed();
    };
    // Known before the handshake: what is asked in the first moments (what a step's effect is) must not get another answer.
    const found = definition.tools.map((tool) => toFoundTool(toMcpTool(tool)));
    set(found.flatMap((tool) => ('refused' in tool ? [] : [tool])));
    this.#client = createMcpClient({
      version: options.version,
      note: (text) => options.log.warn(text, { server: definition.id }),
      onTools: set,
    });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    this.#connected = this.#server
      .connect(theirs)
      .then(() => this.#client.connect(ours, 30_000))
      .then(({ tools }) => set(tools));
    // Reported by the first call; nobody else waits for it.
    this.#connected.catch((error: unknown) =>
      options.log.error('A built-in tool server did not start', { server: definition.id, error: String(error) }),
    );
  }

  get tools(): ToolInfo[] {
    return this.#tools;
  }

  whenReady(): Promise<void> {
    return this.#connected;
  }

  status(): ServerStatus {
    return {
      id: this.definition.id as ServerStatus['id'],
      title: this.definition.title,
      kind: 'built-in',
      state: 'ready',
      startedAt: this.#startedAt,
      restarts: 0,
      toolCount: this.#tools.length,
      stderr: [],
    };
  }

  async call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    await this.#connected;
    if (options.signal.aborted) throw new AppError('cancelled', 'The tool call was stopped.');
    const scope = `${this.#nextScope++}`;
    this.#scopes.set(scope, {
      folders: options.folders,
      source: options.source,
      ...(options.hosts === undefined ? {} : { hosts: options.hosts }),
      ...(options.changes === undefined ? {} : { changes: options.changes }),
    });
    try {
      return await this.#client.call(tool, args, {
        signal: options.signal,
        timeoutMs: 2 ** 31 - 1,
        meta: { 'orrery/scope': scope },
        ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      });
    } finally {
      this.#scopes.delete(scope);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.#server.close();
  }
}
