import type { RunId } from '../../../../shared/model/ids.ts';
import type { StepView } from '../../../../shared/model/run-view.ts';
import { client, useCall } from '../../../api/index.ts';

export type StepDetail = Awaited<ReturnType<typeof client.runs.getStep>>;

/** What the host knows of one step; read again whenever the step has moved on. */
export const useStep = (run: RunId, { step, status, attempt, logs }: StepView) =>
  useCall((signal) => client.runs.getStep({ id: run, step }, { signal }), [run, step, status, attempt, logs?.length ?? 0]);
