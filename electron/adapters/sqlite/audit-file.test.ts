// The log's own file and thread: what many entries at once do, what a killed process keeps, what backups and earlier databases carry,
// and that a file which is taken away, damaged or exchanged is found.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import { auditLine } from '../../../shared/model/audit-line.ts';
import type { Banner } from '../../../shared/model/system.ts';
import type { AuditWritten } from '../../runtime/audit-ports.ts';
import { chainAppender } from './audit-chain.ts';
import type { AuditThread, startAuditThread } from './audit-thread.ts';
import { makeBackup, problemOf, restoreBackup } from './backups.ts';
import { openWriteDb } from './db.ts';
import { Health } from './health.ts';
import { type OpenedStore, openStore } from './open.ts';

let folder: string;
let opened: OpenedStore;
/** Everything that is sent goes to the thread. */
const inThread = { threadFrom: 1, idleMs: 60_000 };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-audit-file-'));
  opened = openStore({ folder, auditLimits: inThread });
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const entries = (count: number, from = 1): (NewAuditEntry & { at: number })[] =>
  Array.from({ length: count }, (_, i) => ({
    at: 1_760_000_000_000 + from + i,
    kind: 'call',
    actor: { kind: 'agent', id: 'a', name: 'An “agent”\n' },
    what: `thing ${from + i}`,
    outcome: 'done',
    reason: 'é\u2028 \\ "quoted"',
    details: { n: from + i, deep: { list: [1, null, 'x'] } },
  }));
const lines = (count: number, from = 1): string[] => entries(count, from).map(({ at, ...entry }) => auditLine(entry, at));
const send = (count: number, from: number) => new Promise<AuditWritten>((resolve) => opened.store.audit.send(lines(count, from), resolve));
const verify = () => opened.store.audit.verify(undefined);
const numbers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
async function reopen(between: () => unknown = () => undefined): Promise<void> {
  await opened.close();
  await between();
  opened = openStore({ folder, auditLimits: inThread });
}
const inFile = (file: string, sql: string): void => {
  const db = new Database(join(folder, file));
  db.exec(sql);
  db.close();
};

it('writes in a thread what it writes without one: in order, chained, and found by who asks', async () => {
  const { audit } = opened.store;
  expect(audit.append(lines(3))).toBe(3);
  const answers: unknown[] = [];
  audit.send(lines(200, 4), (result) => answers.push(result));
  audit.send(lines(50, 204), (result) => answers.push(result));
  expect(answers).toEqual([]);
  // Who has to wait gets the answers of all before, in their order, and then its own.
  expect(audit.append(lines(2, 254))).toBe(255);
  expect(answers).toEqual([{ last: 203 }, { last: 253 }]);
  expect(await send(45, 256)).toEqual({ last: 300 });
  expect(audit.list({ limit: 500 }).map((each) => each.what)).toEqual(numbers(1, 300).map((n) => `thing ${301 - n}`));
  expect(audit.get(220)).toEqual({ seq: 220, ...entries(1, 220)[0] });
  expect(await verify()).toMatchObject({ state: 'whole', checked: 300, last: 300, faults: 0 });
  await reopen();
  opened.store.audit.append(lines(1, 301));
  expect(await verify()).toMatchObject({ state: 'whole', checked: 301 });
});

it('goes on with the vault’s key in the middle, seals while the thread writes, and gives the thread back', async () => {
  const kept = new Map<string, string>();
  await reopen();
  await opened.close();
  opened = openStore({ folder, auditLimits: { threadFrom: 1, idleMs: 20 } });
  await send(60, 1);
  opened.attachAuditVault({
    isBegun: () => true,
    getStatus: async () => ({ state: 'open', protection: 'keychain', message: '', entryCount: 0 }),
    readOwn: async (name) => kept.get(name),
    writeOwn: async (name, value) => void kept.set(name, value),
  });
  expect(await opened.store.audit.anchor()).toBe(true);
  const sealing = opened.store.audit.seal({ maxEntries: 50 });
  await send(60, 61);
  expect((await sealing).sealed).toBeGreaterThan(0);
  // Idle: the main thread writes again, and later the thread.
  await new Promise((resolve) => setTimeout(resolve, 60));
  opened.store.audit.append(lines(1, 121));
  expect(await send(3, 122)).toEqual({ last: 124 });
  expect(await verify()).toMatchObject({ state: 'whole', checked: 124, anchor: { where: 'vault', seq: 60 } });
});

it('refuses as a whole what the disk refuses, and takes it again', async () => {
  await send(5, 1);
  const lock = new Database(join(folder, 'audit.db'));
  lock.exec('begin immediate');
  const refused = await send(3, 6);
  expect(refused).toMatchObject({ error: { code: 'database-busy' } });
  lock.exec('rollback');
  lock.close();
  expect(await send(3, 6)).toEqual({ last: 8 });
  expect((await verify()).state).toBe('whole');
}, 30_000);

it('goes on without its thread when that ends, and forgets no batch that was not acknowledged', async () => {
  const threads: Worker[] = [];
  const note = (thread: Worker) => void threads.push(thread);
  process.on('worker', note);
  try {
    expect(await send(50, 1)).toEqual({ last: 50 });
    expect(threads).toHaveLength(1);
    const answer = send(5000, 51);
    await threads[0]?.terminate();
    const result = await answer;
    // All of it or nothing: who sent it is told which, and sends it again.
    const { last } = opened.store.audit.status();
    if ('error' in result) expect(result.error).toMatchObject({ code: 'audit-thread-gone', retryable: true });
    expect(last).toBe('error' in result ? 50 : 5050);
    expect(await send(20, last + 1)).toEqual({ last: last + 20 });
    expect(threads).toHaveLength(1);
    expect(await verify()).toMatchObject({ state: 'whole', last: last + 20 });
  } finally {
    process.off('worker', note);
  }
});

it('writes nothing twice that its thread had on disk when it ended without saying so', async () => {
  await opened.close();
  const gone = new AppError('audit-thread-gone', 'The thread ended.', { retryable: true });
  let end = (): void => undefined;
  // It commits two batches, answers the first of them only, and does not come to the third.
  const start: typeof startAuditThread = (file, from, lost) => {
    const write = openWriteDb(file, new Health(1000));
    const append = chainAppender(write);
    const waiting: Parameters<AuditThread['append']>[2][] = [];
    let at = from;
    let taken = 0;
    end = () => {
      write.close();
      lost(gone);
      for (const answered of waiting) answered(gone);
    };
    return {
      append(key, given, answered) {
        taken += 1;
        if (taken <= 2) at = append(at, key, given);
        if (taken === 1) answered(at);
        else waiting.push(answered);
      },
      settle: () => end(),
      close: async () => undefined,
    };
  };
  opened = openStore({ folder, auditLimits: { ...inThread, start } });
  const answers: unknown[] = [];
  for (const [count, from] of [
    [5, 1],
    [450, 6],
    [3, 456],
  ] as const)
    opened.store.audit.send(lines(count, from), (result) => answers.push(result));
  expect(answers).toEqual([{ last: 5 }]);
  end();
  expect(answers).toEqual([{ last: 5 }, { last: 455 }, { error: expect.objectContaining({ code: 'audit-thread-gone' }) }]);
  expect(opened.store.audit.append(lines(3, 456))).toBe(458);
  expect(opened.store.audit.list({ limit: 500 }).map((each) => each.what)).toEqual(numbers(1, 458).map((n) => `thing ${459 - n}`));
  expect(await verify()).toMatchObject({ state: 'whole', checked: 458 });
});

it('is written by the main thread where the computer gives no further one, and does not ask for it again at once', async () => {
  let tries = 0;
  await opened.close();
  const start = (): never => {
    tries += 1;
    throw new Error('ERR_WORKER_INIT_FAILED: EAGAIN');
  };
  opened = openStore({ folder, auditLimits: { ...inThread, start } });
  expect(await send(3, 1)).toEqual({ last: 3 });
  expect(await send(3, 4)).toEqual({ last: 6 });
  expect(tries).toBe(1);
});

it('loses no entry that was acknowledged when the process is killed', async () => {
  const program = join(folder, 'writer.ts');
  const source = (name: string) => JSON.stringify(new URL(`./${name}`, import.meta.url).href);
  writeFileSync(
    program,
    `import { openStore } from ${source('open.ts')};
import { auditLine } from ${source('../../../shared/model/audit-line.ts')};
const { store } = openStore({ folder: process.argv[2], auditLimits: { threadFrom: 1, idleMs: 60000 } });
let n = 0;
const next = () => {
  const batch = Array.from({ length: 40 }, () => auditLine({ kind: 'call', actor: { kind: 'app', name: 'x' }, what: 'w' + ++n, outcome: 'done', reason: '' }, 1));
  store.audit.send(batch, (result) => { process.stdout.write(result.last + '\\n'); next(); });
};
setInterval(() => undefined, 1000);
next();`,
  );
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (text) => {
    told += String(text);
    if (told.split('\n').length > 12) child.kill('SIGKILL');
  });
  await opened.close();
  await once(child, 'exit');
  opened = openStore({ folder });
  const acknowledged = Number(told.trim().split('\n').at(-1));
  expect(acknowledged).toBeGreaterThanOrEqual(400);
  const verdict = await verify();
  expect(verdict).toMatchObject({ state: 'whole', first: 1 });
  expect(verdict.last).toBeGreaterThanOrEqual(acknowledged);
}, 30_000);

it('finds that the file was taken away, or exchanged for an older one', async () => {
  const { audit } = opened.store;
  await send(20, 1);
  await audit.anchor();
  await reopen(() => copyFileSync(join(folder, 'audit.db'), join(folder, 'old.db')));
  await send(20, 21);
  await opened.store.audit.anchor();
  // Whoever does it takes the anchor beside it, too.
  const take = (): void => {
    for (const name of ['audit.db', 'audit.db-wal', 'audit.db-shm', 'audit-anchor']) rmSync(join(folder, name), { force: true });
  };
  await reopen(() => {
    take();
    copyFileSync(join(folder, 'old.db'), join(folder, 'audit.db'));
  });
  expect((await verify()).broken).toMatchObject({ fault: 'truncated', seq: 21, message: expect.stringContaining('orrery.db') });
  await reopen(take);
  expect((await verify()).broken).toMatchObject({ fault: 'truncated', seq: 1 });
  // And what is written after stands behind a gap.
  await send(2, 1);
  expect((await verify()).broken).toMatchObject({ fault: 'gap', seq: 1 });
});

it('finds a mark in orrery.db that was changed', async () => {
  await send(20, 1);
  await opened.store.audit.anchor();
  await reopen(() => inFile('orrery.db', 'update audit_head set seq = 3'));
  expect((await verify()).broken).toMatchObject({ fault: 'head', seq: 3 });
});

it('puts a damaged file aside, says so, and shows the gap', async () => {
  await send(300, 1);
  await opened.store.audit.anchor();
  await reopen(() => {
    const file = join(folder, 'audit.db');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(7, 0, bytes.length));
  });
  const banners: Banner[][] = [];
  opened.store.onBanner?.((each) => banners.push(each));
  expect(await send(1, 301)).toEqual({ last: 302 });
  expect((await verify()).broken).toMatchObject({ fault: 'gap', seq: 1 });
  expect(banners.at(-1)?.map((each) => each.id)).toContain('audit-damaged');
  const [aside = ''] = readdirSync(join(folder, 'set-aside'));
  expect(readdirSync(join(folder, 'set-aside', aside))).toContain('audit.db');
  expect(opened.check()).toEqual([]);
});

it('is in a backup; a restored one brings it where there is none, and leaves a newer one as it is', async () => {
  await send(30, 1);
  await opened.store.audit.anchor();
  await opened.store.audit.seal({ maxEntries: 20 });
  const { name, file } = await makeBackup(folder);
  expect(problemOf(file)).toBeUndefined();
  await send(10, 31);
  await opened.store.audit.anchor();
  await reopen(() => restoreBackup(folder, name, Date.now()));
  expect(await verify()).toMatchObject({ state: 'whole', first: 1, last: 40 });
  // On another machine: the key and the segments come with the folder, the log with the backup.
  await opened.store.audit.anchor();
  await reopen(() => {
    for (const each of ['audit.db', 'audit.db-wal', 'audit.db-shm', 'audit-anchor']) rmSync(join(folder, each), { force: true });
    restoreBackup(folder, name, Date.now() + 1);
  });
  expect(await verify()).toMatchObject({ state: 'whole', first: 1, last: 30 });
  expect(await send(1, 31)).toEqual({ last: 31 });
  await reopen();
  expect(await verify()).toMatchObject({ state: 'whole', last: 31 });
  const db = new Database(join(folder, 'orrery.db'), { readonly: true });
  expect(db.prepare('select count(*) as n from audit_pages').get()).toEqual({ n: 0 });
  db.close();
});

it('takes over the log of a database from before, chain and all', async () => {
  await opened.close();
  const fixture = (end: string) => readFileSync(new URL(`../../../tests/fixtures/audit/before-0140.${end}`, import.meta.url));
  rmSync(folder, { recursive: true, force: true });
  folder = mkdtempSync(join(tmpdir(), 'orrery-audit-file-'));
  writeFileSync(join(folder, 'orrery.db'), gunzipSync(fixture('db.gz')));
  for (const end of ['secret', 'anchor']) writeFileSync(join(folder, `audit-${end}`), fixture(end), { mode: 0o600 });
  opened = openStore({ folder, auditLimits: inThread });
  expect(existsSync(join(folder, 'audit.db'))).toBe(false);
  expect(await verify()).toMatchObject({ state: 'whole', first: 1, last: 25, checked: 25 });
  expect(await send(2, 26)).toEqual({ last: 27 });
  await reopen();
  expect(await verify()).toMatchObject({ state: 'whole', last: 27 });
  // Taken over once: what would be put there later is not believed.
  await reopen(() =>
    inFile(
      'orrery.db',
      "insert into audit_entries select 28, 1, 'call', 'app', null, 'x', 'x', 'done', '', null, null, null, null, 'folder-x', 'x'",
    ),
  );
  expect(await verify()).toMatchObject({ state: 'whole', last: 27 });
});

/** The log as it was written before entries of one commit were one page: of before-0140, in a file of its own. */
function putLogOfRows(): void {
  const fixture = (end: string) => readFileSync(new URL(`../../../tests/fixtures/audit/before-0140.${end}`, import.meta.url));
  writeFileSync(join(folder, 'old.db'), gunzipSync(fixture('db.gz')));
  for (const end of ['secret', 'anchor']) writeFileSync(join(folder, `audit-${end}`), fixture(end), { mode: 0o600 });
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `audit.db${end}`), { force: true });
  const db = new Database(join(folder, 'audit.db'));
  db.pragma('journal_mode = wal');
  db.prepare('attach ? as old').run(join(folder, 'old.db'));
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
  rmSync(join(folder, 'old.db'));
}

it('a log of before entries of one commit were one page is taken over whole, and what was changed in it is found', async () => {
  await reopen(putLogOfRows);
  expect(await verify()).toMatchObject({ state: 'whole', first: 1, last: 25, checked: 25 });
  expect(await send(30, 26)).toEqual({ last: 55 });
  expect(opened.store.audit.list({ limit: 500 })).toHaveLength(55);
  await reopen();
  expect(await verify()).toMatchObject({ state: 'whole', checked: 55 });
  await reopen(() => {
    putLogOfRows();
    inFile('audit.db', "drop trigger audit_no_update; update audit_entries set reason = reason || ' ' where seq = 7");
  });
  expect((await verify()).broken).toMatchObject({ seq: 7, fault: 'edited', message: expect.stringContaining('Entry 7,') });
});

it('a log of rows whose numbers no entry can have is taken over as it is, and they are found', async () => {
  await reopen(() => {
    putLogOfRows();
    inFile(
      'audit.db',
      `drop trigger audit_no_update;
       update audit_entries set at = 9223372036854775807 where seq = 7;
       update audit_entries set seq = 9007199254740993 where seq = 24;
       update audit_entries set seq = 9007199254740992 where seq = 25`,
    );
  });
  expect((await verify()).broken).toMatchObject({ seq: 7, fault: 'edited' });
  expect(opened.store.audit.list({ limit: 500, text: '' }).length).toBeGreaterThan(20);
  expect(existsSync(join(folder, 'set-aside'))).toBe(false);
});

it('a backup that is made while the log is still one of rows carries them', async () => {
  await reopen(putLogOfRows);
  const { name } = await makeBackup(folder);
  await opened.close();
  putLogOfRows();
  const older = await makeBackup(folder);
  expect(older.name).not.toBe(name);
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `audit.db${end}`), { force: true });
  restoreBackup(folder, older.name, Date.now() + 1);
  opened = openStore({ folder, auditLimits: inThread });
  expect(await verify()).toMatchObject({ state: 'whole', first: 1, last: 25, checked: 25 });
});

it('tells who sends that its file cannot be opened, and opens it once it can', async () => {
  await reopen(() => {
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `audit.db${end}`), { force: true });
    mkdirSync(join(folder, 'audit.db'));
  });
  expect(await send(3, 1)).toMatchObject({ error: { code: 'database-unreachable' } });
  expect(opened.check()).toEqual(['audit.db: The database file cannot be opened.']);
  rmdirSync(join(folder, 'audit.db'));
  expect(await send(3, 1)).toEqual({ last: 3 });
});

it('is not put aside for what is wrong with orrery.db', async () => {
  await send(5, 1);
  await reopen(() => {
    // Too large for a look at all of it when it is opened.
    inFile('orrery.db', 'create table filler (b blob); insert into filler values (zeroblob(6000000))');
    const db = new Database(join(folder, 'orrery.db'));
    db.pragma('wal_checkpoint(truncate)');
    const page = db.prepare("select rootpage from sqlite_schema where name = 'audit_pages'").pluck().get() as number;
    const size = db.pragma('page_size', { simple: true }) as number;
    db.close();
    const bytes = readFileSync(join(folder, 'orrery.db'));
    writeFileSync(join(folder, 'orrery.db'), bytes.fill(0xee, (page - 1) * size, page * size));
  });
  expect(await send(3, 6)).toEqual({ last: 8 });
  expect(await verify()).toMatchObject({ state: 'whole', last: 8 });
  expect(existsSync(join(folder, 'set-aside'))).toBe(false);
});

it('a database from before is backed up as it is, also beside a log of now', async () => {
  await send(3, 1);
  await opened.close();
  const before = gunzipSync(readFileSync(new URL('../../../tests/fixtures/audit/before-0140.db.gz', import.meta.url)));
  writeFileSync(join(folder, 'orrery.db'), before);
  const { file } = await makeBackup(folder);
  const db = new Database(file, { readonly: true });
  expect(db.prepare('select count(*) as n from audit_entries').get()).toEqual({ n: 25 });
  db.close();
  opened = openStore({ folder, auditLimits: inThread });
});

it('costs nothing before it is needed', async () => {
  await reopen(() => rmSync(join(folder, 'audit.db'), { force: true }));
  expect(existsSync(join(folder, 'audit.db'))).toBe(false);
  opened.store.settings.get();
  expect(existsSync(join(folder, 'audit.db'))).toBe(false);
  opened.store.audit.append(lines(1));
  expect(existsSync(join(folder, 'audit.db'))).toBe(true);
});
