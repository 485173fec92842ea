// What was overwritten must not be left in the write-ahead log: it is emptied at once, or as soon as nobody reads it any more.

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openWriteDb, type WriteDb } from './db.ts';
import { Health } from './health.ts';

let folder: string;
let file: string;
let health: Health;
let write: WriteDb;
const logSize = (): number => statSync(`${file}-wal`).size;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-empty-log-'));
  file = join(folder, 'a.db');
  health = new Health(60_000);
  const db = new Database(file);
  db.pragma('journal_mode = wal');
  db.exec('create table t (id integer primary key, body text not null) strict');
  db.close();
  write = openWriteDb(file, health);
});
afterEach(() => {
  write.close();
  health.close();
  rmSync(folder, { recursive: true, force: true });
});

it('is empty at once where nobody reads', () => {
  write.change('insert into t (body) values (?)').run('an old envelope');
  expect(logSize()).toBeGreaterThan(0);
  write.emptyLog();
  expect(logSize()).toBe(0);
});

it('is emptied as soon as who still reads it has ended', async () => {
  const insert = write.change('insert into t (body) values (?)');
  insert.run('something');
  insert.run('something more');
  const reader = new Database(file, { readonly: true });
  try {
    const rows = reader.prepare('select id from t').iterate();
    rows.next();
    insert.run('an old envelope');
    write.emptyLog();
    expect(readFileSync(`${file}-wal`).includes('an old envelope')).toBe(true);
    rows.return?.();
  } finally {
    reader.close();
  }
  await vi.waitFor(() => expect(logSize()).toBe(0), { timeout: 20_000, interval: 50 });
});
