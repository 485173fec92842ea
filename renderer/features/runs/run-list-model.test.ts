import { describe, expect, it } from 'vitest';
import { type RunStatus, type RunSummary, runSummary } from '../../../shared/model/run.ts';
import { allRuns, matches, mergeRuns } from './run-list-model.ts';

const run = (number: number, status: RunStatus, title = 'Digest'): RunSummary =>
  runSummary.parse({
    id: `r${number}`,
    number,
    title,
    kind: 'workflow',
    workflow: 'w1',
    origin: { kind: 'manual', by: 'desktop' },
    status,
    startedAt: number * 1000,
    stepsDone: 0,
  });

describe('the list of runs', () => {
  it('puts new runs on top and changed ones in their place', () => {
    const merged = mergeRuns([run(2, 'running'), run(1, 'done')], [run(2, 'done'), run(3, 'running')], allRuns);
    expect(merged.map(({ number, status }) => [number, status])).toEqual([
      [3, 'running'],
      [2, 'done'],
      [1, 'done'],
    ]);
  });

  it('drops a run that no longer matches the filter', () => {
    const filter = { ...allRuns, status: 'running' as const };
    expect(mergeRuns([run(2, 'running')], [run(2, 'failed')], filter)).toEqual([]);
  });

  it('finds by title and by number', () => {
    expect(matches(run(42, 'done'), { ...allRuns, query: 'Run 42' })).toBe(true);
    expect(matches(run(42, 'done'), { ...allRuns, query: 'DIG' })).toBe(true);
    expect(matches(run(42, 'done'), { ...allRuns, query: '4' })).toBe(false);
    expect(matches(run(42, 'done'), { ...allRuns, workflow: 'other' })).toBe(false);
  });
});
