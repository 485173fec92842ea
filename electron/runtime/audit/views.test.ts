import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import { createAuditViews } from './views.ts';

it('counts every run of the period once, however many began in the same millisecond, and none of another', async () => {
  const runs = Array.from({ length: 1300 }, (_, at) => ({
    id: `r${at}`,
    number: at,
    title: 'Digest',
    kind: 'workflow',
    origin: { kind: 'manual', by: 'cli' },
    status: 'done',
    startedAt: 1000 + Math.floor(at / 7),
    stepsDone: 1,
  })) as unknown as RunSummary[];
  const store = {
    audit: { status: () => ({ first: 1, last: 0 }), seqBefore: () => 0, listAfter: () => [], dismissed: () => [] },
    runs: {
      list: ({ limit, since = 0, before = Infinity }: { limit: number; since?: number; before?: number }) =>
        runs
          .filter((run) => run.startedAt >= since && run.startedAt < before)
          .reverse()
          .slice(0, limit),
    },
  };
  const audit = { written: async () => undefined, onEntry: () => () => undefined, verify: async () => undefined };
  const views = createAuditViews({ audit, ports: { store, clock: { now: () => 5000 } } } as never);
  expect((await views.report(0, undefined, undefined)).ran).toMatchObject({ runs: 1300, workflows: [{ title: 'Digest', count: 1300 }] });
  expect((await views.report(1010, 1020, undefined)).ran.runs).toBe(70);
});

it('asks again after the log could not be read once, and has what came meanwhile once', async () => {
  const entries = [1, 2, 3].map((seq) => ({
    seq,
    at: 4000,
    kind: 'call',
    actor: { kind: 'app', name: 'Orrery' },
    what: 'w',
    outcome: 'done',
  }));
  let isBroken = true;
  const listAfter = (after: number) => {
    if (isBroken) throw new AppError('disk-failed', 'The disk gave an error.');
    return entries.filter(({ seq }) => seq > after);
  };
  const store = { audit: { status: () => ({ first: 1, last: 3 }), seqBefore: () => 0, listAfter, dismissed: () => [] } };
  const listeners: ((entries: unknown[]) => void)[] = [];
  const audit = { written: async () => undefined, onEntry: (listener: (entries: unknown[]) => void) => listeners.push(listener) };
  const views = createAuditViews({ audit, ports: { store, clock: { now: () => 5000 } } } as never);
  await expect(views.anomalies()).rejects.toThrow('The disk gave an error.');
  isBroken = false;
  expect(await Promise.all([views.anomalies(), views.anomalies()])).toEqual([[], []]);
  // One listener, however often it was asked.
  expect(listeners).toHaveLength(1);
});

it('misses nothing that comes while the log is being read', async () => {
  const entry = (seq: number) => ({ seq, at: 4000, kind: 'call', actor: { kind: 'app', name: 'Orrery' }, what: 'w', outcome: 'done' });
  const listeners: ((entries: unknown[]) => void)[] = [];
  const read = Promise.withResolvers<unknown[]>();
  let asked = 0;
  const listAfter = () => {
    asked += 1;
    return read.promise;
  };
  const store = { audit: { status: () => ({ first: 1, last: 1 }), seqBefore: async () => 0, listAfter, dismissed: () => [] } };
  const audit = { written: async () => undefined, onEntry: (listener: (entries: unknown[]) => void) => listeners.push(listener) };
  let now = 5000;
  const views = createAuditViews({ audit, ports: { store, clock: { now: () => now } } } as never);
  const first = views.anomalies();
  while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  const refused = Array.from({ length: 60 }, (_, i) => ({
    ...{ ...entry(2 + i), at: 5000, outcome: 'denied', kind: 'connection', actor: { kind: 'server', id: 's', name: 'S' } },
    details: { isRefused: true, host: 'evil.example', connection: `c${i}` },
  }));
  listeners[0]?.(refused);
  read.resolve([entry(1)]);
  const found = await first;
  expect(found.length).toBeGreaterThan(0);
  now += 1;
  expect(await views.anomalies()).toEqual(found);
});
