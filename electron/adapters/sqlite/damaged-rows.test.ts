// One damaged row, of a job, a run or a question, is named where it is asked for and hides no other.

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { InboxItem } from '../../../shared/model/grant.ts';
import type { InboxId, JobId, RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { StoredJob } from '../../runtime/ports.ts';
import { openStore } from './open.ts';
import { newRun, withFolder } from './test-support.ts';

const job = (id: string): StoredJob => ({
  id: id as JobId,
  workflow: 'w' as WorkflowId,
  node: 't',
  kind: 'trigger.schedule',
  isOn: true,
  grant: { tools: [], folders: ['/a'] },
  inputs: {},
  createdAt: 1,
  updatedAt: 1,
  state: {},
});
const question = (id: string, run: string): InboxItem => ({
  id: id as InboxId,
  run: run as RunId,
  step: 's',
  title: 'Test',
  createdAt: 1,
  expiresAt: 10,
  status: 'open',
  request: { kind: 'question', question: 'Which?' },
});

test('the others are listed, taken up and expire', () =>
  withFolder(async (folder) => {
    const before = openStore({ folder });
    for (const id of ['j1', 'j2']) before.store.jobs.put(job(id));
    for (const id of ['r1', 'r2']) before.store.runs.create(newRun(id, { origin: { kind: 'job', job: 'j1' as JobId } }));
    for (const [id, run] of [
      ['i1', 'r1'],
      ['i2', 'r2'],
    ] as const)
      before.store.inbox.insert(question(id, run));
    await before.close();
    const raw = new Database(join(folder, 'orrery.db'));
    raw.exec(`update jobs set body = '{"gra' where id = 'j1'; update runs set origin = '{"kind":"jo}' where id = 'r1';
      update inbox set body = '?' where id = 'i1'`);
    raw.close();
    const { store, close } = openStore({ folder });
    expect(store.jobs.list()).toMatchObject([{ id: 'j1', isOn: true, state: { halted: { code: 'record-damaged' } } }, job('j2')]);
    expect(store.runs.listUnfinished().map(({ id }) => id)).toEqual(['r2']);
    expect(store.runs.list({ limit: 9 })).toMatchObject([{ id: 'r2' }, { id: 'r1', error: { code: 'record-damaged' } }]);
    expect(() => store.runs.get('r1' as RunId)).toThrow(expect.objectContaining({ code: 'record-damaged' }));
    expect(store.inbox.list({ status: 'open', limit: 9 }).map(({ id }) => id)).toEqual(['i2']);
    expect(store.inbox.expire(20).map(({ id }) => id)).toEqual(['i2']);
    expect(() => store.inbox.get('i1' as InboxId)).toThrow(expect.objectContaining({ code: 'record-damaged' }));
    await close();
  }));
