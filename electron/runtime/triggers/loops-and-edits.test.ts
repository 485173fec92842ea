// What must not follow from a job that is on: runs that feed the folder they watch for ever, and an edit that makes another kind of
// start of it than the one that was agreed to.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { fakeDesktop, openJobs } from '../../../tests/helpers/jobs-lab.ts';

test('a run that writes into the folder it watches is stopped after a few rounds, with the reason', async () => {
  const rig = openJobs();
  const out = join(rig.folder, 'b.txt');
  const workflow = rig.save(
    'w',
    [
      { id: 'f', kind: 'trigger.files', config: { path: rig.folder, settleMs: 100, changed: true } },
      { id: 'o', kind: 'data.write-file', config: { path: out, text: 'more' } },
    ],
    ['f>o'],
  );
  const job = await rig.on(workflow, 'f', { folders: [rig.folder] });
  await until(() => rig.store.jobs.get(job.id)?.state.seen !== undefined, 'the folder was looked at');
  writeFileSync(join(rig.folder, 'a'), 'first');
  await until(() => rig.jobs.get(job.id).trouble !== undefined, 'it was stopped');
  expect(rig.jobs.get(job.id).trouble).toMatchObject({ code: 'trigger-loop' });
  expect(rig.runs().length).toBeLessThanOrEqual(10);
}, 60_000);

test('files that a person adds while runs go on are no loop', async () => {
  const rig = openJobs();
  const workflow = rig.save('w', [{ id: 'f', kind: 'trigger.files', config: { path: rig.folder, settleMs: 100 } }]);
  const job = await rig.on(workflow, 'f', { folders: [rig.folder] });
  await until(() => rig.store.jobs.get(job.id)?.state.seen !== undefined, 'the folder was looked at');
  for (let at = 0; at < 12; at += 1) writeFileSync(join(rig.folder, `f${at}`), 'x');
  await rig.untilRuns(12);
  expect(rig.jobs.get(job.id).trouble).toBeUndefined();
}, 60_000);

test('a schedule that an edit made a reader of the clipboard reads nothing until it is turned on again', async () => {
  const desktop = fakeDesktop();
  const rig = openJobs({ desktop: desktop.events });
  const workflow = rig.save('w', [{ id: 's', kind: 'trigger.schedule', config: { cron: '0 8 * * *' } }]);
  const job = await rig.on(workflow, 's');
  rig.save('w', [{ id: 's', kind: 'trigger.clipboard', config: {} }]);
  expect(desktop.readers.size).toBe(0);
  expect(rig.jobs.get(job.id).trouble).toMatchObject({ code: 'job-trigger-changed', hint: expect.any(String) });
  await rig.pass(48 * 3_600_000);
  expect(rig.runs()).toEqual([]);
  await rig.on(workflow, 's');
  expect(desktop.readers.size).toBe(1);
  expect(rig.jobs.get(job.id).trouble).toBeUndefined();
}, 60_000);

test('a watched folder that became a link out of the grant is not watched', async () => {
  const rig = openJobs();
  const watched = join(rig.folder, 'inbox');
  const outside = join(rig.base, 'outside');
  mkdirSync(watched);
  mkdirSync(outside);
  const workflow = rig.save('w', [{ id: 'f', kind: 'trigger.files', config: { path: watched, settleMs: 100, missed: 'all' } }]);
  const job = await rig.on(workflow, 'f', { folders: [rig.folder] });
  await until(() => rig.store.jobs.get(job.id)?.state.seen !== undefined, 'the folder was looked at');
  await rig.stop();
  rmSync(watched, { recursive: true });
  symlinkSync(outside, watched);
  writeFileSync(join(outside, 'private.txt'), 'x');
  await rig.restart();
  await until(() => rig.jobs.get(job.id).trouble !== undefined, 'it says so');
  expect(rig.jobs.get(job.id).trouble).toMatchObject({ code: 'folder-not-found' });
  expect(rig.runs()).toEqual([]);
}, 60_000);
