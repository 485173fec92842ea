// What a person does to a conversation. Failures are said in a toast with their hint; each call answers whether it went.

import type { AgentId, ConversationId, MessageId } from '../../../shared/model/ids.ts';
import { client, toAppError } from '../../api/index.ts';
import { toastError } from '../../ui/index.ts';

async function tell(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    toastError(toAppError(error));
    return false;
  }
}

export const chatActions = {
  send: (id: ConversationId, text: string, attachments: readonly string[]) =>
    tell(client.chat.send({ id, text, attachments: [...attachments] })),
  detach: (id: string) => tell(client.chat.detach({ id })),
  moveAttached: (ids: string[], draft: ConversationId) => tell(client.chat.moveAttached({ ids, draft })),
  stop: (id: ConversationId) => tell(client.chat.stop({ id })),
  retry: (id: ConversationId) => tell(client.chat.retry({ id })),
  resend: (id: ConversationId, message: MessageId, text: string) => tell(client.chat.editAndResend({ id, message, text })),
  rename: (id: ConversationId, title: string) => tell(client.chat.rename({ id, title })),
  remove: (id: ConversationId) => tell(client.chat.remove({ id })),
  setAgent: (id: ConversationId, agent: AgentId) => tell(client.chat.setAgent({ id, agent })),
  /** Makes the conversation and sends its first message; undefined when it could not be made. */
  start: async (
    agent: AgentId | undefined,
    text: string,
    attachments: readonly string[],
  ): Promise<{ id: ConversationId; sent: boolean } | undefined> => {
    let id: ConversationId | undefined;
    const made = await tell(
      client.chat.create(agent === undefined ? {} : { agent }).then((conversation) => {
        id = conversation.id;
      }),
    );
    if (!made || id === undefined) return undefined;
    return { id, sent: await tell(client.chat.send({ id, text, attachments: [...attachments] })) };
  },
};
