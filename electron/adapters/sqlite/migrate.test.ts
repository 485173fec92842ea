import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { checksumOf, runSpan } from './journal-packs.ts';
import type { Migration } from './migrations/define-migration.ts';
import { migrations } from './migrations.generated.ts';
import { openStore } from './open.ts';
import { newRun, stepDone, withFolder } from './test-support.ts';

const adds = (version: number, sql: string): Migration => ({ version, name: `test-${version}`, up: (db) => db.exec(sql) });

const newest = migrations.at(-1)?.version;

const versionOf = (file: string): unknown => {
  const db = new Database(file, { readonly: true });
  try {
    return db.pragma('user_version', { simple: true });
  } finally {
    db.close();
  }
};

async function withRun(folder: string): Promise<void> {
  const opened = openStore({ folder });
  opened.store.runs.create(newRun('r'));
  await opened.store.runs.append('r' as RunId, stepDone('a')).durable;
  await opened.close();
}

test('the list is numbered by tens, upwards', () => {
  const versions = migrations.map((migration) => migration.version);
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  expect(versions.every((version) => version % 10 === 0)).toBe(true);
});

test('a step is made on a snapshot and swapped in; the database as it was stays as a backup', () =>
  withFolder(async (folder) => {
    await withRun(folder);
    const steps = [...migrations, adds(9020, 'create table extra (a text) strict')];
    const opened = openStore({ folder, migrations: steps });
    expect(opened.info.migrated).toMatchObject({ from: newest, to: 9020 });
    expect(opened.store.runs.readEvents('r' as RunId)).toHaveLength(2);
    await opened.close();
    expect(versionOf(opened.info.file)).toBe(9020);
    const backup = opened.info.migrated?.backup ?? '';
    expect(versionOf(backup)).toBe(newest);
    expect(existsSync(`${opened.info.file}.migrating`)).toBe(false);
  }));

test('what was only in the log of a killed host comes along', () =>
  withFolder(async (folder) => {
    await withRun(folder);
    const file = join(folder, 'orrery.db');
    const writer = new Database(file);
    writer.pragma('wal_autocheckpoint = 0');
    writer.exec("insert into agents values ('late', 'Late', '{}')");
    const [main, wal] = [readFileSync(file), readFileSync(`${file}-wal`)];
    writer.close();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(file, main);
    writeFileSync(`${file}-wal`, wal);
    const opened = openStore({ folder, migrations: [...migrations, adds(9020, 'create table extra (a text) strict')] });
    await opened.close();
    const db = new Database(file, { readonly: true });
    expect(db.prepare('select id from agents').all()).toEqual([{ id: 'late' }]);
    db.close();
  }));

test.each([
  ['throws', adds(9020, 'create table nonsense (')],
  ['breaks a reference', adds(9020, "insert into run_details values (4711, 1, '{}')")],
])('a step that %s leaves the database as it was', (_what, bad) =>
  withFolder(async (folder) => {
    await withRun(folder);
    const file = join(folder, 'orrery.db');
    const before = readFileSync(file);
    expect(() => openStore({ folder, migrations: [...migrations, bad] })).toThrow(expect.objectContaining({ code: 'migration-failed' }));
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.includes('migrating'))).toEqual([]);
    const opened = openStore({ folder });
    expect(opened.store.runs.readEvents('r' as RunId)).toHaveLength(2);
    await opened.close();
  }),
);

test('the five newest backups are kept, and one of the week before them', () =>
  withFolder(async (folder) => {
    await withRun(folder);
    const steps = [...migrations];
    for (const version of [9010, 9020, 9030, 9040, 9050, 9060, 9070]) {
      steps.push(adds(version, `create table extra_${version} (a text) strict`));
      await openStore({ folder, migrations: [...steps] }).close();
    }
    const versions = readdirSync(join(folder, 'backups')).map((name) => versionOf(join(folder, 'backups', name)));
    expect(versions.sort()).toEqual([9010, 9020, 9030, 9040, 9050, 9060]);
  }));

test('a database of the first version comes along with its runs, which are listed, found and read as before', () =>
  withFolder(async (folder) => {
    const first = openStore({ folder, migrations: migrations.slice(0, 1) });
    await first.close();
    const db = new Database(first.info.file);
    const add = db.prepare(
      "insert into runs (number, id, title, kind, origin_kind, origin_of, origin_step, status, started_at) values (?, ?, ?, 'workflow', ?, ?, ?, ?, ?)",
    );
    add.run(1, 'a', 'Morning digest', 'manual', 'cli', null, 'done', 1);
    add.run(2, 'b', 'Called', 'sub-workflow', 'a', 'call#1', 'waiting', 2);
    const json = JSON.stringify({ type: 'run-start', at: 1, inputs: {} });
    db.prepare('insert into journal (id, crc, event) values (?, ?, ?)').run(runSpan + 1, checksumOf('a' as RunId, 1, json), json);
    db.close();
    const { store, close, check } = openStore({ folder });
    expect(store.runs.list({ limit: 5 }).map(({ id, origin }) => [id, origin])).toEqual([
      ['b', { kind: 'sub-workflow', run: 'a', step: 'call#1' }],
      ['a', { kind: 'manual', by: 'cli' }],
    ]);
    expect(store.runs.list({ limit: 5, query: 'digest' }).map((run) => run.id)).toEqual(['a']);
    expect(store.runs.readEvents('a' as RunId)).toHaveLength(1);
    expect(check()).toEqual([]);
    await close();
  }));
