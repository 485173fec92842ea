import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import { client, toAppError, useCall, useStream } from '../../api/index.ts';
import { rememberRuns } from '../workflow/index.ts';
import { mergeRuns, queryOf, type RunFilter } from './run-list-model.ts';

const pageSize = 200;

export interface RunListView {
  runs: readonly RunSummary[] | undefined;
  error: AppError | undefined;
  /** Older ones, when the end comes into sight. */
  more(): void;
  reload(): void;
  drop(id: string): void;
}

/** The runs that match, live. */
export function useRunList(filter: RunFilter): RunListView {
  const key = JSON.stringify(filter);
  const first = useCall((signal) => client.runs.list({ ...queryOf(filter, Date.now()), limit: pageSize }, { signal }), [key]);
  const [runs, setRuns] = useState<readonly RunSummary[]>();
  const [error, setError] = useState<AppError>();
  const hasMore = useRef(false);
  const isLoading = useRef(false);
  const latest = useRef(filter);
  latest.current = filter;

  useEffect(() => {
    if (first.data === undefined) return;
    hasMore.current = first.data.length >= pageSize;
    setError(undefined);
    rememberRuns(first.data);
    setRuns(first.data);
  }, [first.data]);
  useStream(
    (signal) => client.runs.watchList(undefined, { signal }),
    (changed) => setRuns((before) => (before === undefined ? before : mergeRuns(before, changed, latest.current, Date.now()))),
    [],
  );

  const more = useCallback(() => {
    const last = runs?.at(-1);
    if (!hasMore.current || isLoading.current || last === undefined) return;
    isLoading.current = true;
    const wanted = key;
    client.runs
      .list({ ...queryOf(latest.current, Date.now()), limit: pageSize, before: last.startedAt })
      .then((older) => {
        if (JSON.stringify(latest.current) !== wanted) return;
        hasMore.current = older.length >= pageSize;
        setRuns((before) => mergeRuns(before ?? [], older, latest.current, Date.now()));
      })
      .catch((thrown: unknown) => setError(toAppError(thrown)))
      .finally(() => {
        isLoading.current = false;
      });
  }, [runs, key]);
  const drop = useCallback((id: string) => setRuns((before) => before?.filter((run) => run.id !== id)), []);
  return { runs, error: first.error ?? error, more, reload: first.reload, drop };
}
