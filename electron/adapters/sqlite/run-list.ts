// The run list among very many runs. Each value of the narrowest filter is read along an index that is in the list's own order,
// only as far as the page goes, and the parts are merged; so no filter makes SQLite sort or walk what it does not show.

import type { RunFilter } from '../../runtime/ports.ts';
import type { ReadDb, SqlValue } from './db.ts';
import { likeText, withTies } from './rows.ts';
import { type RunRow, runColumns } from './run-rows.ts';

interface Part {
  index: string;
  conditions: string[];
  params: SqlValue[];
}

/** With more titles than this the list is walked by time instead. */
const fewTitles = 200;

export function listRuns(read: ReadDb, filter: RunFilter): RunRow[] {
  const rest = otherConditions(filter);
  const parts = partsOf(read, filter);
  const page = (after?: RunRow): RunRow[] => {
    const rows = parts.flatMap((part) => readPart(read, filter, part, rest, after));
    if (parts.length > 1) rows.sort((a, b) => b.started_at - a.started_at || b.number - a.number);
    return after === undefined ? rows.slice(0, filter.limit) : rows;
  };
  return withTies(page(), filter.limit, page);
}

/** A page, or what is of the same time as the last run of one and comes after it. */
function readPart(read: ReadDb, filter: RunFilter, part: Part, rest: Part, after: RunRow | undefined): RunRow[] {
  const conditions = [...part.conditions, ...rest.conditions];
  const params = [...part.params, ...rest.params];
  if (after !== undefined) {
    conditions.push('started_at = ? and number < ?');
    params.push(after.started_at, after.number);
  }
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const sql = `select ${runColumns} from runs indexed by ${part.index} ${where} order by started_at desc, number desc limit ?`;
  return read.select<RunRow>(sql).all(...params, after === undefined ? filter.limit : -1);
}

/** Runs that a filter's narrowest part finds, one part for each of its values. */
function partsOf(read: ReadDb, filter: RunFilter): Part[] {
  const each = (index: string, condition: string, values: readonly SqlValue[]): Part[] =>
    values.map((value) => ({ index, conditions: [condition], params: [value] }));
  const query = filter.query?.trim() ?? '';
  if (query !== '') {
    const titles = read
      .select<{ title: string }>("select title from run_titles where title like ? escape '\\' limit ?")
      .all(likeText(query), fewTitles + 1);
    if (titles.length <= fewTitles)
      return each(
        'runs_by_title',
        'title = ?',
        titles.map((row) => row.title),
      );
    return [{ index: 'runs_by_time', conditions: ["title like ? escape '\\'"], params: [likeText(query)] }];
  }
  if (filter.job !== undefined) return each('runs_by_source', "origin_kind <> 'manual' and origin_of = ?", [filter.job]);
  if (filter.workflow !== undefined) return each('runs_by_workflow', 'workflow = ?', [filter.workflow]);
  if (filter.status !== undefined) return each('runs_by_status', 'status = ?', [...new Set(filter.status)]);
  if (filter.origin !== undefined) return each('runs_by_origin', 'origin_kind = ?', [...new Set(filter.origin)]);
  return [{ index: 'runs_by_time', conditions: [], params: [] }];
}

function otherConditions(filter: RunFilter): Part {
  const part: Part = { index: '', conditions: [], params: [] };
  const add = (condition: string, ...values: SqlValue[]) => {
    part.conditions.push(condition);
    part.params.push(...values);
  };
  const oneOf = (column: string, values: readonly string[]) => add(`${column} in (${values.map(() => '?').join(', ')})`, ...values);
  if (filter.before !== undefined) add('started_at < ?', filter.before);
  if (filter.since !== undefined) add('started_at >= ?', filter.since);
  if (filter.workflow !== undefined) add('workflow = ?', filter.workflow);
  if (filter.kind !== undefined) add('kind = ?', filter.kind);
  if (filter.job !== undefined) add("origin_kind = 'job' and origin_of = ?", filter.job);
  if (filter.status !== undefined) oneOf('status', filter.status);
  if (filter.origin !== undefined) oneOf('origin_kind', filter.origin);
  return part;
}
