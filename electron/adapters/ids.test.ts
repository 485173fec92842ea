import { expect, test } from 'vitest';
import { runId } from '../../shared/model/ids.ts';
import { timeSortedIds } from './ids.ts';

test('ids are unique, fit the id shapes, and each is greater than the one before, also when the clock jumps back', () => {
  let time = 1_800_000_000_000;
  const ids = timeSortedIds(() => time);
  const made: string[] = [];
  for (let i = 0; i < 20_000; i += 1) {
    if (i === 5000) time += 1;
    if (i === 10_000) time -= 3_600_000;
    made.push(ids.next());
  }
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
  expect(made.every((id) => id.length === 26 && runId.safeParse(id).success)).toBe(true);
});

test('ids of different times sort by time; two makers never meet', () => {
  const early = timeSortedIds(() => 1_000).next();
  const late = timeSortedIds(() => 2_000_000_000_000).next();
  expect(early < late).toBe(true);
  const [a, b] = [timeSortedIds(() => 5), timeSortedIds(() => 5)];
  expect(new Set(Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? a : b).next())).size).toBe(2000);
});
