import { type DependencyList, useCallback, useEffect, useRef, useState } from 'react';
import type { AppError } from '../../shared/errors.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { useConnection } from './use-connection.ts';

export interface Call<T> {
  /** The newest answer; stays while it is loaded again, so that nothing jumps. */
  data: T | undefined;
  error: AppError | undefined;
  loading: boolean;
  reload(): void;
  /** Puts an answer in place, for a change whose result is already known. */
  setData(data: T): void;
}

/** Calls when mounted, when `deps` change, and after the connection came back; what is no longer wanted is aborted. */
export function useCall<T>(call: (signal: AbortSignal) => Promise<T>, deps: DependencyList): Call<T> {
  const [state, setState] = useState<{ data: T | undefined; error: AppError | undefined; loading: boolean }>({
    data: undefined,
    error: undefined,
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  const { epoch } = useConnection();
  const latest = useRef(call);
  latest.current = call;
  // The first wire is not a "came back": the call that is already waiting for it is the one to use.
  const cameBack = Math.max(epoch, 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what the call depends on
  useEffect(() => {
    const control = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    latest.current(control.signal).then(
      (data) => {
        if (!control.signal.aborted) setState({ data, error: undefined, loading: false });
      },
      (error: unknown) => {
        if (!control.signal.aborted) setState((before) => ({ data: before.data, error: fromWireError(error), loading: false }));
      },
    );
    return () => control.abort();
  }, [...deps, turn, cameBack]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const setData = useCallback((data: T) => setState({ data, error: undefined, loading: false }), []);
  return { ...state, reload, setData };
}
