import { expect, it } from 'vitest';
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
  const audit = { flush: () => undefined, onEntry: () => () => undefined, verify: async () => undefined };
  const views = createAuditViews({ audit, ports: { store, clock: { now: () => 5000 } } } as never);
  expect((await views.report(0, undefined, undefined)).ran).toMatchObject({ runs: 1300, workflows: [{ title: 'Digest', count: 1300 }] });
  expect((await views.report(1010, 1020, undefined)).ran.runs).toBe(70);
});
