// The log of other times and places: what backups carry, and databases from before it had a file of its own, or pages.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { auditLab, inThread } from './audit-test-support.ts';
import { makeBackup, problemOf, restoreBackup } from './backups.ts';
import { openStore } from './open.ts';

const lab = auditLab({ auditLimits: inThread });

it('is in a backup; a restored one brings it where there is none, and leaves a newer one as it is', async () => {
  await lab.send(30, 1);
  await lab.audit.anchor();
  await lab.audit.seal({ maxEntries: 20 });
  const { name, file } = await makeBackup(lab.folder);
  expect(problemOf(file)).toBeUndefined();
  await lab.send(10, 31);
  await lab.audit.anchor();
  await lab.reopen(() => restoreBackup(lab.folder, name, Date.now()));
  expect(await lab.verify()).toMatchObject({ state: 'whole', first: 1, last: 40 });
  // On another machine: the key and the segments come with the folder, the log with the backup.
  await lab.audit.anchor();
  await lab.reopen(() => {
    for (const each of ['audit.db', 'audit.db-wal', 'audit.db-shm', 'audit-anchor']) rmSync(join(lab.folder, each), { force: true });
    restoreBackup(lab.folder, name, Date.now() + 1);
  });
  expect(await lab.verify()).toMatchObject({ state: 'whole', first: 1, last: 30 });
  expect(await lab.send(1, 31)).toEqual({ last: 31 });
  await lab.reopen();
  expect(await lab.verify()).toMatchObject({ state: 'whole', last: 31 });
  const db = new Database(join(lab.folder, 'orrery.db'), { readonly: true });
  expect(db.prepare('select count(*) as n from audit_pages').get()).toEqual({ n: 0 });
  db.close();
});

it('takes over the log of a database from before, chain and all', async () => {
  const fixture = (end: string) => readFileSync(new URL(`../../../tests/fixtures/audit/before-0140.${end}`, import.meta.url));
  await lab.reopen(() => {
    for (const each of readdirSync(lab.folder)) rmSync(join(lab.folder, each), { recursive: true });
    writeFileSync(join(lab.folder, 'orrery.db'), gunzipSync(fixture('db.gz')));
    for (const end of ['secret', 'anchor']) writeFileSync(join(lab.folder, `audit-${end}`), fixture(end), { mode: 0o600 });
  });
  expect(existsSync(join(lab.folder, 'audit.db'))).toBe(false);
  expect(await lab.verify()).toMatchObject({ state: 'whole', first: 1, last: 25, checked: 25 });
  expect(await lab.send(2, 26)).toEqual({ last: 27 });
  await lab.reopen();
  expect(await lab.verify()).toMatchObject({ state: 'whole', last: 27 });
  // Taken over once: what would be put there later is not believed.
  await lab.reopen(() =>
    lab.inFile(
      'orrery.db',
      "insert into audit_entries select 28, 1, 'call', 'app', null, 'x', 'x', 'done', '', null, null, null, null, 'folder-x', 'x'",
    ),
  );
  expect(await lab.verify()).toMatchObject({ state: 'whole', last: 27 });
});

/** The log as it was written before entries of one commit were one page: of before-0140, in a file of its own. */
function putLogOfRows(): void {
  const fixture = (end: string) => readFileSync(new URL(`../../../tests/fixtures/audit/before-0140.${end}`, import.meta.url));
  writeFileSync(join(lab.folder, 'old.db'), gunzipSync(fixture('db.gz')));
  for (const end of ['secret', 'anchor']) writeFileSync(join(lab.folder, `audit-${end}`), fixture(end), { mode: 0o600 });
  for (const end of ['', '-wal', '-shm']) rmSync(join(lab.folder, `audit.db${end}`), { force: true });
  const db = new Database(join(lab.folder, 'audit.db'));
  db.pragma('journal_mode = wal');
  db.prepare('attach ? as old').run(join(lab.folder, 'old.db'));
  const made = db
    .prepare("select sql from old.sqlite_schema where name like 'audit_%' and type <> 'trigger' and name not like '%dismissed'")
    .pluck()
    .all() as string[];
  for (const sql of made) db.exec(sql);
  for (const table of ['audit_entries', 'audit_segments', 'audit_head']) db.exec(`insert into main.${table} select * from old.${table}`);
  for (const sql of db
    .prepare("select sql from old.sqlite_schema where name like 'audit_%' and type = 'trigger'")
    .pluck()
    .all() as string[])
    db.exec(sql);
  db.pragma('user_version = 1');
  db.close();
  rmSync(join(lab.folder, 'old.db'));
}

it('a log of before entries of one commit were one page is taken over whole, and what was changed in it is found', async () => {
  await lab.reopen(putLogOfRows);
  expect(await lab.verify()).toMatchObject({ state: 'whole', first: 1, last: 25, checked: 25 });
  expect(await lab.send(30, 26)).toEqual({ last: 55 });
  expect(lab.audit.list({ limit: 500 })).toHaveLength(55);
  await lab.reopen();
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 55 });
  await lab.reopen(() => {
    putLogOfRows();
    lab.inFile('audit.db', "drop trigger audit_no_update; update audit_entries set reason = reason || ' ' where seq = 7");
  });
  expect((await lab.verify()).broken).toMatchObject({ seq: 7, fault: 'edited', message: expect.stringContaining('Entry 7,') });
});

it('a log of rows whose numbers no entry can have is taken over as it is, and they are found', async () => {
  await lab.reopen(() => {
    putLogOfRows();
    lab.inFile(
      'audit.db',
      `drop trigger audit_no_update;
       update audit_entries set at = 9223372036854775807 where seq = 7;
       update audit_entries set seq = 9007199254740993 where seq = 24;
       update audit_entries set seq = 9007199254740992 where seq = 25`,
    );
  });
  expect((await lab.verify()).broken).toMatchObject({ seq: 7, fault: 'edited' });
  expect(lab.audit.list({ limit: 500, text: '' }).length).toBeGreaterThan(20);
  expect(existsSync(join(lab.folder, 'set-aside'))).toBe(false);
});

it('a backup that is made while the log is still one of rows carries them', async () => {
  await lab.reopen(putLogOfRows);
  const { name } = await makeBackup(lab.folder);
  await lab.opened.close();
  putLogOfRows();
  const older = await makeBackup(lab.folder);
  expect(older.name).not.toBe(name);
  for (const end of ['', '-wal', '-shm']) rmSync(join(lab.folder, `audit.db${end}`), { force: true });
  restoreBackup(lab.folder, older.name, Date.now() + 1);
  await lab.reopen();
  expect(await lab.verify()).toMatchObject({ state: 'whole', first: 1, last: 25, checked: 25 });
});

it('a database from before is backed up as it is, also beside a log of now', async () => {
  await lab.send(3, 1);
  await lab.opened.close();
  const before = gunzipSync(readFileSync(new URL('../../../tests/fixtures/audit/before-0140.db.gz', import.meta.url)));
  writeFileSync(join(lab.folder, 'orrery.db'), before);
  const { file } = await makeBackup(lab.folder);
  const db = new Database(file, { readonly: true });
  expect(db.prepare('select count(*) as n from audit_entries').get()).toEqual({ n: 25 });
  db.close();
  lab.opened = openStore({ folder: lab.folder, auditLimits: inThread });
});
