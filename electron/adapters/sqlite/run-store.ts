import { crc32 } from 'node:zlib';
import { AppError, appErrorShape } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { type RunEvent, type RunOrigin, type RunSummary, runOrigin } from '../../../shared/model/run.ts';
import type { NewRun, RunFilter, RunStore } from '../../runtime/ports.ts';
import type { ReadDb, SqlValue, WriteDb } from './db.ts';
import { checksumOf, JournalQueue, journalDamaged, journalReader, runSpan } from './journal.ts';
import { likeText, readJson, withTies } from './rows.ts';

interface Row {
  number: number;
  id: RunId;
  title: string;
  kind: RunSummary['kind'];
  workflow: RunSummary['workflow'] | null;
  origin_kind: string;
  origin_of: string;
  origin_step: string | null;
  status: RunSummary['status'];
  started_at: number;
  ended_at: number | null;
  steps_done: number;
  error: string | null;
}

const columns = 'number, id, title, kind, workflow, origin_kind, origin_of, origin_step, status, started_at, ended_at, steps_done, error';

/** `close` commits what is queued. */
export function runStore(read: ReadDb, write: WriteDb): RunStore & { close(): Promise<void> } {
  const get = read.select<Row>(`select ${columns} from runs where id = ?`);
  const unfinished = read.select<Row>(`select ${columns} from runs where status in ('running', 'waiting') order by number`);
  const counts = read.select<{ status: string; n: number }>(
    "select status, count(*) as n from runs where status in ('running', 'waiting') group by status",
  );
  const details = read.select<{ crc: number; body: string }>('select crc, body from run_details where number = ?');
  const readRows = journalReader(read);

  const mustGet = (id: RunId): Row => {
    const row = get.get(id);
    if (row === undefined) throw new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list.' });
    return row;
  };
  const queue = new JournalQueue(read, write, (id) => mustGet(id).number);

  return {
    ...runWrites(write, queue, get),
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toSummary(row);
    },
    getDetails(id) {
      const row = get.get(id);
      if (row === undefined) return undefined;
      const kept = details.get(row.number);
      if (kept === undefined) throw journalDamaged(id, 'details', 'it is missing');
      if (crc32(`${id}|${kept.body}`) !== kept.crc) throw journalDamaged(id, 'details', 'its checksum is wrong');
      const { title, kind, origin, startedAt, workflow } = toSummary(row);
      const body = JSON.parse(kept.body) as Pick<NewRun, 'document' | 'inputs' | 'grant'>;
      return { id, title, kind, origin, startedAt, ...(workflow === undefined ? {} : { workflow }), ...body };
    },
    list(filter) {
      const page = (after?: Row): Row[] => {
        const { sql, params } = listQuery(filter, after);
        return read.select<Row>(sql).all(...params);
      };
      return withTies(page(), filter.limit, page).map(toSummary);
    },
    listUnfinished: () => unfinished.all().map(toSummary),
    counts() {
      const by = new Map(counts.all().map((row) => [row.status, row.n]));
      return { running: by.get('running') ?? 0, waiting: by.get('waiting') ?? 0 };
    },
    readEvents: (id, after = 0) => readRows(id, mustGet(id).number, after),
    append: (id, event) => queue.append(id, event),
    flush: () => queue.flush(),
    close: () => queue.flush(),
  };
}

function runWrites(write: WriteDb, queue: JournalQueue, get: { get(id: string): Row | undefined }): Pick<RunStore, 'create' | 'remove'> {
  const insert = write.changeReturning<{ number: number }>(`
    insert into runs (id, title, kind, workflow, origin_kind, origin_of, origin_step, status, started_at)
    values (?, ?, ?, ?, ?, ?, ?, 'running', ?) on conflict (id) do nothing returning number`);
  const insertDetails = write.change('insert into run_details (number, crc, body) values (?, ?, ?)');
  const insertEvent = write.change('insert into journal (id, crc, event) values (?, ?, ?)');
  const removeRun = write.change('delete from runs where number = ?');
  const removeEvents = write.change('delete from journal where id > ? and id < ?');
  const removeQuestions = write.change('delete from inbox where run = ?');
  return {
    create(run) {
      const { id, title, kind, workflow, origin, startedAt, document, inputs, grant } = run;
      const [originOf, originStep] = originColumns(origin);
      const number = write.atomically(() => {
        const row = insert.get(id, title, kind, workflow ?? null, origin.kind, originOf, originStep, startedAt);
        if (row === undefined) throw new AppError('run-exists', `There is a run ${id} already.`);
        const body = JSON.stringify({ ...(document === undefined ? {} : { document }), inputs, grant });
        insertDetails.run(row.number, crc32(`${id}|${body}`), body);
        const start = JSON.stringify({ type: 'run-start', at: startedAt, inputs } satisfies RunEvent);
        insertEvent.run(row.number * runSpan + 1, checksumOf(id, 1, start), start);
        return row.number;
      });
      const summary: RunSummary = { id, number, title, kind, origin, status: 'running', startedAt, stepsDone: 0 };
      return workflow === undefined ? summary : { ...summary, workflow };
    },
    remove(id) {
      queue.forget(id);
      const row = get.get(id);
      if (row === undefined) return;
      write.atomically(() => {
        removeEvents.run(row.number * runSpan, (row.number + 1) * runSpan);
        removeQuestions.run(id);
        removeRun.run(row.number);
      });
    },
  };
}

/** A page, or what is of the same time as the last run of one and comes after it. */
function listQuery(filter: RunFilter, sameTimeAfter?: Row): { sql: string; params: SqlValue[] } {
  const where: string[] = [];
  const params: SqlValue[] = [];
  const add = (condition: string, ...values: SqlValue[]) => {
    where.push(condition);
    params.push(...values);
  };
  if (filter.before !== undefined) add('started_at < ?', filter.before);
  if (filter.workflow !== undefined) add('workflow = ?', filter.workflow);
  if (filter.kind !== undefined) add('kind = ?', filter.kind);
  if (filter.status !== undefined) add(`status in (${filter.status.map(() => '?').join(', ')})`, ...filter.status);
  if (filter.query !== undefined && filter.query.trim() !== '') add("title like ? escape '\\'", likeText(filter.query));
  if (sameTimeAfter !== undefined) add('started_at = ? and number < ?', sameTimeAfter.started_at, sameTimeAfter.number);
  params.push(sameTimeAfter === undefined ? filter.limit : -1);
  const conditions = where.length === 0 ? '' : `where ${where.join(' and ')}`;
  return { sql: `select ${columns} from runs ${conditions} order by started_at desc, number desc limit ?`, params };
}

function originColumns(origin: RunOrigin): [of: string, step: string | null] {
  if (origin.kind === 'manual') return [origin.by, null];
  if (origin.kind === 'chat') return [origin.conversation, null];
  return [origin.run, origin.step];
}

function toOrigin(row: Row): RunOrigin {
  const { origin_kind: kind, origin_of: of, origin_step: step } = row;
  return runOrigin.parse(
    kind === 'manual' ? { kind, by: of } : kind === 'chat' ? { kind, conversation: of } : { kind, run: of, step: step ?? undefined },
  );
}

function toSummary(row: Row): RunSummary {
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    kind: row.kind,
    ...(row.workflow === null ? {} : { workflow: row.workflow }),
    origin: toOrigin(row),
    status: row.status,
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    stepsDone: row.steps_done,
    ...(row.error === null ? {} : { error: readJson(appErrorShape, row.error, `run ${row.id}`) }),
  };
}
