// Conversations, messages and their parts, and what a watching window is sent while a turn runs.

import { z } from 'zod';
import { appErrorShape } from '../error-shape.ts';
import { agentId, conversationId, inboxId, messageId, runId, serverId } from './ids.ts';
import { jsonObject } from './json.ts';
import { promptMessage } from './mcp.ts';
import { toolResult } from './tool.ts';

export const textPart = z.object({ type: z.literal('text'), text: z.string() });
export const reasoningPart = z.object({ type: z.literal('reasoning'), text: z.string() });
export const toolCallPart = z.object({
  type: z.literal('tool-call'),
  /** Unique within the conversation. */
  call: z.string(),
  server: serverId,
  tool: z.string(),
  args: jsonObject,
  state: z.enum(['running', 'waiting', 'done', 'failed', 'denied', 'stopped']),
  /** The open question, while it waits. */
  inbox: inboxId.optional(),
  result: toolResult.optional(),
  error: appErrorShape.optional(),
  startedAt: z.number(),
  ms: z.number().optional(),
});
export type ToolCallPart = z.infer<typeof toolCallPart>;

/** As many as one message takes. */
export const maxAttachments = 10;
export const attachmentId = z.string().regex(/^[A-Za-z0-9-]{1,60}$/);
/** What a tool server is asked for: one of its prompts, or one of its resources. */
export const attachmentSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('prompt'),
    name: z.string().min(1).max(300),
    args: z.record(z.string().max(300), z.string().max(100_000)).default({}),
  }),
  z.object({ kind: z.literal('resource'), uri: z.string().min(1).max(4000) }),
]);
export type AttachmentSource = z.infer<typeof attachmentSource>;
/** What a tool server gave and the person put into their message, as it was then. The words are the server's, not the person's. */
export const attachmentPart = z.object({
  type: z.literal('attachment'),
  id: attachmentId,
  server: serverId,
  serverTitle: z.string(),
  source: attachmentSource,
  title: z.string(),
  /** A resource is one message of the person's. */
  messages: z.array(promptMessage),
  /** The server was given a secret, a folder or an account: what it says may be the person's own. */
  isPrivate: z.boolean(),
});
export type AttachmentPart = z.infer<typeof attachmentPart>;
/** What a message is written for: a conversation, or the one that does not exist yet. */
export const draftKey = z.union([z.literal('new'), conversationId]);
export type DraftKey = z.infer<typeof draftKey>;
/** What is attached to a draft: all of it first, then what changes. */
export const attachedEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('all'), parts: z.array(attachmentPart) }),
  z.object({ type: z.literal('added'), part: attachmentPart }),
  z.object({ type: z.literal('gone'), ids: z.array(attachmentId) }),
]);
export type AttachedEvent = z.infer<typeof attachedEvent>;
export const messagePart = z.discriminatedUnion('type', [textPart, reasoningPart, toolCallPart, attachmentPart]);
export type MessagePart = z.infer<typeof messagePart>;

export const message = z.object({
  id: messageId,
  role: z.enum(['person', 'agent']),
  parts: z.array(messagePart),
  createdAt: z.number(),
  /** Agent messages: the run that made it. */
  run: runId.optional(),
  state: z.enum(['running', 'done', 'failed', 'stopped']),
  error: appErrorShape.optional(),
  model: z.string().optional(),
  usage: z.object({ inputTokens: z.number().optional(), outputTokens: z.number().optional() }).optional(),
});
export type Message = z.infer<typeof message>;

export const conversationSummary = z.object({
  id: conversationId,
  title: z.string(),
  agent: agentId,
  agentName: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  messageCount: z.number().int(),
  state: z.enum(['idle', 'running', 'waiting']),
});
export type ConversationSummary = z.infer<typeof conversationSummary>;

export const conversation = conversationSummary.extend({ messages: z.array(message) });
export type Conversation = z.infer<typeof conversation>;

/** A watching window first gets a snapshot, then changes; after a reload it simply asks again. */
export const chatEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), conversation }),
  z.object({ type: z.literal('message-start'), message }),
  /** Text to append to the part at this index (a new part when the index is one past the end). */
  z.object({
    type: z.literal('text-delta'),
    message: messageId,
    part: z.number().int(),
    kind: z.enum(['text', 'reasoning']),
    text: z.string(),
  }),
  /** Puts a part in place, e.g. when a tool call changes state. */
  z.object({ type: z.literal('part-set'), message: messageId, part: z.number().int(), value: messagePart }),
  z.object({ type: z.literal('message-end'), message }),
  /** Messages after an edit or a retry were removed. */
  z.object({ type: z.literal('truncated'), after: messageId.nullable() }),
  z.object({ type: z.literal('title'), title: z.string() }),
  z.object({ type: z.literal('state'), state: z.enum(['idle', 'running', 'waiting']) }),
]);
export type ChatEvent = z.infer<typeof chatEvent>;
