// What the person allowed "for this chat". Kept in memory, and found again after a restart in the answered questions: an
// answer still holds when its hash can be made again from the tool as it is now.

import type { ConversationId } from '../../../shared/model/ids.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { approvalHash } from '../policy/approvals.ts';
import type { Ports } from '../ports.ts';

/** An approval is for one attempt; of earlier versions it was for the step. */
const attempts = [1, undefined, 2, 3, 4, 5];

export function createConversationGrants(ports: Pick<Ports, 'store' | 'hash'>) {
  const known = new Map<ConversationId, Set<string>>();
  const keyOf = (tool: ToolInfo, definition: string) => `${tool.server} ${tool.name} ${definition}`;

  const isInAnswers = (conversation: ConversationId, tool: ToolInfo): boolean =>
    ports.store.inbox.list({ status: 'answered', limit: 500 }).some((item) => {
      const { request, answer } = item;
      if (item.conversation !== conversation || request.kind !== 'approval' || answer?.kind !== 'approval') return false;
      if (answer.answer !== 'conversation' || request.server !== tool.server || request.tool !== tool.name) return false;
      // What asks every time was answered for that once, whatever was said.
      if (request.taints !== undefined) return false;
      const call = { tool, args: request.args, run: item.run, step: item.step };
      return attempts.some((attempt) => approvalHash(ports.hash, { ...call, attempt }) === request.hash);
    });

  const add = (conversation: ConversationId, tool: ToolInfo, definition: string): void => {
    const keys = known.get(conversation) ?? new Set();
    known.set(conversation, keys.add(keyOf(tool, definition)));
  };

  return {
    add,
    has(conversation: ConversationId, tool: ToolInfo, definition: string): boolean {
      if (known.get(conversation)?.has(keyOf(tool, definition)) === true) return true;
      if (!isInAnswers(conversation, tool)) return false;
      add(conversation, tool, definition);
      return true;
    },
  };
}
