import { z } from 'zod';
import { type InboxItem, inboxAnswer, inboxItem, inboxRequest } from '../../../shared/model/grant.ts';
import type { InboxStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { readJson } from './rows.ts';

/** What never changes after the question was asked. */
const body = z.object({
  title: z.string(),
  agent: inboxItem.shape.agent,
  conversation: inboxItem.shape.conversation,
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
}
const columns = 'id, run, step, status, created_at, body, answer, answered_at';

export function inboxStore(read: ReadDb, write: WriteDb): InboxStore {
  const list = read.select<Row>(`select ${columns} from inbox where status = ? order by created_at desc, seq desc limit ?`);
  const get = read.select<Row>(`select ${columns} from inbox where id = ?`);
  const findForStep = read.select<Row>(
    `select ${columns} from inbox where run = ? and step = ? and status in ('open', 'answered') order by seq desc limit 1`,
  );
  const openCount = read.select<{ n: number }>("select count(*) as n from inbox where status = 'open'");
  const insert = write.change(`insert into inbox (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?)`);
  const answer = write.change("update inbox set status = 'answered', answer = ?, answered_at = ? where id = ? and status = 'open'");
  const withdraw = write.change("update inbox set status = 'withdrawn' where run = ? and status = 'open'");
  const withdrawLeftOver = write.change(`
    update inbox set status = 'withdrawn' where status = 'open'
    and not exists (select 1 from runs where runs.id = inbox.run and runs.status in ('running', 'waiting'))`);
  const one = (row: Row | undefined) => (row === undefined ? undefined : toItem(row));
  return {
    list: ({ status, limit }) => list.all(status, limit).map(toItem),
    get: (id) => one(get.get(id)),
    findForStep: (run, step) => one(findForStep.get(run, step)),
    insert(item) {
      const { id, run, step, status, createdAt, answer: given, answeredAt, ...rest } = item;
      const answerText = given === undefined ? null : JSON.stringify(given);
      insert.run(id, run, step, status, createdAt, JSON.stringify(rest), answerText, answeredAt ?? null);
    },
    answer: (id, given, at) => answer.run(JSON.stringify(given), at, id) === 1,
    withdrawForRun: (run) => withdraw.run(run),
    withdrawLeftOver: () => withdrawLeftOver.run(),
    openCount: () => openCount.get()?.n ?? 0,
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
  };
}
