// What windows see of conversations: the stored one with the message that is being made laid over it, then every change.
// Kept in memory only; a window that opens midway gets what is there so far and misses nothing after.

import { AppError } from '../../../shared/errors.ts';
import type { ChatEvent, Conversation, ConversationSummary } from '../../../shared/model/chat.ts';
import type { ConversationId } from '../../../shared/model/ids.ts';
import type { ChatStore } from '../ports.ts';
import { batched, Channel } from '../util/channel.ts';
import type { LiveMessage } from './live-message.ts';

type ConversationState = ConversationSummary['state'];
interface LiveView {
  message: LiveMessage;
  state: Exclude<ConversationState, 'idle'>;
}

export class ConversationViews {
  readonly #chats: ChatStore;
  readonly #channels = new Map<ConversationId, Channel<ChatEvent>>();
  readonly #live = new Map<ConversationId, LiveView>();

  constructor(chats: ChatStore) {
    this.#chats = chats;
  }

  /** Throws `conversation-not-found`. */
  read(id: ConversationId): Conversation {
    const kept = this.#chats.get(id);
    if (kept === undefined)
      throw new AppError('conversation-not-found', 'That conversation is not there any more.', {
        hint: 'Reload the list of conversations.',
      });
    const live = this.#live.get(id)?.message.snapshot;
    const messages = kept.messages.map((message) => {
      if (message.id === live?.id) return live;
      // Cut off for good, e.g. by a crash before its run was kept: it must not look as if it went on.
      return message.state === 'running' ? { ...message, state: 'stopped' as const } : message;
    });
    return { ...this.overlay(kept), messages };
  }

  /** The true state: only a live turn is running. */
  overlay<T extends ConversationSummary>(summary: T): T {
    return { ...summary, state: this.#live.get(summary.id)?.state ?? 'idle' };
  }

  begin(id: ConversationId, view: LiveView): void {
    this.#live.set(id, view);
    this.send(id, { type: 'state', state: view.state });
  }

  setState(id: ConversationId, state: LiveView['state']): void {
    const live = this.#live.get(id);
    if (live === undefined || live.state === state) return;
    live.state = state;
    this.send(id, { type: 'state', state });
  }

  end(id: ConversationId): void {
    if (this.#live.delete(id)) this.send(id, { type: 'state', state: 'idle' });
  }

  send(id: ConversationId, event: ChatEvent): void {
    this.#channels.get(id)?.send(event);
  }

  async *watch(id: ConversationId, signal: AbortSignal | undefined): AsyncGenerator<ChatEvent[]> {
    const channel = this.#channels.get(id) ?? new Channel<ChatEvent>();
    this.#channels.set(id, channel);
    // Followed and read in the same turn: an event is either in the snapshot or in the channel, never in both or neither.
    const changes = channel.follow(signal);
    try {
      yield [{ type: 'snapshot', conversation: this.read(id) }];
      yield* batched(changes);
    } finally {
      await changes.return?.();
      if (channel.readerCount === 0 && this.#channels.get(id) === channel) this.#channels.delete(id);
    }
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.end();
  }
}
