import { expect, test } from 'vitest';
import type { DueId, JobId, RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { DueRun } from '../../../shared/model/job.ts';
import type { StoredJob } from '../../runtime/ports.ts';
import { withStore } from './test-support.ts';

const job = (id = 'j', more: Partial<StoredJob> = {}): StoredJob => ({
  id: id as JobId,
  workflow: 'w' as WorkflowId,
  node: 'n',
  kind: 'trigger.schedule',
  isOn: true,
  grant: { tools: [], folders: ['/data'], hosts: ['example.org'] },
  inputs: { city: 'Oslo' },
  createdAt: 1,
  updatedAt: 2,
  state: { seen: { '/a': [1, 2] } },
  ...more,
});
const due = (at: number, more: Partial<DueRun> = {}): DueRun => ({
  id: `j.${at}` as DueId,
  job: 'j' as JobId,
  title: 'Work',
  dueAt: at,
  state: 'due',
  ...more,
});

test('a job comes back as it was put, changed or not, and goes with its due runs', () =>
  withStore(({ store: { jobs } }) => {
    jobs.putDue([due(10), due(20)], job());
    expect(jobs.get('j' as JobId)).toEqual(job());
    jobs.put(job('j', { isOn: false, state: {}, updatedAt: 9 }));
    expect(jobs.list('w' as WorkflowId)).toEqual([job('j', { isOn: false, state: {}, updatedAt: 9 })]);
    expect(jobs.list('other' as WorkflowId)).toEqual([]);
    expect(jobs.listDue().map((row) => row.dueAt)).toEqual([10, 20]);
    jobs.remove('j' as JobId);
    expect([jobs.list(), jobs.listDue()]).toEqual([[], []]);
  }));

test('one job and time is one row, and one that was started stays so', () =>
  withStore(({ store: { jobs } }) => {
    jobs.put(job());
    jobs.putDue([due(10)]);
    jobs.putDue([due(10, { state: 'missed', reason: 'The host was closed' })]);
    expect(jobs.getDue('j.10' as DueId)).toEqual(due(10, { state: 'missed', reason: 'The host was closed' }));
    jobs.putDue([due(10, { state: 'started', run: 'r' as RunId, settledAt: 11 })]);
    jobs.putDue([due(10, { state: 'due' })]);
    expect(jobs.getDue('j.10' as DueId)).toEqual(due(10, { state: 'started', run: 'r' as RunId, settledAt: 11 }));
    expect(jobs.startedBetween('j' as JobId, 10, 10)).toEqual([10]);
    expect(jobs.startedBetween('j' as JobId, 11, 99)).toEqual([]);
  }));

test('rows and job are one commit: a row of a job that is not there takes both back', () =>
  withStore(({ store: { jobs } }) => {
    expect(() => jobs.putDue([due(10, { job: 'nobody' as JobId })], job())).toThrow();
    expect(jobs.list()).toEqual([]);
  }));

test('what is past is listed newest first, by job, state and time', () =>
  withStore(({ store: { jobs } }) => {
    jobs.put(job());
    jobs.putDue([due(10, { state: 'started' }), due(20, { state: 'missed' }), due(30, { state: 'dropped' }), due(40)]);
    expect(jobs.listPast({ limit: 9 }).map((row) => row.dueAt)).toEqual([30, 20, 10]);
    expect(jobs.listPast({ limit: 9, state: ['missed', 'due'], before: 40 }).map((row) => row.dueAt)).toEqual([20]);
    expect(jobs.listPast({ limit: 9, job: 'k' as JobId })).toEqual([]);
  }));

test('old rows are forgotten in bounds, those of the future never, and started ones leave a mark', () =>
  withStore(({ store: { jobs } }) => {
    jobs.put(job());
    const many = (from: number, count: number, state: DueRun['state']): DueRun[] =>
      Array.from({ length: count }, (_, index) => due(from + index, { state }));
    jobs.putDue(many(0, 7000, 'missed'));
    expect(jobs.listPast({ limit: 100_000 })).toHaveLength(5001);
    expect(jobs.forgottenUpTo('j' as JobId)).toBe(0);
    jobs.putDue(many(10_000, 100_600, 'started'));
    expect(jobs.forgottenUpTo('j' as JobId)).toBeGreaterThan(10_000);
    expect(jobs.startedBetween('j' as JobId, jobs.forgottenUpTo('j' as JobId) + 1, 1e9).length).toBeGreaterThanOrEqual(100_000);
  }));

test('when a host was last here is kept', () =>
  withStore(({ store: { jobs } }) => {
    expect(jobs.lastSeen()).toBeUndefined();
    jobs.noteSeen(5);
    jobs.noteSeen(7, true);
    expect(jobs.lastSeen()).toEqual({ at: 7, isEnd: true });
    jobs.noteSeen(8);
    expect(jobs.lastSeen()).toEqual({ at: 8, isEnd: false });
  }));
