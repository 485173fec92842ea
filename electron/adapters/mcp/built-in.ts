// Built-in tool servers: each is a real MCP server made from its definition, reached by the same MCP client over the in-memory
// transport (built-in-server.ts). That is made by the first call; what the tools are is known from the definition until then.
// What a call may touch travels beside the protocol, never through it.

import { AppError } from '../../../shared/errors.ts';
import { lazy } from '../../../shared/lazy.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ServerStatus, ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import type { Log, ToolCallOptions } from '../../runtime/ports.ts';
import type { ServerDefinition, ServerPorts } from '../../tool-servers/define-server.ts';
import type { BuiltInLink } from './built-in-server.ts';
import { type CallScope, toMcpTool } from './built-in-tool.ts';
import { toFoundTool } from './convert.ts';
import type { FoundTool } from './worker-messages.ts';

export class BuiltInServer {
  readonly definition: ServerDefinition;
  readonly #scopes = new Map<string, CallScope>();
  readonly #linked: () => Promise<BuiltInLink>;
  readonly #startedAt: number;
  #tools: ToolInfo[] | undefined;
  #link: Promise<BuiltInLink> | undefined;
  #nextScope = 1;
  #isClosed = false;

  constructor(
    definition: ServerDefinition,
    ports: Partial<ServerPorts>,
    options: { version: string; log: Log; now(): number; changed(): void },
  ) {
    this.definition = definition;
    this.#startedAt = options.now();
    const set = (tools: FoundTool[]) => {
      this.#tools = tools.map((tool) => this.#asOurs(tool));
      options.changed();
    };
    const scopeOf = (meta: Record<string, unknown>) => this.#scopes.get(String(meta['orrery/scope']));
    this.#linked = lazy(async () => {
      const { connectBuiltIn } = await import('./built-in-server.ts');
      return connectBuiltIn(definition, ports, scopeOf, { version: options.version, log: options.log, onTools: set });
    });
  }

  get tools(): ToolInfo[] {
    // What is asked in the first moments (what a step's effect is) must get the same answer as later.
    this.#tools ??= this.definition.tools.flatMap((tool) => {
      const found = toFoundTool(toMcpTool(tool));
      return 'refused' in found ? [] : [this.#asOurs(found)];
    });
    return this.#tools;
  }

  #asOurs(tool: FoundTool): ToolInfo {
    return { ...tool, server: this.definition.id as ToolInfo['server'] };
  }

  status(): ServerStatus {
    return {
      id: this.definition.id as ServerStatus['id'],
      title: this.definition.title,
      kind: 'built-in',
      state: 'ready',
      startedAt: this.#startedAt,
      restarts: 0,
      toolCount: (this.#tools ?? this.definition.tools).length,
      stderr: [],
    };
  }

  async call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    if (this.#isClosed) throw new AppError('server-not-running', 'The app is closing.', { hint: 'Start it again first.' });
    this.#link = this.#linked();
    const { client } = await this.#link;
    if (options.signal.aborted) throw new AppError('cancelled', 'The tool call was stopped.');
    const scope = `${this.#nextScope++}`;
    this.#scopes.set(scope, {
      folders: options.folders,
      source: options.source,
      ...(options.by === undefined ? {} : { by: options.by }),
      ...(options.hosts === undefined ? {} : { hosts: options.hosts }),
      mayGoOn: options.mayGoOn,
      ...(options.changes === undefined ? {} : { changes: options.changes }),
    });
    try {
      return await client.call(tool, args, {
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
    this.#isClosed = true;
    const link = await this.#link?.catch(() => undefined); // the call that wanted it was told why it failed
    await link?.close();
  }
}
