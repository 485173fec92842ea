// The check of both databases on a thread of its own: whole, with what is wrong by file and table, and over when its time is.

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { checkDatabases } from './check.ts';
import { withFolder, withStore } from './test-support.ts';

it('checks every table of both while the host has them open', () =>
  withStore(async ({ store }, folder) => {
    store.memory.put({ id: 'm-1' as never, text: 'words', tags: [], source: { kind: 'person' }, createdAt: 1, updatedAt: 1 });
    const { problems, done, of } = await checkDatabases(folder, 30_000);
    expect(problems).toEqual([]);
    expect(done).toBe(of);
    expect(of).toBeGreaterThan(20);
  }));

it('names what is damaged, in its file', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'orrery.db');
    const db = new Database(file);
    db.exec('create table notes (id integer primary key, text text); create index by_text on notes (text)');
    const put = db.prepare('insert into notes (text) values (?)');
    db.transaction(() => {
      for (let i = 0; i < 2000; i += 1) put.run(`note ${i}`);
    })();
    db.close();
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, 4096 * 4);
    closeSync(handle);
    const { problems } = await checkDatabases(folder, 30_000);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((text) => text.startsWith('orrery.db: ') || text.includes('database'))).toBe(true);
  }));

it('says how far it came when the time is over', () =>
  withStore(async (_opened, folder) => {
    const { problems, done, of } = await checkDatabases(folder, 0);
    expect(problems).toEqual([]);
    // The thread had not even begun.
    expect([done, of]).toEqual([0, 0]);
  }));
