import { useState } from 'react';
import type { QueueView } from '../../../shared/contract/queue.contract.ts';
import type { AppError } from '../../../shared/errors.ts';
import { client, useStream } from '../../api/index.ts';

/** The queue, kept current; undefined until the host's first word. */
export function useQueue(): { queue: QueueView | undefined; error: AppError | undefined; retry(): void; set(queue: QueueView): void } {
  const [queue, set] = useState<QueueView>();
  const [turn, setTurn] = useState(0);
  const { error } = useStream((signal) => client.queue.watch(undefined, { signal }), set, [turn]);
  return { queue, error, retry: () => setTurn((before) => before + 1), set };
}
