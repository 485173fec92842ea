// What may be done without asking, and a question that was asked. One policy function (runtime/policy/decide.ts) reads
// grants; an approval is bound to the hash of exactly what was shown.

import { z } from 'zod';
import { agentId, conversationId, inboxId, jobId, runId, serverId } from './ids.ts';
import { jsonObject, jsonValue } from './json.ts';
import { taint } from './policy.ts';

/** Allows a tool, or all tools of a server with `*`. */
export const toolGrant = z.object({
  server: serverId,
  tool: z.string().min(1).max(200),
  effect: z.enum(['allow', 'deny']),
  /** By tool, the hash of its definition when it was allowed: one that has changed since asks again. Set by the runtime alone. */
  pins: z.record(z.string(), z.string()).optional(),
});
export type ToolGrant = z.infer<typeof toolGrant>;

export const grant = z.object({
  tools: z.array(toolGrant).max(500).default([]),
  /** Absolute folders that built-in file tools may read and write. */
  folders: z.array(z.string().max(4096)).max(100).default([]),
  /** Host names that HTTP nodes and web tools may reach unattended; `*` is any public host. Read for jobs only. */
  hosts: z.array(z.string().max(253)).max(200).optional(),
});
export type Grant = z.infer<typeof grant>;

export const approvalAnswer = z.enum(['once', 'conversation', 'always', 'deny']);
export type ApprovalAnswer = z.infer<typeof approvalAnswer>;

/** A narrower way to say "always". */
export const approvalChoice = z.object({
  id: z.enum(['exact', 'folder', 'host', 'tool']),
  /** What it would allow from then on. */
  words: z.string().max(1000),
});
export type ApprovalChoice = z.infer<typeof approvalChoice>;

export const approvalRequest = z.object({
  kind: z.literal('approval'),
  server: serverId,
  tool: z.string(),
  args: jsonObject,
  /** Hash of server, tool, tool definition, arguments and step; an answer holds for nothing else. */
  hash: z.string(),
  /** Why it asks, in words. */
  reason: z.string(),
  /** What will happen, a verb phrase for the heading and the button: "Write report.md". */
  action: z.string(),
  /** A unified diff or the full text of what will change, where it is known. */
  preview: z.object({ kind: z.enum(['diff', 'text']), text: z.string() }).optional(),
  /** Exactly what the answer "always" would allow from then on, one thing a line; wider than this one call. */
  always: z.array(z.string()).max(20).optional(),
  /** The ways to say "always", narrowest first; none where no standing answer would keep it from asking again. */
  choices: z.array(approvalChoice).max(8).optional(),
  /** The whole request, command line or prompt, line by line, with secrets as handles. */
  details: z
    .array(z.object({ label: z.string(), text: z.string() }))
    .max(200)
    .optional(),
  /** What was read before, when that is why it asks: from others, and private. */
  taints: z.array(taint).max(100).optional(),
  undoable: z.boolean(),
  /** Whether and how far it can be undone, in words. */
  undoWords: z.string().max(1000).optional(),
});

export const questionRequest = z.object({
  kind: z.literal('question'),
  question: z.string(),
  /** A JSON Schema for the answer; text when missing. */
  schema: jsonObject.optional(),
});

export const unknownOutcomeRequest = z.object({
  kind: z.literal('unknown-outcome'),
  what: z.string(),
  startedAt: z.number(),
  /** `server.tool`; none for a step that calls none, and in questions from before it was kept. */
  tool: z.string().optional(),
  /** What it was given, line by line, without secrets and cut. */
  given: z
    .array(z.object({ label: z.string(), text: z.string() }))
    .max(50)
    .optional(),
  /** Where one sees whether it happened, in words. */
  look: z.string().optional(),
});

export const inboxRequest = z.discriminatedUnion('kind', [approvalRequest, questionRequest, unknownOutcomeRequest]);
export type InboxRequest = z.infer<typeof inboxRequest>;

export const inboxAnswer = z.discriminatedUnion('kind', [
  /** `hash` repeats the request's: what was shown is what is approved. */
  z.object({
    kind: z.literal('approval'),
    answer: approvalAnswer,
    hash: z.string(),
    /** With "always": which of the request's choices; the widest when missing. */
    choice: approvalChoice.shape.id.optional(),
  }),
  z.object({ kind: z.literal('question'), value: jsonValue }),
  /** It happened (with this output), run it again, or give the step up. */
  z.object({ kind: z.literal('unknown-outcome'), answer: z.enum(['done', 'redo', 'skip']) }),
]);
export type InboxAnswer = z.infer<typeof inboxAnswer>;

export const inboxItem = z.object({
  id: inboxId,
  run: runId,
  step: z.string(),
  /** Workflow name or conversation title. */
  title: z.string(),
  agent: agentId.optional(),
  conversation: conversationId.optional(),
  request: inboxRequest,
  /** The job whose run asks, with nobody there. */
  job: jobId.optional(),
  createdAt: z.number(),
  /** After this it counts as denied (approvals) or given up (questions). */
  expiresAt: z.number().optional(),
  status: z.enum(['open', 'answered', 'withdrawn', 'expired']),
  answer: inboxAnswer.optional(),
  answeredAt: z.number().optional(),
});
export type InboxItem = z.infer<typeof inboxItem>;
