import { useEffect, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { Conversation } from '../../../shared/model/chat.ts';
import { foldChat } from '../../../shared/model/chat-view.ts';
import { conversationId } from '../../../shared/model/ids.ts';
import { client, type StreamState, useStream } from '../../api/index.ts';

/** Follows one conversation; each batch is folded once. `retry` opens the stream again after a failure. */
export function useConversation(id: string): {
  conversation: Conversation | undefined;
  state: StreamState;
  error: AppError | undefined;
  retry: () => void;
} {
  const [view, setView] = useState<Conversation | undefined>();
  const [turn, setTurn] = useState(0);
  const stream = useStream(
    (signal) => client.chat.watch({ id: conversationId.parse(id) }, { signal }),
    (batch) => setView((before) => foldChat(before, batch)),
    [id, turn],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation starts from nothing
  useEffect(() => setView(undefined), [id]);
  return { conversation: view?.id === id ? view : undefined, ...stream, retry: () => setTurn((before) => before + 1) };
}
