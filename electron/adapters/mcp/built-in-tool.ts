// What a tool of a built-in server is in MCP's words, and what a call of one may touch.

import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { ToolCallOptions } from '../../runtime/ports.ts';
import type { ServerDefinition } from '../../tool-servers/define-server.ts';

/** Of what a call may do: for the host from the caller's options, for `orrery mcp` from its own grant. */
export type CallScope = Pick<ToolCallOptions, 'folders' | 'hosts' | 'mayGoOn' | 'source' | 'by' | 'changes'>;

export const toMcpTool = (tool: ServerDefinition['tools'][number]): Tool => ({
  name: tool.name,
  title: tool.title,
  description: tool.description,
  inputSchema: z.toJSONSchema(tool.input, { io: 'input' }) as Tool['inputSchema'],
  ...(tool.output === undefined ? {} : { outputSchema: tool.output as Tool['outputSchema'] }),
  annotations: { readOnlyHint: tool.readOnly, idempotentHint: tool.idempotent, destructiveHint: tool.destructive, openWorldHint: false },
});
