import { useCallback, useState } from 'react';
import type { AppError } from '../../shared/errors.ts';
import { toAppError } from '../api/index.ts';

/** Something a person started: whether it is under way and why it failed. `run` gives true when it went well. */
export function useTask(): {
  isBusy: boolean;
  error: AppError | undefined;
  run(work: () => Promise<unknown>): Promise<boolean>;
  clear(): void;
} {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const run = useCallback(async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (failure) {
      setError(toAppError(failure));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setError(undefined), []);
  return { isBusy, error, run, clear };
}
