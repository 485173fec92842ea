// Conversations with agents: what a person does in one (send, stop, try again, edit) and how it is followed. A turn is a run;
// the runner makes it go, the views show it while it does.

import { AppError } from '../../../shared/errors.ts';
import type { AttachmentPart, Message } from '../../../shared/model/chat.ts';
import type { ConversationId, MessageId } from '../../../shared/model/ids.ts';
import type { Ports } from '../ports.ts';
import type { Agents, Engine, ModelService, RunHub, SettingsService, ToolBelt } from '../services.ts';
import { createServerReads, type ServerReads } from '../tools/server-reads.ts';
import { Attachments, attachmentLine } from './attachments.ts';
import { ConversationViews } from './conversation-views.ts';
import { agentsOrDefault } from './default-agent.ts';
import { replayTurn } from './replay-turn.ts';
import { createRunTask } from './run-task.ts';
import { newTitle, titleFrom } from './titles.ts';
import type { TurnDeps } from './turn.ts';
import { attachmentsOf, TurnRunner } from './turn-runner.ts';

interface AgentsDeps {
  ports: Pick<Ports, 'store' | 'tools' | 'clock' | 'ids' | 'log' | 'hash' | 'vault'>;
  hub: RunHub;
  openSession: Engine['openSession'];
  belt: ToolBelt;
  models: ModelService;
  settings: Pick<SettingsService, 'get'>;
  /** Ones that nobody is told of when missing. */
  reads?: ServerReads;
}

/** What the chat handlers use besides. */
export interface AgentsService extends Agents {
  readonly views: ConversationViews;
  /** What is attached to messages that are not sent yet. */
  readonly attachments: Pick<Attachments, 'attach' | 'remove' | 'move' | 'watch'>;
}

export function createAgents({ ports, hub, openSession, belt, models, settings, reads }: AgentsDeps): AgentsService {
  const { store, clock, ids, log } = ports;
  const views = new ConversationViews(store.chats);
  const turn: TurnDeps = { models, belt, tools: ports.tools, clock, folders: () => settings.get().folders };
  const attachments = new Attachments({ tools: ports.tools, ids, reads: reads ?? createServerReads(ports), store: store.attachments });
  const runner = new TurnRunner({ ports, hub, openSession, views, turn });

  const putPerson = (id: ConversationId, message: Message): void => {
    store.chats.putMessage(id, message);
    views.send(id, { type: 'message-end', message });
  };
  const dropAfter = (id: ConversationId, after: MessageId): void => {
    store.chats.truncateAfter(id, after);
    views.send(id, { type: 'truncated', after });
  };
  /** An agent that was removed is said before anything is changed. */
  const readIdle = (id: ConversationId) => {
    runner.mustBeIdle(id);
    const conversation = views.read(id);
    runner.agentOf(conversation);
    return conversation;
  };

  try {
    agentsOrDefault({ agents: store.agents, clock, ids });
  } catch (error) {
    // A read-only data folder: everything can still be looked at, and its own banner says why.
    log.warn('Could not make the default agent', { error: String(error) });
  }

  return {
    views,
    runTask: createRunTask(turn, store.agents),

    attachments,

    async send(id, text, as, attached = []) {
      const before = readIdle(id);
      const parts = attachments.find(attached);
      const message = personMessage(as ?? (ids.next() as MessageId), text, clock.now(), parts);
      if (before.messages.length === 0 && before.title === newTitle) {
        const title = titleFrom(text === '' ? asTitle(parts.map(attachmentLine).join(', ')) : text);
        store.chats.rename(id, title);
        views.send(id, { type: 'title', title });
      }
      putPerson(id, message);
      attachments.sent(attached);
      runner.start(id, message);
      return { message: message.id };
    },

    stop: (id) => runner.stop(id),

    async retry(id) {
      const asked = readIdle(id).messages.findLast((message) => message.role === 'person');
      if (asked === undefined)
        throw new AppError('nothing-to-retry', 'Nothing was asked in this conversation yet.', { hint: 'Send a message first.' });
      dropAfter(id, asked.id);
      runner.start(id, asked);
    },

    async editAndResend(id, messageId, text) {
      const old = readIdle(id).messages.find((message) => message.id === messageId);
      if (old === undefined)
        throw new AppError('message-not-found', 'That message is not there any more.', { hint: 'Reload the conversation.' });
      if (old.role !== 'person')
        throw new AppError('not-your-message', 'Only your own messages can be edited.', { hint: 'Edit the question before it.' });
      dropAfter(id, messageId);
      const message = personMessage(messageId, text, old.createdAt, attachmentsOf(old));
      putPerson(id, message);
      runner.start(id, message);
    },

    watch: (id, signal) => views.watch(id, signal),
    replayTurn: (run, by) => replayTurn({ ports, hub }, run, by),

    resumeUnfinished() {
      for (const run of store.runs.listUnfinished()) runner.resume(run);
    },

    async close() {
      await runner.close();
      views.close();
      attachments.close();
    },
  };
}

const asTitle = (line: string): string => line.charAt(0).toUpperCase() + line.slice(1);

const personMessage = (id: MessageId, text: string, at: number, attached: readonly AttachmentPart[]): Message => ({
  id,
  role: 'person',
  parts: [...attached, ...(text === '' ? [] : [{ type: 'text' as const, text }])],
  createdAt: at,
  state: 'done',
});
