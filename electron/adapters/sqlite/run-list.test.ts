// Every filter by itself and together with others gives what a plain look at all runs gives, whichever index it takes.

import { expect, test } from 'vitest';
import type { ConversationId, JobId, RunId, WorkflowId } from '../../../shared/model/ids.ts';
import { isRunOver, type RunOrigin, type RunSummary } from '../../../shared/model/run.ts';
import type { RunFilter } from '../../runtime/ports.ts';
import type { OpenedStore } from './open.ts';
import { newRun, withStore } from './test-support.ts';

const origins: RunOrigin[] = [
  { kind: 'manual', by: 'desktop' },
  { kind: 'chat', conversation: 'c' as ConversationId },
  { kind: 'sub-workflow', run: 'run0' as RunId, step: 'call#1' },
  { kind: 'job', job: 'j1' as JobId, dueAt: 77 },
  { kind: 'job', job: 'j2' as JobId },
  { kind: 'fork', run: 'run1' as RunId, step: 's', by: 'cli' },
  { kind: 'fork', run: 'run1' as RunId, by: 'headless' },
  { kind: 'replay', run: 'run2' as RunId, by: 'desktop' },
];

async function fill({ store }: OpenedStore): Promise<RunSummary[]> {
  for (let i = 0; i < 120; i += 1) {
    const id = `run${i}` as RunId;
    store.runs.create(
      newRun(id, {
        // Four share each time.
        startedAt: 1000 + Math.floor(i / 4),
        title: i % 3 === 0 ? `Daily report ${i % 5}` : `Chat number ${i}`,
        kind: i % 3 === 0 ? 'workflow' : 'turn',
        ...(i % 3 === 0 ? { workflow: `w${i % 2}` as WorkflowId } : {}),
        origin: origins[i % origins.length] as RunOrigin,
      }),
      { isQueued: i % 6 === 5 },
    );
    if (i % 4 === 1) void store.runs.append(id, { type: 'run-status', at: 1, status: i % 8 === 1 ? 'paused' : 'waiting' });
    if (i % 4 === 2) void store.runs.append(id, { type: 'run-end', at: 1, status: i % 8 === 2 ? 'done' : 'failed' });
  }
  await store.runs.flush();
  return store.runs.list({ limit: 1000 });
}

const matches = (run: RunSummary, filter: RunFilter): boolean =>
  (filter.before === undefined || run.startedAt < filter.before) &&
  (filter.since === undefined || run.startedAt >= filter.since) &&
  (filter.workflow === undefined || run.workflow === filter.workflow) &&
  (filter.kind === undefined || run.kind === filter.kind) &&
  (filter.status === undefined || filter.status.includes(run.status)) &&
  (filter.origin === undefined || filter.origin.includes(run.origin.kind)) &&
  (filter.job === undefined || (run.origin.kind === 'job' && run.origin.job === filter.job)) &&
  (filter.query === undefined || run.title.toLowerCase().includes(filter.query.trim().toLowerCase()));

const choices: { [Key in keyof RunFilter]?: RunFilter[Key][] } = {
  workflow: [undefined, 'w0' as WorkflowId],
  status: [undefined, ['failed'], ['queued', 'paused', 'running']],
  query: [undefined, 'REPORT', 'number 1', ' ', 'nothing like it'],
  kind: [undefined, 'turn'],
  origin: [undefined, ['job'], ['fork', 'replay', 'manual']],
  job: [undefined, 'j1' as JobId],
  before: [undefined, 1020],
  since: [undefined, 1005],
};

function everyFilter(): RunFilter[] {
  let all: RunFilter[] = [{ limit: 7 }];
  for (const [key, values] of Object.entries(choices)) all = all.flatMap((filter) => values.map((value) => ({ ...filter, [key]: value })));
  return all;
}

test('origins come back as they were given', () =>
  withStore(async (opened) => {
    const all = await fill(opened);
    expect(all).toHaveLength(120);
    const byId = new Map(all.map((run) => [run.id as string, run]));
    for (const [i, origin] of origins.entries()) expect(byId.get(`run${i}`)?.origin).toEqual(origin);
    expect(all.map((run) => run.number)).toEqual(Array.from({ length: 120 }, (_, i) => 120 - i));
    expect(
      opened.store.runs
        .listUnfinished()
        .map((run) => run.id)
        .sort(),
    ).toEqual(
      all
        .filter((run) => !isRunOver(run.status))
        .map((run) => run.id)
        .sort(),
    );
  }));

test('every filter, alone and with the others, page by page', () =>
  withStore(async (opened) => {
    const all = await fill(opened);
    const wrong: RunFilter[] = [];
    for (const filter of everyFilter()) {
      const expected = all.filter((run) => matches(run, filter)).map((run) => run.id);
      const found: string[] = [];
      for (let before = filter.before; ; ) {
        const page = opened.store.runs.list({ ...filter, before });
        found.push(...page.map((run) => run.id));
        before = page.at(-1)?.startedAt;
        if (before === undefined) break;
      }
      if (found.join() !== expected.join()) wrong.push(filter);
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  }));
