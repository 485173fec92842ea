// The log's own file: one that is taken away, exchanged, damaged or cannot be opened is found and told.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { Banner } from '../../../shared/model/system.ts';
import { auditLab, inThread, lines } from './audit-test-support.ts';

const lab = auditLab({ auditLimits: inThread });

it('finds that the file was taken away, or exchanged for an older one', async () => {
  const { audit } = lab;
  await lab.send(20, 1);
  await audit.anchor();
  await lab.reopen(() => copyFileSync(join(lab.folder, 'audit.db'), join(lab.folder, 'old.db')));
  await lab.send(20, 21);
  await lab.audit.anchor();
  // Whoever does it takes the anchor beside it, too.
  const take = (): void => {
    for (const name of ['audit.db', 'audit.db-wal', 'audit.db-shm', 'audit-anchor']) rmSync(join(lab.folder, name), { force: true });
  };
  await lab.reopen(() => {
    take();
    copyFileSync(join(lab.folder, 'old.db'), join(lab.folder, 'audit.db'));
  });
  expect((await lab.verify()).broken).toMatchObject({ fault: 'truncated', seq: 21, message: expect.stringContaining('orrery.db') });
  await lab.reopen(take);
  expect((await lab.verify()).broken).toMatchObject({ fault: 'truncated', seq: 1 });
  // And what is written after stands behind a gap.
  await lab.send(2, 1);
  expect((await lab.verify()).broken).toMatchObject({ fault: 'gap', seq: 1 });
});

it('finds a mark in orrery.db that was changed', async () => {
  await lab.send(20, 1);
  await lab.audit.anchor();
  await lab.reopen(() => lab.inFile('orrery.db', 'update audit_head set seq = 3'));
  expect((await lab.verify()).broken).toMatchObject({ fault: 'head', seq: 3 });
});

it('puts a damaged file aside, says so, and shows the gap', async () => {
  await lab.send(300, 1);
  await lab.audit.anchor();
  await lab.reopen(() => {
    const file = join(lab.folder, 'audit.db');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(7, 0, bytes.length));
  });
  const banners: Banner[][] = [];
  lab.opened.store.onBanner?.((each) => banners.push(each));
  expect(await lab.send(1, 301)).toEqual({ last: 302 });
  expect((await lab.verify()).broken).toMatchObject({ fault: 'gap', seq: 1 });
  expect(banners.at(-1)?.map((each) => each.id)).toContain('audit-damaged');
  const [aside = ''] = readdirSync(join(lab.folder, 'set-aside'));
  expect(readdirSync(join(lab.folder, 'set-aside', aside))).toContain('audit.db');
  expect(lab.opened.check()).toEqual([]);
});

it('tells who sends that its file cannot be opened, and opens it once it can', async () => {
  await lab.reopen(() => {
    for (const end of ['', '-wal', '-shm']) rmSync(join(lab.folder, `audit.db${end}`), { force: true });
    mkdirSync(join(lab.folder, 'audit.db'));
  });
  expect(await lab.send(3, 1)).toMatchObject({ error: { code: 'database-unreachable' } });
  expect(lab.opened.check()).toEqual(['audit.db: The database file cannot be opened.']);
  rmdirSync(join(lab.folder, 'audit.db'));
  expect(await lab.send(3, 1)).toEqual({ last: 3 });
});

it('is not put aside for what is wrong with orrery.db', async () => {
  await lab.send(5, 1);
  await lab.reopen(() => {
    // Too large for a look at all of it when it is opened.
    lab.inFile('orrery.db', 'create table filler (b blob); insert into filler values (zeroblob(6000000))');
    const db = new Database(join(lab.folder, 'orrery.db'));
    db.pragma('wal_checkpoint(truncate)');
    const page = db.prepare("select rootpage from sqlite_schema where name = 'audit_pages'").pluck().get() as number;
    const size = db.pragma('page_size', { simple: true }) as number;
    db.close();
    const bytes = readFileSync(join(lab.folder, 'orrery.db'));
    writeFileSync(join(lab.folder, 'orrery.db'), bytes.fill(0xee, (page - 1) * size, page * size));
  });
  expect(await lab.send(3, 6)).toEqual({ last: 8 });
  expect(await lab.verify()).toMatchObject({ state: 'whole', last: 8 });
  expect(existsSync(join(lab.folder, 'set-aside'))).toBe(false);
});

it('costs nothing before it is needed', async () => {
  await lab.reopen(() => rmSync(join(lab.folder, 'audit.db'), { force: true }));
  expect(existsSync(join(lab.folder, 'audit.db'))).toBe(false);
  lab.opened.store.settings.get();
  expect(existsSync(join(lab.folder, 'audit.db'))).toBe(false);
  lab.audit.append(lines(1));
  expect(existsSync(join(lab.folder, 'audit.db'))).toBe(true);
});
