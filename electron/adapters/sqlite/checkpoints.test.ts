// The write-ahead log is copied back by a thread while much is written, and by nobody else's leave; nothing is lost when it is not there.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type CheckpointLimits, checkpointsBeside } from './checkpoints.ts';
import { openWriteDb, type WriteDb } from './db.ts';
import { Health } from './health.ts';
import { openStore } from './open.ts';

let folder: string;
let file: string;
let health: Health;
let write: WriteDb;
let close: (() => Promise<void>) | undefined;

function open(limits: CheckpointLimits): (n: number) => void {
  write = openWriteDb(file, health);
  close = checkpointsBeside(file, write, limits).close;
  const insert = write.change('insert into t (body) values (?)');
  return (n) => void Array.from({ length: n }, (_, i) => insert.run(`${i} ${'x'.repeat(500)}`));
}
/** Rows that the database file alone holds, without its log. */
function rowsOf(name: string): number {
  const alone = join(folder, name);
  copyFileSync(file, alone);
  const db = new Database(alone);
  try {
    return (db.prepare('select count(*) as n from t').get() as { n: number }).n;
  } finally {
    db.close();
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-checkpoints-'));
  file = join(folder, 'a.db');
  health = new Health(60_000);
  const db = new Database(file);
  db.pragma('journal_mode = wal');
  db.exec('create table t (id integer primary key, body text not null) strict');
  db.close();
});
afterEach(async () => {
  await close?.();
  close = undefined;
  write.close();
  health.close();
  rmSync(folder, { recursive: true, force: true });
});

it('copies while much is written, long before the main thread would', async () => {
  const add = open({ commits: 10, busyMs: 60_000, idleMs: 60_000 });
  add(30);
  let tries = 0;
  await vi.waitFor(
    () => {
      add(10);
      tries += 1;
      expect(rowsOf(`alone-${tries}.db`)).toBeGreaterThan(0);
    },
    { timeout: 30_000, interval: 50 },
  );
});

it('leaves a quiet app as it was: nothing is copied, and there is no thread', async () => {
  const add = open({ commits: 10, busyMs: 0, idleMs: 60_000 });
  add(100);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(rowsOf('alone.db')).toBe(0);
});

it('keeps away while the log is emptied, whatever it was doing', () => {
  const add = open({ commits: 1, busyMs: 60_000, idleMs: 60_000 });
  for (let i = 0; i < 20; i += 1) {
    add(20);
    write.emptyLog();
    expect(statSync(`${file}-wal`).size).toBe(0);
  }
});

it('ends when it has had nothing to do for a while, begins again, and leaves no log behind', async () => {
  const add = open({ commits: 5, busyMs: 60_000, idleMs: 20 });
  for (let i = 0; i < 5; i += 1) {
    add(20);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await close?.();
  close = undefined;
  expect(write.changeReturning<{ n: number }>('select count(*) as n from t').get()?.n).toBe(100);
  write.close();
  expect(rowsOf('alone.db')).toBe(100);
  write = openWriteDb(file, health);
});

it('is emptied as soon as who still reads it has ended', async () => {
  const add = open({ commits: 1, busyMs: 60_000, idleMs: 60_000 });
  add(3);
  const reader = new Database(file, { readonly: true });
  try {
    const rows = reader.prepare('select id from t').iterate();
    rows.next();
    write.change('insert into t (body) values (?)').run('an old envelope');
    write.emptyLog();
    expect(readFileSync(`${file}-wal`).includes('an old envelope')).toBe(true);
    rows.return?.();
  } finally {
    reader.close();
  }
  await vi.waitFor(() => expect(statSync(`${file}-wal`).size).toBe(0), { timeout: 20_000, interval: 50 });
});

it.runIf(process.platform === 'linux')('has let go of the file when its store is closed, whatever went wrong in closing it', async () => {
  const opened = openStore({ folder, checkpointLimits: { commits: 1, busyMs: 60_000, idleMs: 60_000 } });
  for (let i = 0; i < 5; i += 1) opened.store.settings.put(opened.store.settings.get());
  const held = (): string[] =>
    readdirSync('/proc/self/fd')
      .map((fd) => readlinkSafe(join('/proc/self/fd', fd)))
      .filter((each) => each.startsWith(join(folder, 'orrery.db')));
  const before = held().length;
  // The thread has opened it too.
  await vi.waitFor(() => expect(held().length).toBeGreaterThan(before), { timeout: 20_000, interval: 10 });
  Object.assign(opened.store.runs, { close: () => Promise.reject(new Error('The disk refused.')) });
  await expect(opened.close()).rejects.toThrow('refused');
  expect(held()).toEqual([]);
  expect(existsSync(join(folder, 'orrery.db-wal'))).toBe(false);
});
function readlinkSafe(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

it('is waited for by a process that has nothing else to do', () => {
  const program = `
    import { checkpointsBeside } from ${JSON.stringify(new URL('./checkpoints.ts', import.meta.url).href)};
    import { openWriteDb } from ${JSON.stringify(new URL('./db.ts', import.meta.url).href)};
    import { Health } from ${JSON.stringify(new URL('./health.ts', import.meta.url).href)};
    const health = new Health(60_000);
    const write = openWriteDb(${JSON.stringify(file)}, health);
    const { close } = checkpointsBeside(${JSON.stringify(file)}, write, { commits: 1, busyMs: 60_000, idleMs: 60_000 });
    const insert = write.change('insert into t (body) values (?)');
    for (let i = 0; i < 5; i += 1) insert.run('x');
    health.close();
    await close();
    write.close();
    console.log('closed');`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(stdout.trim()).toBe('closed');
  write = openWriteDb(file, health);
});
