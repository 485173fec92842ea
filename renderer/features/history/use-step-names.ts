import { useMemo } from 'react';
import type { RunId } from '../../../shared/model/ids.ts';
import { client, useCall } from '../../api/index.ts';

type Names = Awaited<ReturnType<typeof client.undo.nameSteps>>;
const nothing: Names = { steps: {} };
const maxSteps = 1000;

/** What a run and these steps of it are called; nothing until it is known, and for what is not kept any more. */
export function useStepNames(run: RunId | undefined, of: readonly { step?: string | undefined }[]): Names {
  const steps = useMemo(() => [...new Set(of.flatMap(({ step }) => (step === undefined ? [] : [step])))].slice(0, maxSteps), [of]);
  const names = useCall(
    (signal) => (run === undefined ? Promise.resolve(nothing) : client.undo.nameSteps({ run, steps }, { signal })),
    [run, steps.join('\n')],
  );
  return names.data ?? nothing;
}
