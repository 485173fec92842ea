import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { client, toAppError, useCall, useStream } from '../../api/index.ts';
import { fits, type LogFilter, mergeEntries, queryOf } from './log-model.ts';

const pageSize = 200;
/** In the page at once; older ones are loaded again when they are scrolled to. */
const mostShown = 20_000;

export interface LogView {
  entries: readonly AuditEntry[] | undefined;
  error: AppError | undefined;
  more(): void;
  reload(): void;
}

/** What fits the filter, live. */
export function useLog(filter: LogFilter): LogView {
  const key = JSON.stringify(filter);
  const load = (signal: AbortSignal | undefined, before?: number) =>
    client.audit.list(
      {
        ...queryOf(filter, Date.now()),
        limit: filter.entries.length > 0 ? 500 : pageSize,
        ...(filter.entries.length > 0 ? { before: Math.max(...filter.entries) + 1 } : before === undefined ? {} : { before }),
      },
      signal === undefined ? {} : { signal },
    );
  const first = useCall((signal) => load(signal), [key]);
  const [entries, setEntries] = useState<readonly AuditEntry[]>();
  const [error, setError] = useState<AppError>();
  const hasMore = useRef(false);
  const isLoading = useRef(false);
  const latest = useRef({ filter, key, load });
  latest.current = { filter, key, load };

  useEffect(() => {
    if (first.data === undefined) return;
    const asked = latest.current.filter;
    hasMore.current = first.data.length >= pageSize && asked.entries.length === 0;
    setError(undefined);
    setEntries(asked.entries.length > 0 ? first.data.filter((entry) => fits(entry, asked)) : first.data);
  }, [first.data]);
  useStream(
    (signal) => client.audit.watch(undefined, { signal }),
    (fresh) =>
      setEntries((before) =>
        before === undefined
          ? before
          : mergeEntries(
              before,
              fresh.filter((entry) => fits(entry, latest.current.filter)),
            ).slice(0, mostShown),
      ),
    [],
  );

  const more = useCallback(() => {
    const last = entries?.at(-1);
    if (!hasMore.current || isLoading.current || last === undefined || (entries?.length ?? 0) >= mostShown) return;
    isLoading.current = true;
    const wanted = latest.current.key;
    latest.current
      .load(undefined, last.seq)
      .then((older) => {
        if (latest.current.key !== wanted) return;
        hasMore.current = older.length >= pageSize;
        setEntries((before) => mergeEntries(before ?? [], older));
      })
      .catch((thrown: unknown) => setError(toAppError(thrown)))
      .finally(() => {
        isLoading.current = false;
      });
  }, [entries]);
  return { entries, error: first.error ?? error, more, reload: first.reload };
}
