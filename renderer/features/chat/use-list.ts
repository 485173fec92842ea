import { useEffect, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { ConversationSummary } from '../../../shared/model/chat.ts';
import { client, toAppError, useCall } from '../../api/index.ts';
import { useStatus } from '../../shell/index.ts';

export type ListedConversation = ConversationSummary & { snippet?: string | undefined };

const pageSize = 100;

/** The conversations, newest first, searched; read again when work starts, ends or waits anywhere. */
export function useConversationList(query: string): {
  items: readonly ListedConversation[] | undefined;
  error: AppError | undefined;
  hasMore: boolean;
  more: () => void;
  reload: () => void;
} {
  const [asked, setAsked] = useState(query);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query), 150);
    return () => clearTimeout(timer);
  }, [query]);
  const [older, setOlder] = useState<readonly ListedConversation[]>([]);
  const first = useCall((signal) => client.chat.list({ query: asked.trim(), limit: pageSize }, { signal }), [asked]);
  const [failure, setFailure] = useState<AppError>();
  const [ended, setEnded] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search starts at the first page
  useEffect(() => {
    setOlder([]);
    setEnded(false);
  }, [asked]);

  const status = useStatus();
  const work = status === undefined ? undefined : `${status.running}/${status.waiting}`;
  const seen = useRef(work);
  const reload = first.reload;
  useEffect(() => {
    if (seen.current !== undefined && seen.current !== work) reload();
    seen.current = work;
  }, [work, reload]);
  const known = new Set(first.data?.map((item) => item.id));
  const items = first.data === undefined ? undefined : [...first.data, ...older.filter((item) => !known.has(item.id))];
  const more = (): void => {
    const last = items?.at(-1);
    if (last === undefined) return;
    client.chat.list({ query: asked.trim(), limit: pageSize, before: last.updatedAt }).then(
      (next) => {
        setOlder((before) => [...before, ...next]);
        setEnded(next.length < pageSize);
      },
      (error: unknown) => setFailure(toAppError(error)),
    );
  };
  return { items, error: first.error ?? failure, hasMore: !ended && (first.data?.length ?? 0) >= pageSize, more, reload: first.reload };
}
