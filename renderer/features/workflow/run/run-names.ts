// Runs and jobs that are named on another run's line: looked up once each and kept for the page.

import { useEffect, useState } from 'react';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { RunSummary } from '../../../../shared/model/run.ts';
import { client } from '../../../api/index.ts';

const most = 2000;
const known = new Map<string, Pick<RunSummary, 'number' | 'kind'>>();

/** Runs that a list brought along need not be asked for. A number never changes. */
export function rememberRuns(runs: readonly RunSummary[]): void {
  for (const { id, number, kind } of runs) known.set(id, { number, kind });
  for (const id of known.keys()) {
    if (known.size <= most) return;
    known.delete(id);
  }
}

/** Its number; undefined while it is looked up and when it is not there any more. Rows that name no run cost nothing. */
export function useRunNumber(id: RunId | undefined): number | undefined {
  const [, drawAgain] = useState(0);
  useEffect(() => {
    if (id === undefined || known.has(id)) return;
    const control = new AbortController();
    client.runs
      .get({ id, brief: true }, { signal: control.signal })
      .then(({ run }) => {
        rememberRuns([run]);
        if (!control.signal.aborted) drawAgain((turn) => turn + 1);
      })
      // Gone or out of reach: it stays “an earlier run”.
      .catch(() => undefined);
    return () => control.abort();
  }, [id]);
  return id === undefined ? undefined : known.get(id)?.number;
}
