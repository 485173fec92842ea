// The list of runs as it is shown: filtered, newest first, kept current by what the host says. Pure.

import type { RunStatus, RunSummary } from '../../../shared/model/run.ts';

export interface RunFilter {
  query: string;
  status: RunStatus | 'all';
  workflow: string;
  kind: 'all' | 'workflow' | 'turn';
}

export const allRuns: RunFilter = { query: '', status: 'all', workflow: '', kind: 'all' };

export function matches(run: RunSummary, filter: RunFilter): boolean {
  if (filter.status !== 'all' && run.status !== filter.status) return false;
  if (filter.kind !== 'all' && run.kind !== filter.kind) return false;
  if (filter.workflow !== '' && run.workflow !== filter.workflow) return false;
  const query = filter.query.trim().toLowerCase();
  return query === '' || run.title.toLowerCase().includes(query) || String(run.number) === query.replace(/^#|^run /, '');
}

/** Puts changed and new runs in their place; one that no longer matches leaves. */
export function mergeRuns(list: readonly RunSummary[], changed: readonly RunSummary[], filter: RunFilter): RunSummary[] {
  const byId = new Map<string, RunSummary>(list.map((run) => [run.id, run]));
  for (const run of changed) {
    if (matches(run, filter)) byId.set(run.id, run);
    else byId.delete(run.id);
  }
  return [...byId.values()].toSorted((a, b) => b.number - a.number);
}
