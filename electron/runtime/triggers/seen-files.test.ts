import { expect, test } from 'vitest';
import { isWithin } from './paths.ts';
import { compare, maxSeen, readSeen, type Seen, writeSeen } from './seen-files.ts';

test('a folder is compared with what it held', () => {
  const before: Seen = new Map([
    ['/a/gone', [1, 1]],
    ['/a/same', [1, 1]],
    ['/a/changed', [1, 1]],
  ]);
  const now: Seen = new Map([
    ['/a/same', [1, 1]],
    ['/a/changed', [5, 2]],
    ['/a/new', [4, 9]],
  ]);
  expect(compare(before, now).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'removed /a/gone',
    'added /a/new',
    'changed /a/changed',
  ]);
});

test('what is remembered survives being stored, and is bounded: older files of a huge folder are not new', () => {
  const seen: Seen = new Map(Array.from({ length: maxSeen + 10 }, (_, index) => [`/a/${index}`, [index, 1]]));
  const stored = JSON.parse(JSON.stringify(writeSeen(seen))) as ReturnType<typeof writeSeen>;
  const known = readSeen(stored);
  expect(known?.size).toBe(maxSeen);
  expect(compare(known ?? new Map(), seen)).toEqual([]);
  seen.set('/a/later', [maxSeen + 100, 1]);
  expect(compare(known ?? new Map(), seen).map((each) => each.path)).toEqual(['/a/later']);
  expect(readSeen({})).toBeUndefined();
});

test.each([
  ['/a/b', '/a/b', true],
  ['/a/b', '/a/b/c/d', true],
  ['/a/b', '/a/bc', false],
  ['/a/b', '/a/b/../c', false],
  ['/a/b', 'a/b', false],
  ['/', '/anything', true],
  ['C:\\Data', 'c:\\data\\in', true],
  ['C:\\Data', 'C:\\Database', false],
])('in %s lies %s: %s', (folder, path, isInside) => expect(isWithin(folder, path)).toBe(isInside));
