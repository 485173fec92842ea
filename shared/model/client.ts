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
  /** `local`: it has no token, so its name is only what it says. `token`: the token that it was given is its proof. */
  comes: z.enum(['local', 'token']),
  createdAt: z.number(),
  lastSeenAt: z.number().optional(),
  revokedAt: z.number().optional(),
  /** What had started `orrery mcp` when it last came so: the path of a program, as the system tells it. */
  program: z.string().optional(),
  /** Sessions that are open now. */
  open: z.number().int(),
});
export type McpClient = z.infer<typeof mcpClient>;

/** What had started `orrery mcp`, nearest first, as the system tells it: a fact for the log, no proof of who it is. */
export const programOrigin = z.object({ process: z.number().int(), programs: z.array(z.string().max(1000)).max(8) });
export type ProgramOrigin = z.infer<typeof programOrigin>;

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

/** What a program can offer its person to choose: how to use one of our agents or workflows. */
export const servedPrompt = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  arguments: z.array(z.object({ name: z.string(), description: z.string(), required: z.boolean() })),
});
export type ServedPrompt = z.infer<typeof servedPrompt>;
export const servedPromptText = z.object({ description: z.string(), text: z.string() });
export type ServedPromptText = z.infer<typeof servedPromptText>;

/** What a session is told while it is open. */
export const sessionEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), session: z.string(), client: clientName, proven: z.boolean() }),
  z.object({ type: z.enum(['tools-changed', 'prompts-changed', 'resources-changed']) }),
  z.object({ type: z.literal('progress'), call: z.string(), done: z.number(), total: z.number().optional(), note: z.string().optional() }),
  z.object({
    type: z.literal('log'),
    call: z.string(),
    level: z.enum(['debug', 'info', 'notice', 'warning', 'error']),
    text: z.string(),
  }),
  z.object({ type: z.literal('run'), run: runId }),
]);
export type SessionEvent = z.infer<typeof sessionEvent>;
