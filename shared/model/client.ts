// Other programs that use Orrery over MCP: who they are, what they are offered. What each may do are its grants.

import { z } from 'zod';
import { runId } from './ids.ts';
import { jsonObject } from './json.ts';

/** A program's name, as the person knows it. */
export const clientName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._()+-]*$/u, 'must begin with a letter or digit and hold no other signs than . _ ( ) + -');

export const mcpClient = z.object({
  name: clientName,
  /** `local`: it starts `orrery mcp` itself. `token`: it comes over HTTP with a token of its own. */
  comes: z.enum(['local', 'token']),
  createdAt: z.number(),
  lastSeenAt: z.number().optional(),
  revokedAt: z.number().optional(),
  /** Sessions that are open now. */
  open: z.number().int(),
});
export type McpClient = z.infer<typeof mcpClient>;

/** A tool of ours, as programs get it. */
export const servedTool = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  inputSchema: jsonObject,
  readOnly: z.boolean(),
});
export type ServedTool = z.infer<typeof servedTool>;

export const servedResult = z.object({ text: z.string(), structured: jsonObject.optional(), isError: z.boolean() });
export type ServedResult = z.infer<typeof servedResult>;

export const servedResource = z.object({ uri: z.string(), name: z.string(), description: z.string(), mimeType: z.string() });
export type ServedResource = z.infer<typeof servedResource>;

/** What a session is told while it is open. */
export const sessionEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), session: z.string() }),
  z.object({ type: z.literal('tools-changed') }),
  z.object({ type: z.literal('progress'), call: z.string(), done: z.number(), total: z.number().optional(), note: z.string().optional() }),
  z.object({ type: z.literal('run'), run: runId }),
]);
export type SessionEvent = z.infer<typeof sessionEvent>;
