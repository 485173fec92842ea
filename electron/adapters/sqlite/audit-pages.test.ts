import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { ChainPage } from '../audit/chain.ts';
import { isSound, pageReader, pagesOf, pagesTable, pageWriter } from './audit-pages.ts';
import { openReadDb, openWriteDb } from './db.ts';
import { Health } from './health.ts';
import { withFolder } from './test-support.ts';

const lineAt = (at: number): string => JSON.stringify([at, 'call', 'x']);

it('puts lines together two hundred at a time, with the earliest and latest time of each page', () => {
  const times = [5, 3, 9];
  expect(pagesOf(times.map(lineAt))).toEqual([{ first_at: 3, last_at: 9, lines: times.map(lineAt).join('\n'), count: 3 }]);
  expect(pagesOf(Array.from({ length: 450 }, (_, i) => lineAt(i))).map((page) => [page.count, page.first_at, page.last_at])).toEqual([
    [200, 0, 199],
    [200, 200, 399],
    [50, 400, 449],
  ]);
  expect(pagesOf([])).toEqual([]);
});

it('calls a page sound whose numbers, times and brackets fit its lines', () => {
  const lines = [lineAt(5), lineAt(3)];
  const page: ChainPage = { first: 7, last: 8, first_at: 3, last_at: 5, key: 'k', mac: 'm', lines: lines.join('\n') };
  expect(isSound(page, lines)).toBe(true);
  for (const change of [
    { last: 9 },
    { first: 6 },
    { first_at: 4 },
    { last_at: 6 },
    { lines: `${page.lines} ` },
    { lines: ` ${page.lines}` },
  ])
    expect(isSound({ ...page, ...change }, lines), JSON.stringify(change)).toBe(false);
  expect(isSound({ ...page, first_at: Number.NaN }, ['[x', '3]'])).toBe(false);
});

it('reads pages from either end, however many, and only those that hold what is asked for', () =>
  withFolder((folder) => {
    const file = join(folder, 'pages.db');
    const db = new Database(file);
    db.pragma('journal_mode = wal');
    db.exec(pagesTable);
    db.close();
    const health = new Health(1000);
    const write = openWriteDb(file, health);
    const read = openReadDb(file, health);
    const put = pageWriter(write);
    const reader = pageReader(read);
    expect([reader.newest(), reader.holding(1), [...reader.after(0)], [...reader.before(9)].filter(Boolean)]).toEqual([
      undefined,
      undefined,
      [],
      [],
    ]);
    // Of three entries each: 1 to 3, 4 to 6, … with one missing.
    write.atomically(() => {
      for (let first = 1; first < 3000; first += 3)
        if (first !== 100)
          put({ first, last: first + 2, first_at: first, last_at: first + 2, key: 'k', mac: `m${first}`, lines: `line ${first}` });
    });
    const firsts = (pages: Iterable<ChainPage | undefined>) => [...pages].flatMap((page) => page?.first ?? []);
    const all = Array.from({ length: 1000 }, (_, i) => 1 + i * 3).filter((first) => first !== 100);
    expect(reader.newest()).toEqual({ last: 3000, mac: 'm2998' });
    expect([reader.holding(6)?.first, reader.holding(101)?.first, reader.holding(3001)?.first]).toEqual([4, undefined, undefined]);
    expect(firsts(reader.after(0))).toEqual(all);
    expect(firsts(reader.after(99))).toEqual(all.filter((first) => first > 100));
    expect(firsts(reader.after(2990))).toEqual([2989, 2992, 2995, 2998]);
    expect(firsts(reader.before(Number.MAX_SAFE_INTEGER))).toEqual(all.toReversed());
    expect(firsts(reader.before(5))).toEqual([4, 1]);
    expect(firsts(reader.before(3001, { sql: 'lines = ?', params: ['line 4'] }))).toEqual([4]);
    // Others have their turn also while nothing is found.
    expect([...reader.before(3001, { sql: 'lines = ?', params: ['none'] })].length).toBeGreaterThan(3);
    read.close();
    write.close();
    health.close();
  }));
