// One MCP client, the same for built-in servers (in memory) and for children (in their worker): connect, list within limits,
// call, follow changes. Server-supplied regular expressions never run: results are checked with the eval-free validator of
// @cfworker/json-schema over the schema without them, not with the SDK's default (ajv), which froze for 30 s on `^(a+)+$`.
// What a hostile schema can still do (a `$ref` bomb) freezes the worker it lives in, which the main side then ends.

import { type Schema, Validator } from '@cfworker/json-schema';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type CallToolResult,
  CallToolResultSchema,
  ListToolsResultSchema,
  type Progress,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { AppError, cancelled } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { withoutPatterns } from '../../../shared/model/schema-keywords.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import { toFoundTool, toToolResult } from './convert.ts';
import { limits } from './limits.ts';
import type { FoundTool } from './worker-messages.ts';

const noSchemas = { getValidator: () => (input: unknown) => ({ valid: true as const, data: input as never, errorMessage: undefined }) };

export interface McpCallOptions {
  signal: AbortSignal;
  timeoutMs: number;
  meta?: Record<string, unknown>;
  onProgress?: (progress: { done: number; total: number | undefined; note: string | undefined }) => void;
}

export interface McpClient {
  /** Handshake and first list of tools. */
  connect(transport: Transport, timeoutMs: number): Promise<FoundTool[]>;
  call(tool: string, args: JsonObject, options: McpCallOptions): Promise<ToolResult>;
  close(): Promise<void>;
}

export function createMcpClient(options: { version: string; note(text: string): void; onTools(tools: FoundTool[]): void }): McpClient {
  const client = new Client(
    { name: 'orrery', title: 'Orrery', version: options.version },
    { capabilities: {}, jsonSchemaValidator: noSchemas },
  );
  let tools = new Map<string, FoundTool>();
  let validators = new Map<string, Validator>();
  let refresh: ReturnType<typeof setTimeout> | undefined;

  const list = async (timeout: number): Promise<FoundTool[]> => {
    const found = client.getServerCapabilities()?.tools === undefined ? [] : await listAll(client, timeout, options.note);
    tools = new Map(found.map((tool) => [tool.name, tool]));
    validators = new Map();
    return [...tools.values()];
  };
  // Changes come in bursts: the list is read again half a second after the first one.
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    refresh ??= setTimeout(() => {
      refresh = undefined;
      list(30_000).then(options.onTools, (error: unknown) => options.note(`Its changed tools could not be listed: ${String(error)}`));
    }, 500);
  });

  return {
    async connect(transport, timeoutMs) {
      await client.connect(transport, { timeout: timeoutMs });
      return list(timeoutMs);
    },
    async call(name, args, call) {
      const tool = tools.get(name);
      if (tool === undefined)
        throw new AppError('tool-not-found', `It has no tool “${name}”.`, { hint: 'Look at its tools on the Tools page.' });
      const result = await request(client, name, args, call);
      const converted = toToolResult(result);
      if (tool.outputSchema !== undefined && !converted.isError) {
        let validator = validators.get(name);
        if (validator === undefined) {
          validator = new Validator(withoutPatterns(tool.outputSchema) as Schema, '2020-12', true);
          validators.set(name, validator);
        }
        checkOutput(name, validator, result.structuredContent);
      }
      return converted;
    },
    async close() {
      clearTimeout(refresh);
      await client.close();
    },
  };
}

async function listAll(client: Client, timeout: number, note: (text: string) => void): Promise<FoundTool[]> {
  const tools: FoundTool[] = [];
  let cursor: string | undefined;
  let length = 0;
  for (let page = 0; page < limits.pages; page += 1) {
    const result = await client.request({ method: 'tools/list', params: cursor === undefined ? {} : { cursor } }, ListToolsResultSchema, {
      timeout,
    });
    for (const tool of result.tools) {
      const found = toFoundTool(tool);
      if ('refused' in found) {
        note(`The tool “${tool.name.slice(0, 100)}” was left out. ${found.refused}`);
        continue;
      }
      length += JSON.stringify(found).length;
      if (tools.length >= limits.tools || length > limits.definitionsLength) {
        note(`Only its first ${tools.length} tools are used: it offers more than ${limits.tools}, or their descriptions are too long.`);
        return tools;
      }
      tools.push(found);
    }
    cursor = result.nextCursor;
    if (cursor === undefined) return tools;
  }
  note(`Only the first ${limits.pages} pages of its tools were read.`);
  return tools;
}

async function request(client: Client, name: string, args: JsonObject, call: McpCallOptions): Promise<CallToolResult> {
  const onProgress = call.onProgress;
  try {
    return await client.request(
      { method: 'tools/call', params: { name, arguments: args, ...(call.meta === undefined ? {} : { _meta: call.meta }) } },
      CallToolResultSchema,
      {
        signal: call.signal,
        timeout: call.timeoutMs,
        resetTimeoutOnProgress: true,
        ...(onProgress === undefined
          ? {}
          : { onprogress: (p: Progress) => onProgress({ done: p.progress, total: p.total, note: p.message?.slice(0, 500) }) }),
      },
    );
  } catch (error) {
    if (call.signal.aborted) throw cancelled('The tool call was stopped.');
    const message = error instanceof Error ? error.message.slice(0, 2_000) : String(error);
    throw new AppError('tool-failed', `The tool “${name}” failed: ${message}`, {
      hint: 'Check its input, or look at the server’s output.',
    });
  }
}

function checkOutput(name: string, validator: Validator, structured: unknown): void {
  const wrong = (why: string) =>
    new AppError('tool-failed', `The answer of “${name}” is not what the tool promises: ${why}`, {
      hint: 'This is a fault of the tool server; tell its makers.',
    });
  if (structured === undefined) throw wrong('it has no structured part.');
  let result: ReturnType<Validator['validate']>;
  try {
    result = validator.validate(structured);
  } catch (error) {
    throw wrong(`its schema cannot be read (${error instanceof Error ? error.message.slice(0, 200) : String(error)}).`);
  }
  if (!result.valid) throw wrong(result.errors.at(-1)?.error.slice(0, 300) ?? 'it does not fit its schema.');
}
