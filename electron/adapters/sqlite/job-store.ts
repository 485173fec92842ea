// Jobs and their due runs. One (job, time) is one row, and a row that was started is never made anything else: that a time runs
// once at most, whatever the clock does, rests on it.

import { z } from 'zod';
import { grant } from '../../../shared/model/grant.ts';
import type { DueId, JobId, RunId, WorkflowId } from '../../../shared/model/ids.ts';
import { agreedGraph, type DueRun } from '../../../shared/model/job.ts';
import { type JsonValue, jsonObject, jsonValue } from '../../../shared/model/json.ts';
import type { JobStore, StoredJob } from '../../runtime/ports.ts';
import type { ReadDb, SqlValue, WriteDb } from './db.ts';
import { isDamaged, readJson } from './rows.ts';

interface JobRow {
  id: JobId;
  workflow: WorkflowId;
  node: string;
  kind: string;
  is_on: number;
  body: string;
  state: string;
  created_at: number;
  updated_at: number;
}
interface DueRow {
  id: DueId;
  job: JobId;
  title: string;
  due_at: number;
  state: DueRun['state'];
  reason: string | null;
  run: RunId | null;
  settled_at: number | null;
}

const body = z.object({ grant, inputs: z.record(z.string(), jsonValue), agreed: z.record(z.string(), agreedGraph).optional() });
const jobColumns = 'id, workflow, node, kind, is_on, body, state, created_at, updated_at';
const dueColumns = 'id, job, title, due_at, state, reason, run, settled_at';

/** Settled due runs that are kept of each job; older ones are forgotten now and then. */
const keptStarted = 100_000;
const keptOthers = 5000;
const forgetEvery = 500;

export function jobStore(read: ReadDb, write: WriteDb): JobStore {
  const list = read.select<JobRow>(`select ${jobColumns} from jobs order by created_at, id`);
  const listOf = read.select<JobRow>(`select ${jobColumns} from jobs where workflow = ? order by created_at, id`);
  const get = read.select<JobRow>(`select ${jobColumns} from jobs where id = ?`);
  const listDue = read.select<DueRow>(`select ${dueColumns} from due_runs where state = 'due' order by due_at, id`);
  const getDue = read.select<DueRow>(`select ${dueColumns} from due_runs where id = ?`);
  const started = read.select<{ due_at: number }>(
    "select due_at from due_runs where job = ? and due_at between ? and ? and state = 'started' order by due_at",
  );
  const forgotten = read.select<{ forgotten: number }>('select forgotten from jobs where id = ?');
  const seen = read.select<{ at: number; isEnd: number }>('select at, is_end as isEnd from host_seen where id = 1');
  const noteSeen = write.change(
    'insert into host_seen (id, at, is_end) values (1, ?, ?) on conflict (id) do update set at = excluded.at, is_end = excluded.is_end',
  );
  const remove = write.change('delete from jobs where id = ?');
  const put = putJob(write);
  const writeDue = dueWriter(write);

  return {
    list: (workflow) => (workflow === undefined ? list.all() : listOf.all(workflow)).map(toJob),
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toJob(row);
    },
    put: (job) => void put(job),
    remove: (id) => void remove.run(id),
    listDue: () => listDue.all().map(toDue),
    listPast(filter) {
      const { sql, params } = pastQuery(filter);
      return read
        .select<DueRow>(sql)
        .all(...params)
        .map(toDue);
    },
    getDue(id) {
      const row = getDue.get(id);
      return row === undefined ? undefined : toDue(row);
    },
    putDue(rows, job) {
      if (rows.length === 0 && job === undefined) return;
      write.atomically(() => {
        if (job !== undefined) put(job);
        writeDue(rows);
      });
    },
    startedBetween: (job, from, to) => started.all(job, from, to).map((row) => row.due_at),
    forgottenUpTo: (job) => forgotten.get(job)?.forgotten ?? 0,
    lastSeen() {
      const row = seen.get();
      return row === undefined ? undefined : { at: row.at, isEnd: row.isEnd === 1 };
    },
    noteSeen: (at, isEnd = false) => void noteSeen.run(at, isEnd ? 1 : 0),
  };
}

function putJob(write: WriteDb): (job: StoredJob) => void {
  const upsert = write.change(`
    insert into jobs (${jobColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (id) do update set node = excluded.node, kind = excluded.kind, is_on = excluded.is_on, body = excluded.body,
      state = excluded.state, updated_at = excluded.updated_at`);
  return (job) =>
    void upsert.run(
      job.id,
      job.workflow,
      job.node,
      job.kind,
      job.isOn ? 1 : 0,
      JSON.stringify({ grant: job.grant, inputs: job.inputs, agreed: job.agreed }),
      JSON.stringify(job.state),
      job.createdAt,
      job.updatedAt,
    );
}

function dueWriter(write: WriteDb): (rows: readonly DueRun[]) => void {
  const upsert = write.change(`
    insert into due_runs (${dueColumns}) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (job, due_at) do update set title = excluded.title, state = excluded.state, reason = excluded.reason, run = excluded.run,
      settled_at = excluded.settled_at where due_runs.state <> 'started'`);
  // Started rows say what must not start again, so many more of them are kept than of those that only tell people something.
  const oldest = (states: string, kept: number): string => `job = ? and state ${states} and due_at < coalesce((
    select due_at from due_runs where job = ? and state ${states} order by due_at desc limit 1 offset ${kept}), -9e15)`;
  const started = oldest("= 'started'", keptStarted);
  const note = write.change(`
    update jobs set forgotten = max(forgotten, coalesce((select max(due_at) from due_runs where ${started}), 0)) where id = ?`);
  const forget = [started, oldest("in ('missed', 'dropped')", keptOthers)].map((rows) =>
    write.change(`delete from due_runs where ${rows}`),
  );
  let written = 0;
  return (rows) => {
    for (const row of rows)
      upsert.run(row.id, row.job, row.title, row.dueAt, row.state, row.reason ?? null, row.run ?? null, row.settledAt ?? null);
    written += rows.length;
    if (written < forgetEvery) return;
    written = 0;
    for (const job of new Set(rows.map((row) => row.job))) {
      note.run(job, job, job);
      for (const some of forget) some.run(job, job);
    }
  };
}

function pastQuery(filter: Parameters<JobStore['listPast']>[0]): { sql: string; params: SqlValue[] } {
  const states = filter.state ?? ['started', 'missed', 'dropped'];
  const where = [`state in (${states.map(() => '?').join(', ')})`];
  const params: SqlValue[] = [...states];
  if (filter.job !== undefined) {
    where.push('job = ?');
    params.push(filter.job);
  }
  if (filter.before !== undefined) {
    where.push('due_at < ?');
    params.push(filter.before);
  }
  params.push(filter.limit);
  return { sql: `select ${dueColumns} from due_runs where ${where.join(' and ')} order by due_at desc, id limit ?`, params };
}

/** A job whose row is damaged is halted with that as its reason: the others go on, and a person can turn it on again or remove it. */
function toJob(row: JobRow): StoredJob {
  const job = {
    id: row.id,
    workflow: row.workflow,
    node: row.node,
    kind: row.kind,
    isOn: row.is_on === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
  try {
    const { agreed, ...rest } = readJson(body, row.body, `job ${row.id}`);
    return {
      ...job,
      ...rest,
      ...(agreed === undefined ? {} : { agreed }),
      state: readJson(jsonObject, row.state, `state of job ${row.id}`),
    };
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return { ...job, grant: { tools: [], folders: [] }, inputs: {}, state: { halted: error.toJSON() as unknown as JsonValue } };
  }
}

const toDue = (row: DueRow): DueRun => ({
  id: row.id,
  job: row.job,
  title: row.title,
  dueAt: row.due_at,
  state: row.state,
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.run === null ? {} : { run: row.run }),
  ...(row.settled_at === null ? {} : { settledAt: row.settled_at }),
});
