// What is committed without a wait for the disk: each commit outside of it syncs as ever, also one that must come first in the middle.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openWriteDb, type WriteDb } from './db.ts';
import { Health } from './health.ts';

const [normal, full] = [1, 2];
let folder: string;
let health: Health;
let write: WriteDb;
let put: ReturnType<WriteDb['change']>;
/** How commits are synced at this moment. */
let level: () => number | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-unsynced-'));
  const file = join(folder, 't.db');
  new Database(file).exec('create table t (n integer not null)').close();
  health = new Health(60_000);
  write = openWriteDb(file, health);
  put = write.change('insert into t (n) values (?)');
  const ask = write.changeReturning<{ synchronous: number }>('pragma synchronous');
  level = () => ask.get()?.synchronous;
});
afterEach(() => {
  write.close();
  health.close();
  rmSync(folder, { recursive: true, force: true });
});

it('commits do not wait for the disk inside it, and do so again after it, also when it throws', () => {
  expect(level()).toBe(full);
  expect(
    write.unsynced(() => {
      put.run(1);
      write.unsynced(() => put.run(2));
      return level();
    }),
  ).toBe(normal);
  expect(level()).toBe(full);
  expect(() =>
    write.unsynced(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(level()).toBe(full);
});

it('what must be there first is synced, before it and in the middle of it', () => {
  const seen: (number | undefined)[] = [];
  let isAsked = false;
  write.setFirst(() => {
    if (isAsked) return;
    isAsked = true;
    seen.push(level());
    isAsked = false;
  });
  write.unsynced(() => {
    put.run(1);
    write.atomically(() => put.run(2));
  });
  expect(seen).toEqual([full, full, full]);
  expect(level()).toBe(full);
});

it('inside a transaction it changes nothing: that one is synced', () => {
  write.atomically(() => write.unsynced(() => put.run(1)));
  expect(level()).toBe(full);
});
