// What tool servers offer beside tools: resources, prompts, log lines, and what they ask of us.

import { z } from 'zod';
import { serverId } from './ids.ts';
import { jsonObject } from './json.ts';
import { toolContent } from './tool.ts';

export const resourceInfo = z.object({
  server: serverId,
  uri: z.string(),
  name: z.string(),
  title: z.string(),
  description: z.string(),
  mimeType: z.string().optional(),
  size: z.number().optional(),
  /** Its `uri` has places to fill in. */
  isTemplate: z.boolean(),
  isSubscribed: z.boolean(),
});
export type ResourceInfo = z.infer<typeof resourceInfo>;

/** `blob` is base64. */
export const resourceContent = z.object({
  uri: z.string(),
  mimeType: z.string().optional(),
  text: z.string().optional(),
  blob: z.string().optional(),
});
export type ResourceContent = z.infer<typeof resourceContent>;

export const promptInfo = z.object({
  server: serverId,
  name: z.string(),
  title: z.string(),
  description: z.string(),
  arguments: z.array(z.object({ name: z.string(), description: z.string(), required: z.boolean() })),
});
export type PromptInfo = z.infer<typeof promptInfo>;

export const promptMessage = z.object({ role: z.enum(['user', 'assistant']), content: toolContent });
export type PromptMessage = z.infer<typeof promptMessage>;

/** A line of a server: its own log over MCP, its stderr, or what the host did with it. */
export const serverLogLine = z.object({
  at: z.number(),
  from: z.enum(['server', 'stderr', 'host']),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  text: z.string(),
});
export type ServerLogLine = z.infer<typeof serverLogLine>;

/** What a prompt's or a template's argument may be, as the server suggests it. */
export const completeRequest = z.object({
  ref: z.union([z.object({ prompt: z.string() }), z.object({ resource: z.string() })]),
  argument: z.string(),
  value: z.string().max(1000),
  context: z.record(z.string(), z.string()).optional(),
});
export type CompleteRequest = z.infer<typeof completeRequest>;

/** A server asks the person something, over MCP: a form from a JSON Schema, or an address to open. */
export const elicitRequest = z.object({
  message: z.string(),
  schema: jsonObject.optional(),
  url: z.string().optional(),
});
export type ElicitRequest = z.infer<typeof elicitRequest>;
