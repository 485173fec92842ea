import { expect, it } from 'vitest';
import { countOf, rowAt, rowCount } from './planned.ts';

const plan = { counts: { ready: 4000, conflict: 900, cannot: 100, already: 3, undone: 0 }, beside: 600 };

it('counts what will be undone by the choice for all and by those that have their own', () => {
  expect(countOf(plan, { otherwise: 'keep', own: {} })).toBe(4000);
  expect(countOf(plan, { otherwise: 'keep', own: { a: { choice: 'restore', beside: true }, b: { choice: 'keep', beside: true } } })).toBe(
    4001,
  );
  expect(countOf(plan, { otherwise: 'restore', own: { a: { choice: 'keep', beside: false } } })).toBe(4899);
  const own = { a: { choice: 'keep', beside: true }, b: { choice: 'restore', beside: false } } as const;
  expect(countOf(plan, { otherwise: 'beside', own })).toBe(4600);
});

it('has a row for each change below the heading of its state: what needs a person first, the rest last', () => {
  expect(rowCount(plan)).toBe(5003);
  expect([0, 1, 900, 901, 1001, 1002, 1003, 5002, 5003].map((index) => rowAt(plan, index))).toEqual([
    { kind: 'head', state: 'conflict' },
    { kind: 'item', state: 'conflict', place: 0 },
    { kind: 'item', state: 'conflict', place: 899 },
    { kind: 'head', state: 'cannot' },
    { kind: 'item', state: 'cannot', place: 99 },
    { kind: 'head', state: 'ready' },
    { kind: 'item', state: 'ready', place: 0 },
    { kind: 'item', state: 'ready', place: 3999 },
    undefined,
  ]);
  expect(rowCount({ counts: { ready: 0, conflict: 0, cannot: 0, already: 2, undone: 1 } })).toBe(0);
});
