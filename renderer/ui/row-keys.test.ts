import { expect, it } from 'vitest';
import { keyTarget, tabStop } from './row-keys.ts';

it('is one stop for Tab, and arrows go from row to row', () => {
  expect(tabStop([0, 1, 2], [undefined, -1])).toBe(0);
  expect(tabStop([40, 41, 42], [2, 41])).toBe(41);
  expect(tabStop([], [3])).toBeUndefined();
  expect([keyTarget('ArrowDown', 3, 5), keyTarget('ArrowDown', 4, 5), keyTarget('ArrowUp', 0, 5)]).toEqual([4, 4, 0]);
  expect([keyTarget('End', 0, 5), keyTarget('Home', 4, 5), keyTarget('a', 0, 5)]).toEqual([4, 0, undefined]);
  expect(keyTarget('ArrowDown', Number.NaN, 5)).toBeUndefined();
});
