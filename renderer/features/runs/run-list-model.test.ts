import { describe, expect, it } from 'vitest';
import { type RunOrigin, type RunStatus, type RunSummary, runSummary } from '../../../shared/model/run.ts';
import { allRuns, countChoices, isFiltered, matches, mergeRuns, queryOf, spans, withoutFilters } from './run-list-model.ts';

const now = 1_000_000_000;
const run = (
  number: number,
  status: RunStatus,
  more: { title?: string; origin?: RunOrigin; startedAt?: number; kind?: 'turn' } = {},
): RunSummary =>
  runSummary.parse({
    id: `r${number}`,
    number,
    title: more.title ?? 'Digest',
    kind: more.kind ?? 'workflow',
    workflow: 'w1',
    origin: more.origin ?? { kind: 'manual', by: 'desktop' },
    status,
    startedAt: more.startedAt ?? number * 1000,
    stepsDone: 0,
  });

describe('the list of runs', () => {
  it('puts new runs on top and changed ones in their place', () => {
    const merged = mergeRuns([run(2, 'running'), run(1, 'done')], [run(2, 'done'), run(3, 'running')], allRuns, now);
    expect(merged.map(({ number, status }) => [number, status])).toEqual([
      [3, 'running'],
      [2, 'done'],
      [1, 'done'],
    ]);
  });

  it('drops a run that no longer matches the filter', () => {
    const filter = { ...allRuns, status: 'running' as const };
    expect(mergeRuns([run(2, 'running')], [run(2, 'failed')], filter, now)).toEqual([]);
  });

  it('keeps sessions of programs apart from turns of chats, in what is asked for and in what comes', () => {
    const session = run(1, 'done', { kind: 'turn', origin: { kind: 'client', client: 'Editor' } });
    const turn = run(2, 'done', { kind: 'turn', origin: { kind: 'chat', conversation: 'c1' as never } });
    const [sessions, turns] = [
      { ...allRuns, kind: 'session' as const },
      { ...allRuns, kind: 'turn' as const },
    ];
    expect([session, turn].map((each) => [matches(each, sessions, now), matches(each, turns, now)])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(queryOf(sessions, now)).toMatchObject({ kind: 'turn', origin: ['client'] });
    // A workflow that a program runs is a run of a workflow.
    expect(matches(run(3, 'done', { origin: { kind: 'client', client: 'Editor' } }), allRuns, now)).toBe(true);
  });

  it('finds by title and by number', () => {
    expect(matches(run(42, 'done'), { ...allRuns, query: 'Run 42' }, now)).toBe(true);
    expect(matches(run(42, 'done'), { ...allRuns, query: 'DIG' }, now)).toBe(true);
    expect(matches(run(42, 'done'), { ...allRuns, query: '4' }, now)).toBe(false);
    expect(matches(run(42, 'done'), { ...allRuns, workflow: 'other' }, now)).toBe(false);
  });

  it('keeps turns of chats apart from runs of workflows', () => {
    expect(matches(run(1, 'done', { kind: 'turn' }), allRuns, now)).toBe(false);
    expect(matches(run(1, 'done', { kind: 'turn' }), { ...allRuns, kind: 'turn' }, now)).toBe(true);
    expect(queryOf({ ...allRuns, kind: 'turn' }, now)).toEqual({ query: '', kind: 'turn', origin: ['chat', 'replay'] });
  });

  it('filters by what started a run and by when', () => {
    const forked = run(5, 'done', { origin: { kind: 'fork', run: 'r1' as never, by: 'desktop' } });
    expect(matches(forked, { ...allRuns, origin: 'fork' }, now)).toBe(true);
    expect(matches(forked, { ...allRuns, origin: 'job' }, now)).toBe(false);
    const filter = { ...allRuns, since: 'day' as const };
    expect(matches(run(6, 'done', { startedAt: now - spans.day + 1 }), filter, now)).toBe(true);
    expect(matches(run(6, 'done', { startedAt: now - spans.day - 1 }), filter, now)).toBe(false);
    expect(queryOf({ ...filter, origin: 'fork', status: 'failed' }, now)).toEqual({
      query: '',
      kind: 'workflow',
      status: ['failed'],
      origin: ['fork'],
      since: now - spans.day,
    });
  });

  it('says whether anything is left out, and goes back to all of a kind', () => {
    const filter = { ...allRuns, kind: 'turn' as const, status: 'done' as const, query: ' x' };
    expect([isFiltered(filter), countChoices(filter)]).toEqual([true, 1]);
    expect(withoutFilters(filter)).toEqual({ ...allRuns, kind: 'turn' });
    expect(isFiltered({ ...allRuns, query: '  ' })).toBe(false);
  });
});
