// Lists of changes and of change sets, newest first, by filters.

import type { ChangeId, ChangeKind, ChangeSet, ChangeSetId } from '../../../shared/model/change.ts';
import type { ChangeFilter, ChangeStore } from '../../runtime/undo/undo-ports.ts';
import { type ChangeRow, changeColumns, toChange } from './change-rows.ts';
import type { ReadDb, SqlValue } from './db.ts';
import { likeText } from './rows.ts';

/** Names of a set's things that are shown in a list. */
const shownTitles = 3;

function where(filter: ChangeFilter): { sql: string; params: SqlValue[] } {
  const parts: string[] = [];
  const params: SqlValue[] = [];
  const add = (sql: string, ...values: SqlValue[]): void => {
    parts.push(sql);
    params.push(...values);
  };
  if (filter.before !== undefined) add('at < ?', filter.before);
  if (filter.since !== undefined) add('at >= ?', filter.since);
  if (filter.actor !== undefined) {
    add('actor_kind = ?', filter.actor.kind);
    if (filter.actor.id !== undefined) add('actor_id = ?', filter.actor.id);
  }
  if (filter.notByPerson === true) add("actor_kind not in ('person', 'app')");
  if (filter.kinds !== undefined) add(`kind in (${filter.kinds.map(() => '?').join(', ') || 'null'})`, ...filter.kinds);
  if (filter.set !== undefined) add('set_id = ?', filter.set);
  if (filter.run !== undefined) add('run = ?', filter.run);
  // The steps below it too: `turn/tool-1`, `each#2`.
  if (filter.step !== undefined) add("(step = ? or step like ? escape '\\')", filter.step, `${filter.step.replace(/[\\%_]/g, '\\$&')}/%`);
  if (filter.target !== undefined) add('kind = ? and target = ?', filter.target.kind, filter.target.target);
  if (filter.query !== undefined && filter.query.trim() !== '') {
    const text = likeText(filter.query);
    add("(title like ? escape '\\' or target like ? escape '\\' or run_title like ? escape '\\')", text, text, text);
  }
  return { sql: parts.length === 0 ? '' : `where ${parts.join(' and ')}`, params };
}

export function changeLists(read: ReadDb): Pick<ChangeStore, 'list' | 'idsOf' | 'sets' | 'getSet'> {
  const kindsOf = read.select<{ kind: ChangeKind; count: number }>(
    'select kind, count(*) as count from changes where set_id = ? group by kind order by count desc',
  );
  const titlesOf = read.select<{ title: string }>('select title from changes where set_id = ? group by title order by min(seq) limit ?');
  const firstOf = read.select<ChangeRow>(`select seq, ${changeColumns} from changes where set_id = ? order by seq limit 1`);
  const countsOf = read.select<{ count: number; undone: number; cannot: number; until: number; isUndo: number }>(`
    select count(*) as count, count(undone_at) as undone, sum(cannot_undo is not null) as cannot, max(at) as until,
      max(undoes is not null) as isUndo from changes where set_id = ?`);

  const getSet = (id: ChangeSetId): ChangeSet | undefined => {
    const first = firstOf.get(id);
    const counts = countsOf.get(id);
    if (first === undefined || counts === undefined) return undefined;
    const { at, actor, run, runTitle, conversation } = toChange(first);
    return {
      id,
      at,
      actor,
      ...(run === undefined ? {} : { run }),
      ...(runTitle === undefined ? {} : { runTitle }),
      ...(conversation === undefined ? {} : { conversation }),
      ...{ until: counts.until, count: counts.count, undone: counts.undone, cannot: counts.cannot, isUndo: counts.isUndo === 1 },
      kinds: kindsOf.all(id),
      titles: titlesOf.all(id, shownTitles).map((row) => row.title),
    };
  };
  return {
    list(filter) {
      const { sql, params } = where(filter);
      return read
        .select<ChangeRow>(`select seq, ${changeColumns} from changes ${sql} order by seq desc limit ?`)
        .all(...params, filter.limit)
        .map(toChange);
    },
    idsOf(filter, below) {
      const { sql, params } = where(filter);
      const from = below === undefined ? sql : `${sql === '' ? 'where' : `${sql} and`} seq < ?`;
      return read
        .select<{ id: ChangeId; seq: number }>(`select id, seq from changes ${from} order by seq desc limit ?`)
        .all(...params, ...(below === undefined ? [] : [below]), filter.limit);
    },
    sets(filter) {
      const { sql, params } = where(filter);
      return read
        .select<{ id: ChangeSetId }>(`select set_id as id from changes ${sql} group by set_id order by max(seq) desc limit ?`)
        .all(...params, filter.limit)
        .flatMap(({ id }) => getSet(id) ?? []);
    },
    getSet,
  };
}
