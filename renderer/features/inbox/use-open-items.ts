import { useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { InboxItem } from '../../../shared/model/grant.ts';
import { client, useStream } from '../../api/index.ts';

/** Everything that waits now, kept up to date; undefined until the first answer. */
export function useOpenItems(): { items: readonly InboxItem[] | undefined; error: AppError | undefined; retry: () => void } {
  const [items, setItems] = useState<readonly InboxItem[]>();
  const [turn, setTurn] = useState(0);
  const { error } = useStream((signal) => client.inbox.watch(undefined, { signal }), setItems, [turn]);
  return { items, error, retry: () => setTurn((before) => before + 1) };
}
