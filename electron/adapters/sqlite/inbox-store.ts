import { z } from 'zod';
import { type InboxItem, inboxAnswer, inboxItem, inboxRequest } from '../../../shared/model/grant.ts';
import type { InboxStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { readable, readJson } from './rows.ts';

/** What never changes after the question was asked. */
const body = z.object({
  title: z.string(),
  agent: inboxItem.shape.agent,
  conversation: inboxItem.shape.conversation,
  job: inboxItem.shape.job,
  request: inboxRequest,
});

interface Row {
  id: InboxItem['id'];
  run: InboxItem['run'];
  step: string;
  status: InboxItem['status'];
  created_at: number;
  body: string;
  answer: string | null;
  answered_at: number | null;
  expires_at: number | null;
}
const columns = 'id, run, step, status, created_at, body, answer, answered_at, expires_at';

export function inboxStore(read: ReadDb, write: WriteDb): InboxStore {
  const listOpen = read.select<Row>(`select ${columns} from inbox where status = 'open' order by created_at desc, seq desc limit ?`);
  // One index range for each, joined: an `in` would read and sort all of both.
  const listSettled = read.select<Row>(`
    select * from (select seq, ${columns} from inbox where status = 'answered' order by created_at desc, seq desc limit ?)
    union all
    select * from (select seq, ${columns} from inbox where status = 'expired' order by created_at desc, seq desc limit ?)
    order by created_at desc, seq desc limit ?`);
  const get = read.select<Row>(`select ${columns} from inbox where id = ?`);
  const findForStep = read.select<Row>(
    `select ${columns} from inbox where run = ? and step = ? and status <> 'withdrawn' order by seq desc limit 1`,
  );
  const listForStep = read.select<Row>(
    `select ${columns} from inbox where run = ? and step = ? and status <> 'withdrawn' order by seq desc limit 100`,
  );
  const listApprovals = read.select<Row>(
    `select ${columns} from inbox where run = ? and status <> 'withdrawn' and json_extract(body, '$.request.kind') = 'approval'
     order by seq desc limit 1000`,
  );
  const due = read.select<Row>(`select ${columns} from inbox where status = 'open' and expires_at <= ? order by expires_at`);
  const nextExpiry = read.select<{ at: number | null }>(
    "select min(expires_at) as at from inbox where status = 'open' and expires_at is not null",
  );
  const expire = write.change("update inbox set status = 'expired', answered_at = ? where id = ? and status = 'open'");
  const openCount = read.select<{ n: number }>("select count(*) as n from inbox where status = 'open'");
  const insert = write.change(`insert into inbox (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const answer = write.change("update inbox set status = 'answered', answer = ?, answered_at = ? where id = ? and status = 'open'");
  const withdraw = write.change("update inbox set status = 'withdrawn' where run = ? and status = 'open'");
  const withdrawStep = write.change("update inbox set status = 'withdrawn' where run = ? and step = ? and status = 'open'");
  const withdrawLeftOver = write.change(`
    update inbox set status = 'withdrawn' where status = 'open'
    and not exists (select 1 from runs where runs.id = inbox.run and runs.status not in ('done', 'failed', 'cancelled'))`);
  const one = (row: Row | undefined) => (row === undefined ? undefined : toItem(row));
  return {
    list: ({ status, limit }) => readable(status === 'open' ? listOpen.all(limit) : listSettled.all(limit, limit, limit), toItem),
    get: (id) => one(get.get(id)),
    findForStep: (run, step) => one(findForStep.get(run, step)),
    listForStep: (run, step) => listForStep.all(run, step).map(toItem),
    listApprovals: (run) => listApprovals.all(run).map(toItem),
    insert(item) {
      const { id, run, step, status, createdAt, answer: given, answeredAt, expiresAt, ...rest } = item;
      const answerText = given === undefined ? null : JSON.stringify(given);
      insert.run(id, run, step, status, createdAt, JSON.stringify(rest), answerText, answeredAt ?? null, expiresAt ?? null);
    },
    answer: (id, given, at) => answer.run(JSON.stringify(given), at, id) === 1,
    withdrawForRun: (run) => withdraw.run(run),
    withdrawForStep: (run, step) => withdrawStep.run(run, step),
    withdrawLeftOver: () => withdrawLeftOver.run(),
    openCount: () => openCount.get()?.n ?? 0,
    expire(now) {
      const gone = due.all(now).filter((row) => expire.run(now, row.id) === 1);
      return readable(gone, (row) => toItem({ ...row, status: 'expired', answered_at: now }));
    },
    nextExpiry: () => nextExpiry.get()?.at ?? undefined,
  };
}

function toItem(row: Row): InboxItem {
  const what = `question ${row.id}`;
  return {
    ...readJson(body, row.body, what),
    id: row.id,
    run: row.run,
    step: row.step,
    status: row.status,
    createdAt: row.created_at,
    ...(row.answer === null ? {} : { answer: readJson(inboxAnswer, row.answer, what) }),
    ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  };
}
