// The list of runs as it is shown: filtered, newest first, kept current by what the host says. Pure.

import type { WorkflowId } from '../../../shared/model/ids.ts';
import type { RunOrigin, RunStatus, RunSummary } from '../../../shared/model/run.ts';

export const originKinds = [
  'manual',
  'job',
  'chat',
  'fork',
  'replay',
  'sub-workflow',
  'client',
] as const satisfies readonly RunOrigin['kind'][];
const hour = 3_600_000;
/** How far back, in milliseconds. */
export const spans = { hour, day: 24 * hour, week: 7 * 24 * hour, month: 30 * 24 * hour } as const;
export type Span = keyof typeof spans;
export const spanNames = Object.keys(spans) as Span[];

export interface RunFilter {
  query: string;
  status: RunStatus | 'all';
  origin: RunOrigin['kind'] | 'all';
  workflow: string;
  since: Span | 'all';
  /** Runs of workflows, turns of chats and sessions of programs share one numbering and are looked at apart. */
  kind: ListedKind;
}

export type ListedKind = RunSummary['kind'] | 'session';
/** A session of a program is kept like a turn: steps that nobody drew. */
export const kindOf = ({ kind, origin }: Pick<RunSummary, 'kind' | 'origin'>): ListedKind =>
  kind === 'turn' && origin.kind === 'client' ? 'session' : kind;
/** Names of the words for one of them, with its number. */
export const kindNames = { workflow: 'number', turn: 'turn', session: 'session' } as const satisfies Record<ListedKind, string>;
/** What begins a turn of a chat. */
const originsOfTurns: RunOrigin['kind'][] = ['chat', 'replay'];

export const allRuns: RunFilter = { query: '', status: 'all', origin: 'all', workflow: '', since: 'all', kind: 'workflow' };

/** Everything of its kind again. */
export const withoutFilters = (filter: RunFilter): RunFilter => ({ ...allRuns, kind: filter.kind });

/** How many of the choices, the search aside, leave something out. */
export const countChoices = ({ status, origin, workflow, since }: RunFilter): number =>
  [status !== 'all', origin !== 'all', workflow !== '', since !== 'all'].filter(Boolean).length;

export const isFiltered = (filter: RunFilter): boolean => countChoices(filter) > 0 || filter.query.trim() !== '';

/** What the host is asked for. `now` in milliseconds since 1970. */
export const queryOf = (filter: RunFilter, now: number) => ({
  query: filter.query,
  kind: filter.kind === 'session' ? ('turn' as const) : filter.kind,
  ...(filter.status === 'all' ? {} : { status: [filter.status] }),
  ...originOf(filter),
  ...(filter.workflow === '' ? {} : { workflow: filter.workflow as WorkflowId }),
  ...(filter.since === 'all' ? {} : { since: now - spans[filter.since] }),
});

function originOf({ kind, origin }: RunFilter): { origin?: RunOrigin['kind'][] } {
  if (kind === 'session') return { origin: ['client'] };
  if (origin !== 'all') return { origin: [origin] };
  return kind === 'turn' ? { origin: originsOfTurns } : {};
}

export function matches(run: RunSummary, filter: RunFilter, now: number): boolean {
  if (kindOf(run) !== filter.kind) return false;
  if (filter.status !== 'all' && run.status !== filter.status) return false;
  if (filter.origin !== 'all' && run.origin.kind !== filter.origin) return false;
  if (filter.workflow !== '' && run.workflow !== filter.workflow) return false;
  if (filter.since !== 'all' && run.startedAt < now - spans[filter.since]) return false;
  const query = filter.query.trim().toLowerCase();
  return query === '' || run.title.toLowerCase().includes(query) || String(run.number) === query.replace(/^#|^(run|turn|session) /, '');
}

/** Puts changed and new runs in their place; one that no longer matches leaves. */
export function mergeRuns(list: readonly RunSummary[], changed: readonly RunSummary[], filter: RunFilter, now: number): RunSummary[] {
  const byId = new Map<string, RunSummary>(list.map((run) => [run.id, run]));
  for (const run of changed) {
    if (matches(run, filter, now)) byId.set(run.id, run);
    else byId.delete(run.id);
  }
  return [...byId.values()].toSorted((a, b) => b.number - a.number);
}
