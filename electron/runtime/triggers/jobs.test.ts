import { describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import { graph } from '../../../tests/helpers/engine-lab.ts';
import { noon, openJobs } from '../../../tests/helpers/jobs-lab.ts';
import { settle } from '../../../tests/torture/fake-clock.ts';

const hour = 3_600_000;
const schedule = (config: Record<string, string | number>) => ({ id: 's', kind: 'trigger.schedule', config });
const hourly = (missed: string) => schedule({ cron: '0 * * * *', zone: 'UTC', missed });
const code = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'accepted',
    (error: { code?: string }) => error.code,
  );

describe('a schedule', () => {
  test('keeps the next time before it is due, runs at it under its job and grant, and keeps the next', async () => {
    const rig = openJobs();
    const job = await rig.on(rig.save('w', [hourly('once')]), 's', { folders: [rig.folder] });
    expect(job).toMatchObject({ isOn: true, title: 'Workflow w', when: 'Every hour (UTC)', nextDueAt: noon + hour });
    expect(rig.store.jobs.listDue()).toMatchObject([{ job: job.id, dueAt: noon + hour, state: 'due' }]);
    await rig.pass(hour - 1);
    expect(rig.runs()).toEqual([]);
    await rig.pass(1);
    expect(rig.runs()).toMatchObject([
      { origin: { kind: 'job', job: job.id, dueAt: noon + hour }, payload: { dueAt: '2026-11-21T13:00:00.000Z', lateMs: 0 } },
    ]);
    expect(rig.store.runs.getDetails(rig.runs()[0]?.id as never)?.grant.folders).toEqual([rig.folder]);
    expect(rig.jobs.get(job.id)).toMatchObject({ nextDueAt: noon + 2 * hour, lastRun: { id: rig.runs()[0]?.id } });
    expect(rig.jobs.listPast({ limit: 10 })).toMatchObject([{ dueAt: noon + hour, state: 'started', run: rig.runs()[0]?.id }]);
  });

  test.each([
    ['skip', [], 5],
    ['once', [17], 4],
    ['all', [13, 14, 15, 16, 17], 0],
  ])('that missed five runs while the host was closed follows its rule: %s', async (rule, ran, missed) => {
    const rig = openJobs();
    await rig.on(rig.save('w', [hourly(rule)]), 's');
    await settle();
    await rig.stop();
    rig.clock.wall += 5.5 * hour;
    await rig.restart();
    expect(rig.runs().map((run) => new Date(run.origin.kind === 'job' ? (run.origin.dueAt ?? 0) : 0).getUTCHours())).toEqual(ran);
    const rows = rig.jobs.listPast({ state: ['missed'], limit: 50 });
    expect(rows).toHaveLength(missed);
    for (const row of rows) expect(row.reason).toMatch(/^The host was closed from .+ to /);
    expect(rig.jobs.list()[0]?.nextDueAt).toBe(noon + 6 * hour);
  });

  test('says whether the clock was set or the computer slept', async () => {
    const rig = openJobs();
    await rig.on(rig.save('w', [hourly('skip')]), 's');
    await rig.pass(60_000);
    rig.clock.wall += 2 * hour;
    await rig.pass(60_000);
    expect(rig.jobs.listPast({ limit: 9 }).map((row) => row.reason)).toEqual([
      'The clock went forward by 2 hours',
      'The clock went forward by 2 hours',
    ]);
    await rig.clock.suspend(hour);
    await rig.pass(60_000);
    expect(rig.jobs.listPast({ limit: 1 })[0]?.reason).toMatch(/^The computer slept or Orrery was held up from .+ to /);
    expect(rig.runs()).toEqual([]);
  });

  test('does not run again what ran when the clock is set back, and runs what did not', async () => {
    const rig = openJobs();
    await rig.on(rig.save('w', [hourly('skip')]), 's');
    await rig.pass(2 * hour);
    expect(rig.runs()).toHaveLength(2);
    rig.clock.wall -= 3 * hour;
    await rig.pass(2.9 * hour);
    // Noon had not run: the job was turned on at it.
    const ran = rig.runs().map((run) => (run.origin.kind === 'job' ? run.origin.dueAt : 0));
    expect(ran.sort()).toEqual([noon, noon + hour, noon + 2 * hour]);
    await rig.pass(1.2 * hour);
    expect(rig.runs()).toHaveLength(4);
  });

  test('a run that was stored but not marked before a crash is found, not started twice', async () => {
    const rig = openJobs();
    const job = await rig.on(rig.save('w', [hourly('all')]), 's');
    const { jobs } = rig.store;
    await rig.pass(hour);
    const [run] = rig.runs();
    const row = jobs.listPast({ limit: 1, state: ['started'] })[0];
    if (row === undefined) throw new Error('nothing started');
    await rig.stop();
    // As the crash left it: the row is due and what it brings is kept.
    const stored = jobs.get(job.id);
    if (stored === undefined) throw new Error('no job');
    jobs.remove(job.id);
    const { run: _run, settledAt: _settledAt, ...due } = row;
    jobs.put({ ...stored, state: { ...stored.state, pending: { [row.id]: { dueAt: 'x', lateMs: 0 } } } });
    jobs.putDue([{ ...due, state: 'due' }]);
    await rig.restart();
    expect(rig.runs().map((each) => each.id)).toEqual([run?.id]);
    expect(rig.store.jobs.getDue(row.id)).toMatchObject({ state: 'started', run: run?.id });
  });

  test('a changed pattern is followed at once, and what was due by the old one is dropped', async () => {
    const rig = openJobs();
    const workflow = rig.save('w', [hourly('skip')]);
    const job = await rig.on(workflow, 's');
    rig.save('w', [schedule({ cron: '30 * * * *', zone: 'UTC', missed: 'skip' })]);
    expect(rig.jobs.get(job.id).nextDueAt).toBe(noon + hour / 2);
    expect(rig.jobs.listPast({ limit: 9 })).toMatchObject([{ dueAt: noon + hour, state: 'dropped', reason: 'The trigger was changed' }]);
    rig.save('w', [{ id: 'm', kind: 'trigger.manual' }]);
    expect(rig.jobs.get(job.id).trouble).toMatchObject({ code: 'node-not-found' });
    rig.removeWorkflow(workflow);
    expect(rig.jobs.list()).toEqual([]);
  });

  test('after a journey, what was due at home is missed by its rule, and the next is due by the local clock', async () => {
    const before = process.env.TZ;
    onTestFinished(() => {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    });
    process.env.TZ = 'Europe/Berlin';
    const rig = openJobs();
    const job = await rig.on(rig.save('w', [schedule({ cron: '0 8 * * *', missed: 'once' })]), 's');
    expect(job.nextDueAt).toBe(noon + 19 * hour);
    await settle();
    await rig.stop();
    process.env.TZ = 'America/New_York';
    rig.clock.wall += 24 * hour;
    await rig.restart();
    expect(rig.runs()).toMatchObject([{ origin: { dueAt: noon + 19 * hour } }]);
    expect(rig.jobs.get(job.id).nextDueAt).toBe(noon + 25 * hour);
  });

  test('a workflow that became wrong says so instead of running, and runs again when it is mended', async () => {
    const rig = openJobs();
    const job = await rig.on(rig.save('w', [hourly('skip')]), 's');
    rig.save('w', [hourly('skip'), { id: 'x', kind: 'no.such' }]);
    expect(rig.jobs.get(job.id).trouble).toMatchObject({ code: 'workflow-invalid' });
    await rig.pass(hour);
    expect(rig.jobs.listPast({ limit: 1 })[0]).toMatchObject({ state: 'missed', reason: expect.stringContaining('It could not start') });
    rig.save('w', [hourly('skip')]);
    await rig.pass(hour);
    expect(rig.runs()).toHaveLength(1);
    expect(rig.jobs.get(job.id).trouble).toBeUndefined();
  });

  test('turned off, it keeps still; a missed run can be started by hand once', async () => {
    const rig = openJobs();
    const job = await rig.on(rig.save('w', [hourly('skip')]), 's');
    await settle();
    await rig.stop();
    rig.clock.wall += 1.5 * hour;
    await rig.restart();
    const [missed] = rig.jobs.listPast({ state: ['missed'], limit: 9 });
    if (missed === undefined) throw new Error('nothing was missed');
    expect(rig.jobs.runMissed(missed.id)).toMatchObject({ origin: { kind: 'job', job: job.id, dueAt: noon + hour } });
    expect(() => rig.jobs.runMissed(missed.id)).toThrow(expect.objectContaining({ code: 'due-not-missed' }));
    await rig.jobs.turnOff(job.id);
    await rig.pass(3 * hour);
    expect(rig.runs()).toHaveLength(1);
    expect(rig.jobs.listNext({ limit: 5 })).toEqual([]);
    rig.jobs.runNow(job.id);
    expect(rig.jobs.listPast({ limit: 1 })[0]).toMatchObject({ state: 'started', reason: 'Started by hand' });
  });

  test('what comes next is worked out beyond what is kept, over all jobs in order', async () => {
    const rig = openJobs();
    await rig.on(rig.save('a', [hourly('skip')]), 's');
    await rig.on(rig.save('b', [schedule({ mode: 'every', every: 45, unit: 'minutes' })]), 's');
    expect(rig.jobs.listNext({ limit: 5 }).map(({ title, at, isKept }) => [title, (at - noon) / 60_000, isKept])).toEqual([
      ['Workflow b', 45, true],
      ['Workflow a', 60, true],
      ['Workflow b', 90, false],
      ['Workflow a', 120, false],
      ['Workflow b', 135, false],
    ]);
  });

  test('a command leaves jobs alone', async () => {
    const rig = openJobs({ host: 'cli' });
    const job = await rig.on(rig.save('w', [hourly('all')]), 's');
    expect(job.nextDueAt).toBe(noon + hour);
    rig.clock.wall += 5 * hour;
    await settle();
    expect(rig.runs()).toEqual([]);
    expect(rig.store.jobs.listDue()).toHaveLength(1);
  });
});

describe('turning on refuses, and stores nothing', () => {
  test.each([
    ['schedule-never', { cron: '0 0 30 2 *' }],
    ['schedule-malformed', { cron: '61 * * * *' }],
    ['zone-unknown', { cron: '0 8 * * *', zone: 'Mars/Olympus' }],
  ])('%s, with the place', async (expected, config) => {
    const rig = openJobs();
    const refusal = rig.on(rig.save('w', [schedule(config)]), 's');
    await expect(refusal).rejects.toMatchObject({ code: expected, place: expect.stringMatching(/^s\./), hint: expect.any(String) });
    expect(rig.jobs.list()).toEqual([]);
  });

  test('what is not there, not a trigger, not sound, or not given', async () => {
    const rig = openJobs();
    const workflow = rig.save('w', [{ id: 'm', kind: 'trigger.manual' }, { id: 'bad', kind: 'no.such' }, hourly('skip')]);
    expect(await code(rig.on('none' as WorkflowId, 's'))).toBe('workflow-not-found');
    expect(await code(rig.on(workflow, 'zz'))).toBe('node-not-found');
    expect(await code(rig.on(workflow, 'm'))).toBe('node-not-trigger');
    expect(await code(rig.on(workflow, 's'))).toBe('workflow-invalid');
    const asks = rig.saveDocument('v', graph([hourly('skip'), { id: 'i', kind: 'flow.input', config: { name: 'city', type: 'text' } }]));
    expect(await code(rig.on(asks, 's'))).toBe('input-missing');
    expect(rig.jobs.list()).toEqual([]);
    expect(await code(rig.on(asks, 's', { inputs: { city: 'Oslo' } }))).toBe('accepted');
  });

  test('a folder that is not there, or that the grant does not hold', async () => {
    const rig = openJobs();
    const watching = (path: string) => rig.save('w', [{ id: 'f', kind: 'trigger.files', config: { path } }]);
    expect(await code(rig.on(watching(`${rig.base}/none`), 'f', { folders: [rig.base] }))).toBe('folder-not-found');
    expect(await code(rig.on(watching(rig.folder), 'f'))).toBe('folder-not-granted');
    expect(await code(rig.on(watching(`${rig.folder}/../../etc`), 'f', { folders: [rig.folder] }))).toBe('folder-not-granted');
    expect(rig.jobs.list()).toEqual([]);
  });
});

test('what is due while the queue is full stays due and starts when there is room', async () => {
  const rig = openJobs();
  await rig.on(rig.save('w', [hourly('skip')]), 's');
  const { engine } = rig.lab.lab;
  const { start } = engine;
  engine.start = () => {
    throw new AppError('queue-full', 'Too many wait.', { retryable: true });
  };
  await rig.pass(hour);
  expect(rig.runs()).toEqual([]);
  expect(rig.jobs.listPast({ limit: 9 })).toEqual([]);
  engine.start = start;
  await rig.pass(30_000);
  expect(rig.runs()).toMatchObject([{ origin: { dueAt: noon + hour } }]);
  expect(rig.jobs.listPast({ limit: 9 })).toMatchObject([{ dueAt: noon + hour, state: 'started' }]);
});
