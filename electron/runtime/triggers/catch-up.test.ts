import { expect, test } from 'vitest';
import { catchUp } from './catch-up.ts';

const minute = 60_000;
const now = 1000 * minute;
const at = (...minutesAgo: number[]): number[] => minutesAgo.map((each) => now - each * minute);

test('what is at most a minute late is on time whatever the rule', () => {
  for (const rule of ['skip', 'once', 'all'] as const) expect(catchUp(at(1, 0), rule, now, 0)).toEqual({ run: at(1, 0), missed: [] });
});

test('skip runs none that were missed, once the newest, all each', () => {
  const times = at(30, 20, 10, 0);
  expect(catchUp(times, 'skip', now, 0)).toEqual({ run: at(0), missed: at(30, 20, 10).map((each) => ({ at: each, why: 'rule' })) });
  expect(catchUp(times, 'once', now, 0)).toEqual({ run: at(10, 0), missed: at(30, 20).map((each) => ({ at: each, why: 'stands-for' })) });
  expect(catchUp(times, 'all', now, 0)).toEqual({ run: times, missed: [] });
});

test('once runs nothing when one that is newer ran already', () => {
  expect(catchUp(at(30, 20), 'once', now, 0, now - 10 * minute).run).toEqual([]);
});

test('all stops at the newest thousand', () => {
  const times = Array.from({ length: 1500 }, (_, index) => now - (2000 - index) * minute);
  const { run, missed } = catchUp(times, 'all', now, 0 - 1e9);
  expect([run.length, missed.length, run[0], missed[0]?.why]).toEqual([1000, 500, times[500], 'too-many']);
});

test('what was accounted for already is missed again by no rule', () => {
  expect(catchUp(at(30, 20), 'all', now, now - 25 * minute)).toEqual({
    run: at(20),
    missed: [{ at: now - 30 * minute, why: 'passed-before' }],
  });
});
