// What rides goes with the next transaction of anyone, comes back when that fails, and is never lost by closing.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openWriteDb, type WriteDb } from './db.ts';
import { Health } from './health.ts';

let folder: string;
let file: string;
let write: WriteDb;
let health: Health;
let put: ReturnType<WriteDb['change']>;
/** As another program sees it: what is committed. */
const kept = (): number[] => {
  const db = new Database(file, { readonly: true });
  try {
    return db
      .prepare<[], { n: number }>('select n from t order by rowid')
      .all()
      .map(({ n }) => n);
  } finally {
    db.close();
  }
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-riders-'));
  file = join(folder, 't.db');
  new Database(file).exec('create table t (n integer not null)').close();
  health = new Health(60_000);
  write = openWriteDb(file, health);
  put = write.change('insert into t (n) values (?)');
});
afterEach(() => {
  write.close();
  health.close();
  rmSync(folder, { recursive: true, force: true });
});

it('goes with the next transaction, after its own work', () => {
  write.ride(() => void put.run(2));
  expect(kept()).toEqual([]);
  write.atomically(() => void put.run(1));
  expect(kept()).toEqual([1, 2]);
});

it('goes by itself when none comes by', async () => {
  write.ride(() => void put.run(1));
  await vi.waitFor(() => expect(kept()).toEqual([1]), { timeout: 5_000 });
});

it('a transaction that fails takes it back, and the next one has it, once and in order', () => {
  write.ride(() => void put.run(1));
  expect(() =>
    write.atomically(() => {
      throw new Error('no');
    }),
  ).toThrow();
  expect(() => write.atomically(() => write.change('insert into t (n) values (null)').run())).toThrow();
  expect(kept()).toEqual([]);
  write.ride(() => void put.run(2));
  write.settleRiders();
  write.settleRiders();
  expect(kept()).toEqual([1, 2]);
});

it('one that cannot be done costs nobody else', () => {
  write.ride(() => void write.change('insert into t (n) values (null)').run());
  write.ride(() => void put.run(2));
  write.atomically(() => void put.run(1));
  expect(kept()).toEqual([1, 2]);
});

it('is written when the database is closed', () => {
  write.ride(() => void put.run(1));
  write.close();
  expect(kept()).toEqual([1]);
  write = openWriteDb(file, health);
});
