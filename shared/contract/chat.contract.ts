// Conversations with agents.

import { z } from 'zod';
import {
  attachedEvent,
  attachmentId,
  attachmentPart,
  attachmentSource,
  chatEvent,
  conversation,
  conversationSummary,
  draftKey,
  maxAttachments,
} from '../model/chat.ts';
import { agentId, conversationId, messageId, serverId } from '../model/ids.ts';
import { batches, call, nothing, paging } from './base.ts';

const text = z.string().min(1).max(200_000);

export const chatContract = {
  /** `query` searches titles and texts. */
  list: call
    .input(paging.extend({ query: z.string().max(200).default('') }))
    .output(z.array(conversationSummary.extend({ snippet: z.string().optional() }))),
  get: call.input(z.object({ id: conversationId })).output(conversation),
  create: call.input(z.object({ agent: agentId.optional() })).output(conversation),
  rename: call.input(z.object({ id: conversationId, title: z.string().min(1).max(120) })).output(nothing),
  setAgent: call.input(z.object({ id: conversationId, agent: agentId })).output(nothing),
  remove: call.input(z.object({ id: conversationId })).output(nothing),
  /**
   * Asks a tool server for a prompt or a resource and keeps what it gives with a draft, until that is sent or its conversation removed.
   * `title`: what the person saw it called. Refused with `attachments-full` where a message takes no more.
   */
  attach: call
    .input(
      z.object({
        server: serverId,
        source: attachmentSource,
        title: z.string().min(1).max(300).optional(),
        draft: draftKey.default('new'),
      }),
    )
    .output(attachmentPart),
  /** Takes away what is attached to a message that is not sent yet. */
  detach: call.input(z.object({ id: attachmentId })).output(nothing),
  /** Puts what is attached to one draft into another. */
  moveAttached: call.input(z.object({ ids: z.array(attachmentId).max(maxAttachments), draft: draftKey })).output(nothing),
  /** All that is attached to a draft, then what changes. */
  watchAttached: call.input(z.object({ draft: draftKey })).output(batches(attachedEvent)),
  /** Starts a turn. Refused with `turn-running` while one runs. The text may be empty where something is attached. */
  send: call
    .input(
      z
        .object({ id: conversationId, text: z.string().max(200_000), attachments: z.array(attachmentId).max(maxAttachments).default([]) })
        .refine(({ text, attachments }) => text !== '' || attachments.length > 0, { path: ['text'], message: 'must not be empty' }),
    )
    .output(z.object({ message: messageId })),
  stop: call.input(z.object({ id: conversationId })).output(nothing),
  /** Makes the last agent message again. */
  retry: call.input(z.object({ id: conversationId })).output(nothing),
  /** Replaces the text of a message of the person's, drops what came after it, and starts a turn. What was attached to it stays. */
  editAndResend: call.input(z.object({ id: conversationId, message: messageId, text })).output(nothing),
  /** A snapshot, then changes. */
  watch: call.input(z.object({ id: conversationId })).output(batches(chatEvent)),
};
