import { expect, it } from 'vitest';
import type { Change } from '../../../shared/model/change.ts';
import { byStep, setTitle, verbOf } from './words.ts';

const change = (step: string | undefined, title = 'a') => ({ step, title }) as Change;

it('says what happened by what was there before and after', () => {
  expect(verbOf({ before: null, after: 'x' })).toBe('made');
  expect(verbOf({ before: 'x', after: null })).toBe('deleted');
  expect(verbOf({ before: 'x', after: 'y' })).toBe('changed');
  expect(verbOf({ kind: 'grant', before: 'x', after: null })).toBe('revoked');
  expect(verbOf({ op: 'move', before: null, after: null })).toBe('moved');
  expect(verbOf({ op: 'create-folder', before: null, after: null })).toBe('madeFolder');
});

it('names a set by its run, else by its first things', () => {
  expect(setTitle({ runTitle: 'Weekly review', titles: ['a'], count: 1 })).toBe('Weekly review');
  expect(setTitle({ titles: ['a'], count: 1 })).toBe('a');
  expect(setTitle({ titles: ['a', 'b', 'c'], count: 9 })).toBe('a, b, c, …');
});

it('groups changes by step in their order; steps of one change each stand together', () => {
  const groups = byStep([change('one'), change('one', 'b'), change('two'), change('one', 'c')]);
  expect(groups.map((each) => [each.step, each.changes.length])).toEqual([
    ['one', 2],
    [undefined, 2],
  ]);
});
