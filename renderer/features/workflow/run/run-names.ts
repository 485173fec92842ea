// Runs and jobs that are named on another run's line: looked up once each and kept for the page.

import type { RunId } from '../../../../shared/model/ids.ts';
import type { RunSummary } from '../../../../shared/model/run.ts';
import { client, useCall } from '../../../api/index.ts';

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

/** Its number; undefined while it is looked up and when it is not there any more. */
export function useRunNumber(id: RunId | undefined): number | undefined {
  const call = useCall(
    async (signal) => {
      if (id === undefined) return undefined;
      if (!known.has(id)) rememberRuns([(await client.runs.get({ id, brief: true }, { signal })).run]);
      return known.get(id)?.number;
    },
    [id],
  );
  return id === undefined ? undefined : (known.get(id)?.number ?? call.data);
}
