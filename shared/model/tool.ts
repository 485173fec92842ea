// Tool servers and their tools, as the UI, agents and workflows see them.

import { z } from 'zod';
import { secretName, serverId } from './ids.ts';
import { jsonObject, jsonValue } from './json.ts';

/** An environment variable's value: plain text, or a secret by its handle (put in when the process starts). */
export const envValue = z.union([z.object({ text: z.string() }), z.object({ secret: secretName })]);

export const serverConfig = z.object({
  id: serverId,
  title: z.string().min(1).max(80),
  command: z.string().min(1).max(1000),
  args: z.array(z.string().max(4000)).max(100).default([]),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), envValue).default({}),
  cwd: z.string().max(1000).optional(),
  enabled: z.boolean().default(true),
});
export type ServerConfig = z.infer<typeof serverConfig>;

export const serverState = z.enum(['stopped', 'starting', 'ready', 'failed', 'restarting']);
export type ServerState = z.infer<typeof serverState>;

export const startCause = z.enum([
  'not-found',
  'not-executable',
  'wrong-architecture',
  'exited',
  'bad-protocol',
  'timed-out',
  'too-big',
  'missing-secret',
  'missing-folder',
  'unknown',
]);
export type StartCause = z.infer<typeof startCause>;

export const toolInfo = z.object({
  server: serverId,
  name: z.string(),
  title: z.string(),
  description: z.string(),
  inputSchema: jsonObject,
  outputSchema: jsonObject.optional(),
  /** What the server says of itself; believed only for built-in servers. */
  readOnly: z.boolean(),
  idempotent: z.boolean(),
  destructive: z.boolean(),
});
export type ToolInfo = z.infer<typeof toolInfo>;

export const serverStatus = z.object({
  id: serverId,
  title: z.string(),
  kind: z.enum(['built-in', 'child']),
  state: serverState,
  /** Only for child processes. */
  config: serverConfig.optional(),
  pid: z.number().int().optional(),
  startedAt: z.number().optional(),
  restarts: z.number().int(),
  toolCount: z.number().int(),
  /** Why it is not running: a sentence, the cause, what to do. */
  failure: z
    .object({ cause: startCause, message: z.string(), hint: z.string(), at: z.number(), retryAt: z.number().optional() })
    .optional(),
  /** Its newest stderr lines. */
  stderr: z.array(z.string()),
});
export type ServerStatus = z.infer<typeof serverStatus>;

export const toolContent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), data: z.string(), mimeType: z.string() }),
  z.object({ type: z.literal('audio'), data: z.string(), mimeType: z.string() }),
  z.object({ type: z.literal('resource'), uri: z.string(), text: z.string().optional(), mimeType: z.string().optional() }),
]);
export type ToolContent = z.infer<typeof toolContent>;

export const toolResult = z.object({
  content: z.array(toolContent),
  structured: jsonValue.optional(),
  /** The tool ran and says it failed; its text says why. */
  isError: z.boolean(),
});
export type ToolResult = z.infer<typeof toolResult>;

/** The text of a result, for models, templates and terminals. */
export const toolText = (result: ToolResult): string =>
  result.content
    .map((part) =>
      part.type === 'text' ? part.text : part.type === 'resource' ? (part.text ?? part.uri) : `[${part.type} ${part.mimeType}]`,
    )
    .join('\n');
