// A program's call that asks shows as waiting wherever runs are shown, and does not stay so when its program is gone.

import { expect, test } from 'vitest';
import type { RunSummary } from '../../../shared/model/run.ts';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { openServing, quietly } from '../../../tests/helpers/serve-lab.ts';

type Serving = ReturnType<typeof openServing>;
const sessionOf = (rig: Serving): RunSummary | undefined => rig.store.runs.list({ limit: 5 }).find(({ kind }) => kind === 'turn');
const statusIs = (rig: Serving, status: string) => until(() => sessionOf(rig)?.status === status, `the session is ${status}`);
const typesOf = (rig: Serving): string[] => rig.lab.events(sessionOf(rig)?.id as never).map(({ type }) => type);

test('it waits while it asks, and goes on when it was answered', async () => {
  const rig = openServing();
  const session = rig.program();
  const call = session.call('list_agents', {}, quietly());
  await rig.asked();
  await statusIs(rig, 'waiting');
  expect(rig.store.runs.counts()).toMatchObject({ running: 0, waiting: 1 });
  await rig.answer('once');
  expect((await call).isError).toBe(false);
  await statusIs(rig, 'running');
  await session.close();
  await statusIs(rig, 'done');
  const kept = typesOf(rig).filter((type) => type.startsWith('step-'));
  expect(kept).toEqual(['step-start', 'step-waiting', 'step-answered', 'step-done']);
});

test('a program that leaves takes its question along; its call ends before its session does', async () => {
  const rig = openServing();
  const session = rig.program();
  const call = session.call('list_agents', {}, quietly()).catch((error: { code: string }) => error.code);
  await rig.asked();
  await statusIs(rig, 'waiting');
  await session.close();
  expect(await call).toBe('cancelled');
  expect(rig.open()).toEqual([]);
  expect(typesOf(rig).slice(-2)).toEqual(['step-failed', 'run-end']);
});

test('after a restart the call has failed because its program is gone, and nothing is left to answer', async () => {
  const rig = openServing();
  void rig
    .program()
    .call('list_agents', {}, quietly())
    .catch(() => undefined);
  await rig.asked();
  await statusIs(rig, 'waiting');
  await rig.restart();
  await statusIs(rig, 'cancelled');
  expect(rig.open()).toEqual([]);
  const failed = rig.lab.events(sessionOf(rig)?.id as never).find(({ type }) => type === 'step-failed');
  expect(failed).toMatchObject({ error: { code: 'program-gone', message: expect.stringContaining('Editor is not there any more') } });
});
