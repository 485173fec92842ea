import { useState } from 'react';
import type { AppError } from '../../shared/errors.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import { emptyRunView, foldRun, type RunView } from '../../shared/model/run-view.ts';
import type { WorkflowSummary } from '../../shared/model/workflow.ts';
import { client, toAppError, useStream } from '../api/index.ts';

export interface QuickRun {
  workflow: WorkflowSummary;
  run: RunSummary | undefined;
  view: RunView;
  error: AppError | undefined;
}

/** Starts a workflow from here and follows it. */
export function useRun(): { current: QuickRun | undefined; start: (workflow: WorkflowSummary) => void; clear: () => void } {
  const [current, setCurrent] = useState<QuickRun>();
  const id = current?.run?.id;
  useStream(
    (signal) => (id === undefined ? null : client.runs.watch({ id, after: 0 }, { signal })),
    (batch) => {
      const events = batch.map((entry) => entry.event);
      setCurrent((before) => (before?.run?.id === id && before !== undefined ? { ...before, view: foldRun(before.view, events) } : before));
    },
    [id],
  );
  const start = (workflow: WorkflowSummary): void => {
    setCurrent({ workflow, run: undefined, view: emptyRunView, error: undefined });
    client.runs.start({ workflow: { id: workflow.id } }).then(
      (run) => setCurrent({ workflow, run, view: { ...emptyRunView, status: run.status }, error: undefined }),
      (error: unknown) => setCurrent({ workflow, run: undefined, view: emptyRunView, error: toAppError(error) }),
    );
  };
  return { current, start, clear: () => setCurrent(undefined) };
}
