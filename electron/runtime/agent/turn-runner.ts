// The turns of conversations that are going: each is a run with a message that is being made. Starts them, takes up those that
// a crash cut off, stops them, and puts them aside when the host ends. What a turn does is in turn-loop.ts.

import { AppError, cancelled, isCancelled } from '../../../shared/errors.ts';
import type { Agent } from '../../../shared/model/agent.ts';
import type { AttachmentPart, Conversation, Message } from '../../../shared/model/chat.ts';
import type { ConversationId, InboxId, MessageId, RunId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import { agentChanges, agentKey, agreedAgent } from '../policy/agreed-agent.ts';
import type { Ports } from '../ports.ts';
import { isProgramChat } from '../serve/program-chats.ts';
import type { Engine, RunHub, RunSession } from '../services.ts';
import { isPassingTrouble, retryDiskMs } from '../util/passing-trouble.ts';
import { attachmentLine } from './attachments.ts';
import type { ConversationViews } from './conversation-views.ts';
import { LiveMessage } from './live-message.ts';
import { newTitle } from './titles.ts';
import { stoppedOr, type TurnDeps } from './turn.ts';
import { runTurn } from './turn-loop.ts';

interface TurnRunnerDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'ids' | 'log' | 'hash' | 'vault'>;
  hub: RunHub;
  openSession: Engine['openSession'];
  views: ConversationViews;
  turn: TurnDeps;
}

interface LiveTurn {
  run: RunId;
  controller: AbortController;
  done: Promise<void>;
  /** Settles when its end is on disk; rejects when it was stopped and the disk does not keep that now. */
  kept: Promise<void>;
}

interface Work {
  id: ConversationId;
  run: RunId;
  agent: Agent;
  message: Message;
  live: LiveMessage;
  history: readonly Message[];
  signal: AbortSignal;
  /** It was stopped, and that is not on disk. */
  stopNotKept(): void;
}

/** The reason of the signal when the host ends: the turn is put aside, not ended. */
const shutDown = 'host-shut-down';

export class TurnRunner {
  readonly #deps: TurnRunnerDeps;
  readonly #turns = new Map<ConversationId, LiveTurn>();
  readonly #closing = new AbortController();

  constructor(deps: TurnRunnerDeps) {
    this.#deps = deps;
    // Runs can be cancelled by anyone who has their id; the turn that makes this run then stops too.
    deps.hub.onChange((run) => {
      if (run.kind !== 'turn' || run.status !== 'cancelled') return;
      for (const turn of this.#turns.values()) if (turn.run === run.id) turn.controller.abort(cancelled());
    });
  }

  /** Throws `turn-running`, `host-closing`. */
  mustBeIdle(id: ConversationId): void {
    if (this.#closing.signal.aborted)
      throw new AppError('host-closing', 'Orrery is closing.', { hint: 'Start it again and send it then.' });
    if (this.#turns.has(id))
      throw new AppError('turn-running', 'The agent is still answering.', { hint: 'Wait for it, or stop it first.' });
  }

  agentOf(conversation: Conversation): Agent {
    const agent = this.#deps.ports.store.agents.get(conversation.agent);
    if (agent !== undefined) return agent;
    throw new AppError('agent-not-found', 'The agent of this conversation was removed.', { hint: 'Choose another agent for it.' });
  }

  /** Creates the run first: a message without a run would be stuck, a run without a message is simply ended. */
  start(id: ConversationId, asked: Message): void {
    const { ports, hub, views } = this.#deps;
    const conversation = views.read(id);
    const agent = this.agentOf(conversation);
    const at = ports.clock.now();
    const run = ports.ids.next() as RunId;
    const message: Message = { id: ports.ids.next() as MessageId, role: 'agent', parts: [], createdAt: at, run, state: 'running' };
    hub.create({
      id: run,
      title: conversation.title,
      kind: 'turn',
      origin: { kind: 'chat', conversation: id },
      startedAt: at,
      inputs: { text: textOf(asked), ...attachedTo(asked), agent: agent.name },
      grant: { tools: [], folders: [] },
      ...(isProgramChat(id) ? { agreed: { [agentKey(agent.id)]: agreedAgent(agreedDeps(ports), agent) } } : {}),
    });
    ports.store.chats.putMessage(id, message);
    views.send(id, { type: 'message-start', message });
    this.#go(id, run, agent, message, conversation.messages);
  }

  /** Takes up a turn whose host ended before it did. */
  resume(run: RunSummary): void {
    const { store, log } = this.#deps.ports;
    if (run.kind === 'turn' && run.origin.kind === 'replay') {
      const broken = new AppError('replay-incomplete', 'Orrery ended while it was replayed.', { hint: 'Replay the turn again.' });
      this.#endRun(run.id, broken, '').catch((error: unknown) =>
        log.error('Could not end a replay that was left over', { run: run.id, error: String(error) }),
      );
    }
    if (run.kind !== 'turn' || run.origin.kind !== 'chat') return;
    const id = run.origin.conversation;
    const conversation = store.chats.get(id);
    const index = conversation?.messages.findIndex((message) => message.run === run.id) ?? -1;
    const message = conversation?.messages[index];
    const agent = conversation === undefined ? undefined : store.agents.get(conversation.agent);
    if (message?.state === 'running' && conversation !== undefined && agent !== undefined && !this.#turns.has(id)) {
      const changes = this.#changedSince(run.id, agent);
      if (changes.length > 0) this.#refuse(id, run.id, message, changes);
      else this.#go(id, run.id, agent, message, conversation.messages.slice(0, index));
      return;
    }
    // Its message is final already, or conversation or agent are gone: only the run's end was not kept.
    const failure = message?.error === undefined ? undefined : new AppError(message.error.code, message.error.message, message.error);
    const ending = message?.state === 'done' || message?.state === 'failed' ? failure : cancelled();
    this.#endRun(run.id, ending, message === undefined ? '' : textOf(message)).catch((error: unknown) => {
      log.error('Could not end a run that was left over', { run: run.id, error: String(error) });
    });
  }

  /** Of a turn that a program asked for: how the agent is not what was allowed then. A person's own chat is with the agent as it is. */
  #changedSince(run: RunId, agent: Agent): string[] {
    const { ports } = this.#deps;
    const agreed = ports.store.runs.getDetails(run)?.agreed;
    // Of another agent than the one that was allowed nothing was agreed to.
    return agreed === undefined ? [] : agentChanges(agreed[agentKey(agent.id)], agreedAgent(agreedDeps(ports), agent));
  }

  #refuse(id: ConversationId, run: RunId, message: Message, changes: readonly string[]): void {
    const { ports, views } = this.#deps;
    const failure = new AppError('agent-changed', `It was changed while it answered: ${changes.join('; ')}.`.slice(0, 2000), {
      hint: 'Ask again: the person is asked about the agent as it is now.',
    });
    const failed: Message = { ...message, state: 'failed', error: failure.toJSON() };
    ports.store.chats.putMessage(id, failed);
    views.send(id, { type: 'message-end', message: failed });
    this.#endRun(run, failure, textOf(message)).catch((error: unknown) =>
      ports.log.error('Could not end a turn whose agent was changed', { run, error: String(error) }),
    );
  }

  async stop(id: ConversationId): Promise<void> {
    const turn = this.#turns.get(id);
    if (turn === undefined) return;
    turn.controller.abort(cancelled('You stopped it.'));
    await turn.kept;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const turn of this.#turns.values()) turn.controller.abort(shutDown);
    await Promise.all([...this.#turns.values()].map((turn) => turn.done));
  }

  #go(id: ConversationId, run: RunId, agent: Agent, message: Message, history: readonly Message[]): void {
    const { views, ports } = this.#deps;
    const controller = new AbortController();
    const kept = Promise.withResolvers<void>();
    // Only whoever stops the turn waits for it.
    kept.promise.catch(() => undefined);
    const live = new LiveMessage({ ...message, parts: [] }, (event) => views.send(id, event));
    views.begin(id, { message: live, state: 'running' });
    const stopNotKept = () => kept.reject(notKept());
    const work = this.#work({ id, run, agent, message, live, history, signal: controller.signal, stopNotKept }).catch((error: unknown) => {
      // The run stays unfinished and is taken up at the next start.
      ports.log.error('A turn could not be ended in order', { conversation: id, run, error: String(error) });
    });
    const done = work.then(() => {
      if (this.#turns.get(id)?.run === run) this.#turns.delete(id);
      views.end(id);
      kept.resolve();
    });
    this.#turns.set(id, { run, controller, done, kept: kept.promise });
  }

  /** Until it has ended and that is on disk, or the host closes: what a full disk refuses is tried again from the journal. */
  async #work(work: Work): Promise<void> {
    const { ports, views } = this.#deps;
    for (;;) {
      const failure = await this.#turn(work);
      if (failure === shutDown) return;
      // A newer Orrery began it: it is left as it is, and that one goes on with it.
      if (failure?.code === 'journal-newer') return;
      try {
        if (failure === undefined || !isPassingTrouble(failure)) {
          await this.#finish(work, failure);
          return;
        }
      } catch (error) {
        if (!isPassingTrouble(error)) throw error;
      }
      ports.log.warn('A turn was put aside: the disk refused what it did', { conversation: work.id, run: work.run });
      if (work.signal.aborted) work.stopNotKept();
      try {
        await ports.clock.sleep(retryDiskMs, this.#closing.signal);
      } catch {
        return; // The next start takes it up.
      }
      if (work.signal.aborted || ports.store.runs.get(work.run)?.endedAt !== undefined) continue;
      work.live = new LiveMessage({ ...work.message, parts: [] }, (event) => views.send(work.id, event));
      views.begin(work.id, { message: work.live, state: 'running' });
      views.send(work.id, { type: 'message-start', message: work.live.snapshot });
    }
  }

  /** Undefined when it came to its end. */
  async #turn({ id, run, agent, live, history, signal }: Work): Promise<AppError | typeof shutDown | undefined> {
    const { ports, openSession, turn, views } = this.#deps;
    const waits = new Set<InboxId>();
    let session: RunSession | undefined;
    try {
      signal.throwIfAborted();
      const title = ports.store.chats.get(id)?.title ?? newTitle;
      session = openSession(run, { title, grant: { tools: [], folders: [] }, signal });
      await runTurn(turn, {
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
      return undefined;
    } catch (error) {
      if (signal.reason === shutDown) return shutDown;
      const failure = stoppedOr(signal, error);
      if (failure.code === 'internal')
        ports.log.error('A turn failed', { run, error: String(error), stack: error instanceof Error ? error.stack : undefined });
      return failure;
    } finally {
      session?.close();
    }
  }

  async #finish({ id, run, live }: Work, failure: AppError | undefined): Promise<void> {
    const { store, clock } = this.#deps.ports;
    const isStopped = failure !== undefined && isCancelled(failure);
    const state = failure === undefined ? 'done' : isStopped ? 'stopped' : 'failed';
    const message = live.end(state, clock.now(), isStopped ? undefined : failure);
    // The message first: a run that has ended is not taken up again. Shown as over only once that is on disk.
    if (store.chats.get(id) !== undefined) store.chats.putMessage(id, message);
    this.#deps.views.send(id, { type: 'message-end', message });
    await this.#endRun(run, failure, textOf(message));
  }

  #endRun(run: RunId, failure: AppError | undefined, text: string): Promise<void> {
    const { hub, ports } = this.#deps;
    // Ended already from the Runs page.
    if (ports.store.runs.get(run)?.endedAt !== undefined) return Promise.resolve();
    const at = ports.clock.now();
    if (failure === undefined) return hub.record(run, { type: 'run-end', at, status: 'done', outputs: { text } });
    if (isCancelled(failure)) return hub.record(run, { type: 'run-end', at, status: 'cancelled' });
    return hub.record(run, { type: 'run-end', at, status: 'failed', error: failure.toJSON() });
  }
}

const agreedDeps = ({ hash, vault }: Pick<Ports, 'hash' | 'vault'>) => ({ hash, redact: (text: string) => vault.redact(text) });

export const attachmentsOf = (message: Message): AttachmentPart[] => message.parts.filter((part) => part.type === 'attachment');

const attachedTo = (message: Message): { attached?: string[] } => {
  const attached = attachmentsOf(message).map(attachmentLine);
  return attached.length === 0 ? {} : { attached };
};

export const textOf = (message: Message): string => message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

const notKept = (): AppError =>
  new AppError('stop-not-kept', 'The turn was stopped, but the disk does not keep that now.', {
    hint: 'It is kept as soon as the disk can be written again; leave Orrery open until then.',
  });
