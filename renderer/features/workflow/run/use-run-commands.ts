import { useState } from 'react';
import type { RunId } from '../../../../shared/model/ids.ts';
import { client, toAppError } from '../../../api/index.ts';
import { toastError } from '../../../ui/index.ts';

export interface RunCommands {
  /** One of them is on its way. */
  isBusy: boolean;
  stop(): void;
  pause(): void;
  resume(): void;
  /** The named step of those that are ready, else the one that is ready longest. */
  stepOnce(step?: string): void;
}

/** What can be done with a run that is not over. What fails is told. */
export function useRunCommands(id: RunId): RunCommands {
  const [isBusy, setBusy] = useState(false);
  const act = (work: () => Promise<unknown>) => {
    if (isBusy) return;
    setBusy(true);
    work()
      .catch((thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  return {
    isBusy,
    stop: () => act(() => client.runs.cancel({ id })),
    pause: () => act(() => client.runs.pause({ id })),
    resume: () => act(() => client.runs.resume({ id })),
    stepOnce: (step) => act(() => client.runs.stepOnce({ id, ...(step === undefined ? {} : { step }) })),
  };
}
