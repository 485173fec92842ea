// Branded ids: a run id cannot be passed where a workflow id is wanted. All are lower-case, sortable by creation
// (a time prefix) and safe in file names and URLs.

import { z } from 'zod';

export const id = <B extends string>(_brand: B) =>
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$/, 'must be 1–80 letters, digits, dots, dashes or underscores')
    .brand<B>();

export const workflowId = id('workflow');
export const nodeId = id('node');
export const edgeId = id('edge');
export const runId = id('run');
export const conversationId = id('conversation');
export const messageId = id('message');
export const agentId = id('agent');
export const memoryId = id('memory');
export const inboxId = id('inbox');
export const jobId = id('job');
export const dueId = id('due');
/** A tool server's name, which also prefixes its tools: `files.read_text`. */
export const serverId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be 1–40 lower-case letters, digits or dashes, starting with a letter')
  .brand<'server'>();
/** A secret's handle, by which workflows and tool servers name it. */
export const secretName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'must be 1–64 letters, digits, dots, dashes or underscores')
  .brand<'secret'>();

export type WorkflowId = z.infer<typeof workflowId>;
export type NodeId = z.infer<typeof nodeId>;
export type EdgeId = z.infer<typeof edgeId>;
export type RunId = z.infer<typeof runId>;
export type ConversationId = z.infer<typeof conversationId>;
export type MessageId = z.infer<typeof messageId>;
export type AgentId = z.infer<typeof agentId>;
export type MemoryId = z.infer<typeof memoryId>;
export type InboxId = z.infer<typeof inboxId>;
export type JobId = z.infer<typeof jobId>;
export type DueId = z.infer<typeof dueId>;
export type ServerId = z.infer<typeof serverId>;
export type SecretName = z.infer<typeof secretName>;
