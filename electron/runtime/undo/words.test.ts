import { expect, it } from 'vitest';
import type { Change } from '../../../shared/model/change.ts';
import { differences, undoWords, whatWords } from './words.ts';

type Told = Parameters<typeof whatWords>[0];
const change = (more: Partial<Told>): Told =>
  ({ kind: 'file', title: 'a.md', target: '/n/a.md', before: null, after: null, ...more }) as Told;
const image = 'h' as unknown as NonNullable<Change['before']>;

it.each([
  ['made', { after: image }, 'Made the file a.md', 'Removes the file a.md'],
  ['changed', { before: image, after: image }, 'Changed the file a.md', 'Puts the file a.md back as it was'],
  ['deleted', { before: image }, 'Deleted the file a.md', 'Brings back the file a.md'],
  ['moved', { op: 'move', from: '/o/a.md' }, 'Moved /o/a.md to /n/a.md', 'Moves a.md back to /o/a.md'],
  ['made a folder', { op: 'create-folder' }, 'Made the folder a.md', 'Removes the folder a.md if it is empty'],
  ['deleted a folder', { op: 'remove-folder' }, 'Deleted the empty folder a.md', 'Makes the folder a.md again'],
  ['let in', { kind: 'client', after: image }, 'Let the program a.md in', 'Lets the program a.md in no more'],
  ['revoked', { kind: 'client', before: image }, 'Revoked the program a.md', 'Lets the program a.md in again'],
] as [string, Partial<Told>, string, string][])('%s: what happened, and what undoing it will do', (_what, more, happened, undone) => {
  expect(whatWords(change(more))).toBe(happened);
  expect(undoWords(change(more))).toBe(undone);
});

it('differences are told at their deepest place; things with ids are paired by them, plain lists by what came and went', () => {
  const before = {
    name: 'A',
    nodes: [
      { id: 'x', at: 1 },
      { id: 'y', at: 2 },
    ],
    tags: ['one', 'two'],
  };
  const after = {
    name: 'B',
    nodes: [
      { id: 'y', at: 3 },
      { id: 'x', at: 1 },
    ],
    tags: ['two', 'three'],
    more: true,
  };
  expect(differences(before, after)).toEqual([
    { path: 'name', before: 'A', after: 'B' },
    { path: 'nodes[y].at', before: '2', after: '3' },
    { path: 'tags', before: 'one' },
    { path: 'tags', after: 'three' },
    { path: 'more', after: 'true' },
  ]);
  expect(differences(before, structuredClone(before))).toEqual([]);
  expect(differences('x'.repeat(500), undefined)[0]?.before).toHaveLength(401);
});
