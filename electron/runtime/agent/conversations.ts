// Conversations with agents. A turn is a run: it is created before anything is said, every step of it is journaled, and a
// turn that was cut off by the end of the host goes on at the next start. Live text is kept in memory (conversation-views).

import { AppError, cancelled, isCancelled } from '../../../shared/errors.ts';
import type { Agent } from '../../../shared/model/agent.ts';
import type { Conversation, Message } from '../../../shared/model/chat.ts';
import type { ConversationId, InboxId, MessageId, RunId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { Ports } from '../ports.ts';
import type { Agents, Engine, ModelService, RunHub, RunSession, SettingsService, ToolBelt } from '../services.ts';
import { ConversationViews } from './conversation-views.ts';
import { agentsOrDefault } from './default-agent.ts';
import { LiveMessage } from './live-message.ts';
import { createRunTask } from './run-task.ts';
import { newTitle, titleFrom } from './titles.ts';
import { runTurn, stoppedOr, type TurnDeps } from './turn-loop.ts';

export interface AgentsDeps {
  ports: Pick<Ports, 'store' | 'tools' | 'clock' | 'ids' | 'log'>;
  hub: RunHub;
  /** May look the engine up late: engine and agents need each other. */
  openSession: Engine['openSession'];
  belt: ToolBelt;
  models: ModelService;
  settings: Pick<SettingsService, 'get'>;
}

/** What the chat handlers use besides. */
export interface AgentsService extends Agents {
  readonly views: ConversationViews;
}

interface LiveTurn {
  run: RunId;
  controller: AbortController;
  done: Promise<void>;
}

/** The reason of the signal when the host ends: the turn is put aside, not ended. */
const shutDown = 'host-shut-down';

export function createAgents({ ports, hub, openSession, belt, models, settings }: AgentsDeps): AgentsService {
  const { store, clock, ids, log } = ports;
  const views = new ConversationViews(store.chats);
  const turns = new Map<ConversationId, LiveTurn>();
  const turnDeps: TurnDeps = { models, belt, tools: ports.tools, clock, folders: () => settings.get().folders };
  let isClosed = false;

  const mustBeIdle = (id: ConversationId): void => {
    if (isClosed) throw new AppError('host-closing', 'Orrery is closing.', { hint: 'Start it again and send it then.' });
    if (turns.has(id)) throw new AppError('turn-running', 'The agent is still answering.', { hint: 'Wait for it, or stop it first.' });
  };

  const agentOf = (conversation: Conversation): Agent => {
    const agent = store.agents.get(conversation.agent);
    if (agent !== undefined) return agent;
    throw new AppError('agent-not-found', 'The agent of this conversation was removed.', { hint: 'Choose another agent for it.' });
  };

  /** Creates the run first: a message without a run would be stuck, a run without a message is simply ended. */
  function startTurn(id: ConversationId, personText: string): void {
    const conversation = views.read(id);
    const agent = agentOf(conversation);
    const at = clock.now();
    const run = ids.next() as RunId;
    const message: Message = { id: ids.next() as MessageId, role: 'agent', parts: [], createdAt: at, run, state: 'running' };
    hub.create({
      id: run,
      title: conversation.title,
      kind: 'turn',
      origin: { kind: 'chat', conversation: id },
      startedAt: at,
      inputs: { text: personText, agent: agent.name },
      grant: { tools: [], folders: [] },
    });
    store.chats.putMessage(id, message);
    views.send(id, { type: 'message-start', message });
    go(id, run, agent, message, conversation.messages);
  }

  function go(id: ConversationId, run: RunId, agent: Agent, message: Message, history: readonly Message[]): void {
    const controller = new AbortController();
    const live = new LiveMessage({ ...message, parts: [] }, (event) => views.send(id, event));
    views.begin(id, { message: live, state: 'running' });
    const done = work(id, run, agent, live, history, controller.signal).catch((error: unknown) => {
      log.error('A turn could not be ended in order', { conversation: id, run, error: String(error) });
    });
    const turn: LiveTurn = { run, controller, done };
    turns.set(id, turn);
    turn.done = done.finally(() => {
      if (turns.get(id) === turn) turns.delete(id);
      views.end(id);
    });
  }

  async function work(
    id: ConversationId,
    run: RunId,
    agent: Agent,
    live: LiveMessage,
    history: readonly Message[],
    signal: AbortSignal,
  ): Promise<void> {
    const title = store.chats.get(id)?.title ?? newTitle;
    let failure: AppError | undefined;
    let session: RunSession | undefined;
    const waits = new Set<InboxId>();
    try {
      session = openSession(run, { title, grant: { tools: [], folders: [] }, signal });
      await runTurn(turnDeps, {
        session,
        prefix: '',
        agent,
        conversation: id,
        history,
        live,
        signal,
        source: () => ({ kind: 'conversation', conversation: id, title }),
        onWaiting: (inbox, isWaiting) => {
          if (isWaiting) waits.add(inbox);
          else waits.delete(inbox);
          views.setState(id, waits.size > 0 ? 'waiting' : 'running');
        },
      });
    } catch (error) {
      if (signal.reason === shutDown) return;
      failure = stoppedOr(signal, error);
    } finally {
      session?.close();
    }
    await finish(id, run, live, failure);
  }

  async function finish(id: ConversationId, run: RunId, live: LiveMessage, failure: AppError | undefined): Promise<void> {
    const at = clock.now();
    const isStopped = failure !== undefined && isCancelled(failure);
    const message = live.end(failure === undefined ? 'done' : isStopped ? 'stopped' : 'failed', at, isStopped ? undefined : failure);
    // The message first: a run that has ended is not taken up again.
    try {
      if (store.chats.get(id) !== undefined) store.chats.putMessage(id, message);
    } finally {
      views.send(id, { type: 'message-end', message });
    }
    await endRun(run, failure, { text: textOf(message) });
  }

  function endRun(run: RunId, failure: AppError | undefined, outputs: { text: string }): Promise<void> {
    // Ended already from the Runs page.
    if (isOver(store.runs.get(run))) return Promise.resolve();
    const at = clock.now();
    if (failure === undefined) return hub.record(run, { type: 'run-end', at, status: 'done', outputs });
    if (isCancelled(failure)) return hub.record(run, { type: 'run-end', at, status: 'cancelled' });
    return hub.record(run, { type: 'run-end', at, status: 'failed', error: failure.toJSON() });
  }

  function putPerson(id: ConversationId, message: Message): void {
    store.chats.putMessage(id, message);
    views.send(id, { type: 'message-end', message });
  }

  function resume(run: RunSummary): void {
    if (run.origin.kind !== 'chat') return;
    const id = run.origin.conversation;
    const conversation = store.chats.get(id);
    const index = conversation?.messages.findIndex((message) => message.run === run.id) ?? -1;
    const message = conversation?.messages[index];
    const agent = conversation === undefined ? undefined : store.agents.get(conversation.agent);
    if (message?.state === 'running' && conversation !== undefined && agent !== undefined && !turns.has(id)) {
      go(id, run.id, agent, message, conversation.messages.slice(0, index));
      return;
    }
    // Its message is final already, or conversation or agent are gone: only the run's end was not kept.
    const failure = message?.error === undefined ? undefined : new AppError(message.error.code, message.error.message, message.error);
    const ending = message?.state === 'done' || message?.state === 'failed' ? failure : cancelled();
    endRun(run.id, ending, { text: message === undefined ? '' : textOf(message) }).catch((error: unknown) => {
      log.error('Could not end a run that was left over', { run: run.id, error: String(error) });
    });
  }

  try {
    agentsOrDefault({ agents: store.agents, clock, ids });
  } catch (error) {
    // A read-only data folder: everything can still be looked at, and its own banner says why.
    log.warn('Could not make the default agent', { error: String(error) });
  }

  // Runs can be cancelled by anyone who has their id; the turn that makes this run then stops too.
  hub.onChange((run) => {
    if (run.kind !== 'turn' || run.status !== 'cancelled') return;
    for (const turn of turns.values()) if (turn.run === run.id) turn.controller.abort(cancelled());
  });

  return {
    views,
    runTask: createRunTask(turnDeps, store.agents),

    async send(id, text) {
      mustBeIdle(id);
      const before = views.read(id);
      agentOf(before);
      const message: Message = personMessage(ids.next() as MessageId, text, clock.now());
      if (before.messages.length === 0 && before.title === newTitle) {
        const title = titleFrom(text);
        store.chats.rename(id, title);
        views.send(id, { type: 'title', title });
      }
      putPerson(id, message);
      startTurn(id, text);
      return { message: message.id };
    },

    async stop(id) {
      const turn = turns.get(id);
      if (turn === undefined) return;
      turn.controller.abort(cancelled('You stopped it.'));
      await turn.done;
    },

    async retry(id) {
      mustBeIdle(id);
      const { messages } = views.read(id);
      const asked = messages.findLast((message) => message.role === 'person');
      if (asked === undefined)
        throw new AppError('nothing-to-retry', 'Nothing was asked in this conversation yet.', { hint: 'Send a message first.' });
      store.chats.truncateAfter(id, asked.id);
      views.send(id, { type: 'truncated', after: asked.id });
      startTurn(id, textOf(asked));
    },

    async editAndResend(id, messageId, text) {
      mustBeIdle(id);
      const old = views.read(id).messages.find((message) => message.id === messageId);
      if (old === undefined)
        throw new AppError('message-not-found', 'That message is not there any more.', { hint: 'Reload the conversation.' });
      if (old.role !== 'person')
        throw new AppError('not-your-message', 'Only your own messages can be edited.', { hint: 'Edit the question before it.' });
      store.chats.truncateAfter(id, messageId);
      views.send(id, { type: 'truncated', after: messageId });
      putPerson(id, personMessage(messageId, text, old.createdAt));
      startTurn(id, text);
    },

    watch: (id, signal) => views.watch(id, signal),

    resumeUnfinished() {
      for (const run of store.runs.listUnfinished()) if (run.kind === 'turn') resume(run);
    },

    async close() {
      isClosed = true;
      for (const turn of turns.values()) turn.controller.abort(shutDown);
      await Promise.all([...turns.values()].map((turn) => turn.done));
      views.close();
    },
  };
}

const personMessage = (id: MessageId, text: string, at: number): Message => ({
  id,
  role: 'person',
  parts: [{ type: 'text', text }],
  createdAt: at,
  state: 'done',
});

const isOver = (run: RunSummary | undefined): boolean => run !== undefined && run.endedAt !== undefined;

const textOf = (message: Message): string => message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
