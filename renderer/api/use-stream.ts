import { type DependencyList, useEffect, useRef, useState } from 'react';
import type { AppError } from '../../shared/errors.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { useConnection } from './use-connection.ts';

export type StreamState = 'opening' | 'open' | 'ended' | 'failed';

/**
 * Follows a stream while mounted, e.g. `useStream((signal) => client.runs.watch({ id, after: seen.current }, { signal }), apply, [id])`.
 * It is opened again after the connection came back and when `deps` change; leaving aborts the handler on the host.
 * `null` from `open` means that there is nothing to follow now.
 */
export function useStream<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>> | null,
  onBatch: (batch: T) => void,
  deps: DependencyList,
): { state: StreamState; error: AppError | undefined } {
  const [state, setState] = useState<{ state: StreamState; error: AppError | undefined }>({ state: 'opening', error: undefined });
  const { epoch } = useConnection();
  const latest = useRef({ open, onBatch });
  latest.current = { open, onBatch };
  const cameBack = Math.max(epoch, 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what the stream depends on
  useEffect(() => {
    const control = new AbortController();
    const show = (next: StreamState, error?: AppError): void => {
      if (!control.signal.aborted) setState({ state: next, error });
    };
    const follow = async (): Promise<void> => {
      const opening = latest.current.open(control.signal);
      if (opening === null) return show('ended');
      show('opening');
      const stream = await opening;
      show('open');
      for await (const batch of stream) {
        if (control.signal.aborted) return;
        latest.current.onBatch(batch);
      }
      show('ended');
    };
    follow().catch((error: unknown) => show('failed', fromWireError(error)));
    return () => control.abort();
  }, [...deps, cameBack]);

  return state;
}
