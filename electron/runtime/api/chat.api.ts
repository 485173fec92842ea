import { AppError } from '../../../shared/errors.ts';
import type { AgentId, ConversationId } from '../../../shared/model/ids.ts';
import type { AgentsService } from '../agent/conversations.ts';
import { agentsOrDefault } from '../agent/default-agent.ts';
import { newTitle } from '../agent/titles.ts';
import type { Ports } from '../ports.ts';
import { api } from './base.ts';

export function chatApi({ ports, agents }: { ports: Pick<Ports, 'store' | 'clock' | 'ids'>; agents: AgentsService }) {
  const { store, clock, ids } = ports;
  const { views, attachments } = agents;
  const mustBeIdle = (id: ConversationId, what: string): void => {
    if (views.read(id).state !== 'idle')
      throw new AppError('turn-running', `The agent is still answering, so ${what}.`, { hint: 'Wait for it, or stop it first.' });
  };
  const mustKnow = (id: AgentId): void => {
    if (store.agents.get(id) === undefined)
      throw new AppError('agent-not-found', 'That agent is not there any more.', { hint: 'Choose another.' });
  };
  return {
    list: api.chat.list.handler(({ input }) => store.chats.list(input).map((summary) => views.overlay(summary))),
    get: api.chat.get.handler(({ input }) => views.read(input.id)),
    create: api.chat.create.handler(({ input }) => {
      if (input.agent !== undefined) mustKnow(input.agent);
      const agent = input.agent ?? agentsOrDefault({ agents: store.agents, clock, ids })[0].id;
      const at = clock.now();
      const id = ids.next() as ConversationId;
      store.chats.insert({ id, title: newTitle, agent, createdAt: at, updatedAt: at });
      return views.read(id);
    }),
    rename: api.chat.rename.handler(({ input }) => {
      views.read(input.id);
      store.chats.rename(input.id, input.title);
      views.send(input.id, { type: 'title', title: input.title });
    }),
    setAgent: api.chat.setAgent.handler(({ input }) => {
      mustKnow(input.agent);
      mustBeIdle(input.id, 'its agent cannot change now');
      store.chats.setAgent(input.id, input.agent);
      views.send(input.id, { type: 'snapshot', conversation: views.read(input.id) });
    }),
    remove: api.chat.remove.handler(async ({ input }) => {
      views.read(input.id);
      await agents.stop(input.id);
      store.chats.remove(input.id);
    }),
    attach: api.chat.attach.handler(({ input, signal }) => attachments.attach(input, signal ?? new AbortController().signal)),
    detach: api.chat.detach.handler(({ input }) => attachments.remove([input.id])),
    moveAttached: api.chat.moveAttached.handler(({ input }) => attachments.move(input.ids, input.draft)),
    watchAttached: api.chat.watchAttached.handler(async function* ({ input, signal }) {
      yield* attachments.watch(input.draft, signal);
    }),
    send: api.chat.send.handler(({ input }) => agents.send(input.id, input.text, undefined, input.attachments)),
    stop: api.chat.stop.handler(({ input }) => agents.stop(input.id)),
    retry: api.chat.retry.handler(({ input }) => agents.retry(input.id)),
    editAndResend: api.chat.editAndResend.handler(({ input }) => agents.editAndResend(input.id, input.message, input.text)),
    watch: api.chat.watch.handler(async function* ({ input, signal }) {
      yield* agents.watch(input.id, signal);
    }),
  };
}
