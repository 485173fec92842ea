// One MCP client, the same for built-in servers (in memory) and for others (in their worker): connect, list within limits, call,
// ask, follow changes, answer what the server asks.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  LoggingMessageNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { AppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import { toLevel, toToolResult } from './convert.ts';
import { ListAgain } from './list-again.ts';
import { type AskUs, answerServer, ourCapabilities } from './mcp-asks.ts';
import { type McpCallOptions, requestTool } from './mcp-call.ts';
import { listTools } from './mcp-lists.ts';
import { askServer } from './mcp-questions.ts';
import { fingerprint } from './start-record.ts';
import { OutputChecks } from './tool-output.ts';
import type { FoundTool, Question, ServerAbout } from './worker-messages.ts';

const noSchemas = { getValidator: () => (input: unknown) => ({ valid: true as const, data: input as never, errorMessage: undefined }) };

export interface McpClientOptions {
  version: string;
  note(text: string): void;
  onTools(tools: FoundTool[], tasks: string[]): void;
  /** The rest is for servers that others wrote; built-in ones neither log nor ask. */
  outside?: {
    ask: AskUs;
    roots: readonly string[];
    onLog(level: ServerLogLine['level'], text: string): void;
    onResource(uri: string): void;
    onLists(what: 'resources' | 'prompts'): void;
  };
}

export interface McpClient {
  /** Handshake and first list of tools. */
  connect(transport: Transport, timeoutMs: number): Promise<{ tools: FoundTool[]; tasks: string[]; about: ServerAbout }>;
  call(tool: string, args: JsonObject, options: McpCallOptions): Promise<ToolResult>;
  ask(question: Exclude<Question, { about: 'roots' | 'leave' }>, options: { signal: AbortSignal; timeout: number }): Promise<unknown>;
  setRoots(roots: readonly string[]): Promise<void>;
  /** For calls that do not pass through here: the tools as they are now, and the checks of their results. */
  readonly known: { find(name: string): FoundTool | undefined; outputs: OutputChecks };
  close(): Promise<void>;
}

export function createMcpClient(options: McpClientOptions): McpClient {
  const { outside, note } = options;
  const client = new Client(
    { name: 'orrery', title: 'Orrery', version: options.version },
    { capabilities: outside === undefined ? {} : ourCapabilities, jsonSchemaValidator: noSchemas },
  );
  let roots = outside?.roots ?? [];
  let tools = new Map<string, FoundTool>();
  let tasks = new Map<string, 'optional' | 'required'>();
  let protocol = '';
  const outputs = new OutputChecks();
  /** As they were told last. */
  let told = '';

  const list = async (timeout: number): Promise<FoundTool[]> => {
    const found =
      client.getServerCapabilities()?.tools === undefined
        ? { tools: [], tasks: new Map<string, 'optional' | 'required'>() }
        : await listTools({ client, options: { timeout }, note });
    tools = new Map(found.tools.map((tool) => [tool.name, tool]));
    tasks = found.tasks;
    outputs.forget();
    return [...tools.values()];
  };
  const mustBeTasks = () => [...tasks].flatMap(([name, support]) => (support === 'required' ? [name] : []));
  const isNew = (found: FoundTool[]): boolean => {
    const before = told;
    told = fingerprint(JSON.stringify([found, mustBeTasks()])).sha256;
    return told !== before;
  };
  const relist = new ListAgain(async () => {
    try {
      const found = await list(30_000);
      if (isNew(found)) options.onTools(found, mustBeTasks());
    } catch (error) {
      note(`Its changed tools could not be listed: ${String(error)}`);
    }
  });
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => relist.changed());
  if (outside !== undefined) follow(client, outside, () => roots);

  return {
    async connect(transport, timeoutMs) {
      await client.connect(
        noting(transport, (version) => (protocol = version)),
        { timeout: timeoutMs },
      );
      const found = await list(timeoutMs);
      isNew(found);
      return { tools: found, tasks: mustBeTasks(), about: aboutOf(client, protocol) };
    },
    async call(name, args, call) {
      const tool = tools.get(name);
      if (tool === undefined)
        throw new AppError('tool-not-found', `It has no tool “${name}”.`, { hint: 'Look at its tools on the Tools page.' });
      const result = await requestTool(client, { name, args, asTask: tasks.get(name) === 'required' }, call, outside?.ask);
      const converted = toToolResult(result);
      if (!converted.isError) outputs.check(tool, result.structuredContent);
      return converted;
    },
    known: { find: (name) => tools.get(name), outputs },
    ask: (question, asking) => askServer(client, question, asking, note),
    async setRoots(next) {
      roots = next;
      if (outside !== undefined) await client.sendRootsListChanged();
    },
    async close() {
      relist.close();
      await client.close();
    },
  };
}

function follow(client: Client, outside: NonNullable<McpClientOptions['outside']>, roots: () => readonly string[]): void {
  answerServer(client, roots, outside.ask);
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    const data = typeof params.data === 'string' ? params.data : JSON.stringify(params.data);
    outside.onLog(toLevel(params.level), `${params.logger === undefined ? '' : `${params.logger}: `}${data ?? ''}`.slice(0, 4_000));
  });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => outside.onResource(params.uri.slice(0, 4_000)));
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => outside.onLists('resources'));
  client.setNotificationHandler(PromptListChangedNotificationSchema, () => outside.onLists('prompts'));
}

/** The SDK tells the era that was agreed on to the transport alone. */
function noting(transport: Transport, tell: (version: string) => void): Transport {
  const own = transport.setProtocolVersion?.bind(transport);
  transport.setProtocolVersion = (version) => {
    tell(version);
    own?.(version);
  };
  return transport;
}

function aboutOf(client: Client, protocol: string): ServerAbout {
  const { name = '', version = '' } = client.getServerVersion() ?? {};
  const instructions = client.getInstructions();
  const can = client.getServerCapabilities() ?? {};
  return {
    name: name.slice(0, 200),
    version: version.slice(0, 100),
    protocol,
    capabilities: [
      ...Object.keys(can).filter((each) => can[each as keyof typeof can] !== undefined),
      ...(can.resources?.subscribe === true ? ['resources.subscribe'] : []),
    ].slice(0, 50),
    ...(instructions === undefined ? {} : { instructions: instructions.slice(0, 20_000) }),
  };
}
