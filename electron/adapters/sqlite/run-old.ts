// Which ended runs may go: older than a time, or beyond the newest N of their workflow. Never one that something unfinished still
// reads: its forks and replays, the runs it started, the run that started it, or a replay of that one.

import type { RunId } from '../../../shared/model/ids.ts';
import type { RunStore } from '../../runtime/ports.ts';
import type { ReadDb } from './db.ts';

export interface OldRun {
  number: number;
  id: RunId;
}
interface FoundRow extends OldRun {
  started_at: number;
  is_needed: number;
}

const going = "('queued', 'running', 'waiting', 'paused')";
const isNeeded = `(
  exists (select 1 from runs c where c.origin_kind <> 'manual' and c.origin_of = r.id and c.status in ${going})
  or (r.origin_kind = 'sub-workflow' and (
    exists (select 1 from runs p where p.id = r.origin_of and p.status in ${going})
    or exists (select 1 from runs s where s.origin_kind <> 'manual' and s.origin_of = r.origin_of and s.status in ${going})))
) as is_needed`;
/** Rows looked at in one go: a few milliseconds. */
const window = 200;

/** Each call gives the next few, none when there are no more. What it gave must be removed before the next call. */
export function oldRunFinder(read: ReadDb, limits: Parameters<RunStore['compact']>[0]): (count: number) => OldRun[] {
  const walks: (() => FoundRow[])[] = [];
  if (limits.olderThan !== undefined)
    for (const status of ['done', 'failed', 'cancelled']) walks.push(byAge(read, status, limits.olderThan));
  if (limits.perWorkflow !== undefined) walks.push(byNumber(read, limits.perWorkflow));
  let ready: FoundRow[] = [];
  return (count) => {
    while (ready.length < count && walks.length > 0) {
      const rows = walks[0]?.() ?? [];
      if (rows.length === 0) walks.shift();
      ready.push(...rows.filter((row) => row.is_needed === 0));
      // One walk at a time, and each sees what the one before has removed.
      if (rows.length === 0 && ready.length > 0) break;
    }
    const given = ready.slice(0, count);
    ready = ready.slice(count);
    return given;
  };
}

function byAge(read: ReadDb, status: string, before: number): () => FoundRow[] {
  const rows = read.select<FoundRow>(`
    select number, id, started_at, ${isNeeded} from runs r indexed by runs_by_status
    where status = ? and started_at < ? and (started_at, number) > (?, ?) and coalesce(ended_at, started_at) < ?
    order by started_at, number limit ${window}`);
  let at: [number, number] = [-1, -1];
  return () => {
    const found = rows.all(status, before, ...at, before);
    const last = found.at(-1);
    if (last !== undefined) at = [last.started_at, last.number];
    return found;
  };
}

function byNumber(read: ReadDb, kept: number): () => FoundRow[] {
  const nextWorkflow = read.select<{ workflow: string | null }>(
    'select min(workflow) as workflow from runs indexed by runs_by_workflow where workflow is not null and workflow > ?',
  );
  const border = read.select<{ started_at: number; number: number }>(`
    select started_at, number from runs indexed by runs_by_workflow
    where workflow = ? and status in ('done', 'failed', 'cancelled') order by started_at desc, number desc limit 1 offset ?`);
  const rows = read.select<FoundRow>(`
    select number, id, started_at, ${isNeeded} from runs r indexed by runs_by_workflow
    where workflow = ? and (started_at, number) <= (?, ?) and status in ('done', 'failed', 'cancelled')
    order by started_at desc, number desc limit ${window}`);
  let workflow = '';
  let at: [number, number] | undefined;
  return () => {
    for (;;) {
      const found = at === undefined ? [] : rows.all(workflow, ...at);
      const last = found.at(-1);
      if (last !== undefined) {
        at = [last.started_at, last.number - 1];
        return found;
      }
      const next = nextWorkflow.get(workflow)?.workflow ?? null;
      if (next === null) return [];
      workflow = next;
      const first = border.get(workflow, kept);
      at = first === undefined ? undefined : [first.started_at, first.number];
    }
  };
}
