// The chain against whoever edits the database file: every field of every page, gaps, reorders, cut ends, heads, segments and anchors.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import { auditLine } from '../../../shared/model/audit-line.ts';
import { readKeyFile } from '../audit/key-file.ts';
import type { AuditVault } from '../audit/keys.ts';
import { createVault } from '../vault/vault.ts';
import { checkExport } from './audit-export.ts';
import { type OpenedStore, openStore } from './open.ts';

let folder: string;
let opened: OpenedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-audit-'));
  opened = openStore({ folder });
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const kinds = ['decision', 'call', 'connection', 'change', 'secret', 'process', 'access'] as const;
const entryOf = (i: number): NewAuditEntry & { at: number } => ({
  at: 1_760_000_000_000 + i * 1000,
  kind: kinds[i % kinds.length] ?? 'call',
  actor: i % 3 === 0 ? { kind: 'person', name: 'You' } : { kind: 'agent', id: `agent-${i % 2}`, name: `Agent ${i % 2}` },
  what: `thing ${i}`,
  outcome: i % 5 === 0 ? 'denied' : 'done',
  reason: `because of ${i} “quotes” and \\ and\nlines`,
  ...(i % 4 === 0 ? { run: `run-${i}` as never, step: `step-${i}` } : {}),
  ...(i % 6 === 0 ? { conversation: `talk-${i}` as never } : {}),
  ...(i % 2 === 0 ? { details: { server: 'files', n: i, deep: { a: [1, null, 'x'] } } } : {}),
});
const append = (entries: readonly (NewAuditEntry & { at: number })[]): number =>
  opened.store.audit.append(entries.map(({ at, ...entry }) => auditLine(entry, at)));
const fill = (count: number, from = 1): void => {
  for (let i = from; i < from + count; i += 10) append(Array.from({ length: Math.min(10, from + count - i) }, (_, k) => entryOf(i + k)));
};
/** Each a page of its own. */
const fillSingly = (count: number, from = 1): void => {
  for (let i = from; i < from + count; i += 1) append([entryOf(i)]);
};
const verify = () => opened.store.audit.verify(undefined);

/** A vault that is there, holds what it was given, and can be locked. */
function fakeVault() {
  const kept = new Map<string, string>();
  const state = { isOpen: true };
  const vault: AuditVault = {
    isBegun: () => true,
    getStatus: async () => ({ state: state.isOpen ? 'open' : 'locked', protection: 'keychain', message: '', entryCount: 0 }),
    readOwn: async (name) => kept.get(name),
    writeOwn: async (name, value) => void kept.set(name, value),
  };
  return { vault, kept, state };
}

/** Opens the file as an attacker would: the fences first. */
async function tamper(work: (db: Database.Database) => void, { keepFences = false } = {}): Promise<void> {
  await opened.close();
  const db = new Database(join(folder, 'audit.db'));
  const triggers = db.prepare("select name, sql from sqlite_schema where type = 'trigger' and name like 'audit_%'").all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of triggers) db.exec(`drop trigger ${name}`);
  work(db);
  if (!keepFences) for (const { sql } of triggers) db.exec(sql);
  db.close();
  opened = openStore({ folder });
}

describe('the audit log', () => {
  it('gives back what it was given, newest first, by what is asked', () => {
    fill(40);
    const { audit } = opened.store;
    const all = audit.list({ limit: 500 });
    expect(all.map((entry) => entry.seq)).toEqual(Array.from({ length: 40 }, (_, i) => 40 - i));
    expect(all.at(-12)).toEqual({ seq: 12, ...entryOf(12) });
    expect(audit.list({ limit: 5, before: 6 }).map((entry) => entry.seq)).toEqual([5, 4, 3, 2, 1]);
    expect(audit.list({ limit: 500, kind: ['secret'], outcome: ['denied'] }).map((entry) => entry.seq)).toEqual([25]);
    expect(audit.list({ limit: 500, text: 'thing 3 because' }).every((entry) => /3/.test(`${entry.what} ${entry.reason}`))).toBe(true);
    expect(audit.list({ limit: 500, text: '%' })).toEqual([]);
    expect(audit.list({ limit: 500, server: 'files' })).toHaveLength(20);
    expect(audit.list({ limit: 500, run: 'run-8' as never }).map((entry) => entry.seq)).toEqual([8]);
    expect(audit.list({ limit: 500, since: entryOf(10).at, until: entryOf(12).at }).map((entry) => entry.seq)).toEqual([11, 10]);
    expect(audit.listAfter(38, 10).map((entry) => entry.seq)).toEqual([39, 40]);
    expect(audit.seqBefore(entryOf(10).at)).toBe(9);
  });

  it('finds what one step did, what tells of one change, and what one grant allowed', () => {
    const { audit } = opened.store;
    const { run: _run, step: _step, ...plain } = entryOf(2);
    const one = (over: object) => ({ ...plain, ...over }) as ReturnType<typeof entryOf>;
    append([
      one({ kind: 'call', run: 'r-1', step: 'save', details: { rule: 'standing-grant', grant: 'g-1', why: 'You always allow it.' } }),
      one({ kind: 'change', run: 'r-1', step: 'save', what: 'file:/a', details: { change: 'ch-1' } }),
      one({ kind: 'change', run: 'r-1', step: 'tidy', what: 'grant:g-1', details: { change: 'ch-2' } }),
      one({ kind: 'answer', run: 'r-2', step: 'save', details: { grant: 'g-1' } }),
      one({ kind: 'undo', what: 'file:/a', details: { change: 'ch-1' } }),
    ]);
    const found = (filter: object) => audit.list({ limit: 500, ...filter }).map((entry) => entry.seq);
    expect(found({ run: 'r-1', step: 'save' })).toEqual([2, 1]);
    expect(found({ change: 'ch-1' })).toEqual([5, 2]);
    expect(found({ grant: 'g-1' })).toEqual([4, 3, 1]);
    expect(found({ grant: "g-1' or 1=1 --" })).toEqual([]);
  });

  it('finds words whatever they are made of, and nothing by half a word of JSON', () => {
    const { audit } = opened.store;
    append([{ ...entryOf(1), what: 'Grüße an "alle"', reason: 'back\\slash 100% under_score' }]);
    fillSingly(3, 2);
    const found = (text: string) => audit.list({ limit: 500, text }).map((entry) => entry.seq);
    for (const text of ['GRÜSSE'.replace('SS', 'ß'), 'grüße "ALLE"', 'back\\slash', '100%', 'under_score', 'SLASH'])
      expect(found(text), text).toEqual([1]);
    for (const text of ['\\"', 'undersscore', '",null', 'done']) expect(found(text), text).toEqual([]);
  });

  it('gives entries of a page singly, from any number and up to any limit', () => {
    fill(30);
    fill(3, 31);
    const { audit } = opened.store;
    expect(audit.get(17)).toEqual({ seq: 17, ...entryOf(17) });
    expect([audit.get(0), audit.get(34)]).toEqual([undefined, undefined]);
    expect(audit.list({ limit: 3, before: 13 }).map((entry) => entry.seq)).toEqual([12, 11, 10]);
    expect(audit.listAfter(17, 5).map((entry) => entry.seq)).toEqual([18, 19, 20, 21, 22]);
    expect(audit.listAfter(17, 50, entryOf(21).at).map((entry) => entry.seq)).toEqual([18, 19, 20, 21]);
    expect([15, 11, 10, 1].map((i) => audit.seqBefore(entryOf(i).at))).toEqual([14, 10, 9, 0]);
    expect(audit.status()).toMatchObject({ first: 1, last: 33, firstAt: entryOf(1).at });
  });

  it('reads thousands, in pages of many and of one', async () => {
    append(Array.from({ length: 1150 }, (_, i) => entryOf(i + 1)));
    fillSingly(40, 1151);
    const { audit } = opened.store;
    expect(audit.list({ limit: 2000 }).map((entry) => entry.seq)).toEqual(Array.from({ length: 1190 }, (_, i) => 1190 - i));
    expect(audit.listAfter(0, 2000).map((entry) => entry.seq)).toEqual(Array.from({ length: 1190 }, (_, i) => i + 1));
    expect(audit.list({ limit: 2000, run: 'run-4' as never }).map((entry) => entry.seq)).toEqual([4]);
    expect(await verify()).toMatchObject({ state: 'whole', checked: 1190, last: 1190 });
  });

  it('refuses to change or remove a row', async () => {
    fill(5);
    await opened.close();
    const db = new Database(join(folder, 'audit.db'));
    for (const sql of [
      "update audit_pages set lines = 'x'",
      'delete from audit_pages where last = 5',
      'insert or replace into audit_pages select * from audit_pages where first = 1',
    ])
      try {
        db.exec(sql);
        expect(sql).toMatch(/replace/); // replacing with the same row changes nothing
      } catch (error) {
        expect(String(error)).toMatch(/append-only/);
      }
    db.close();
    opened = openStore({ folder });
    expect((await verify()).state).toBe('whole');
  });

  it('goes on with the chain after it was opened again', async () => {
    fill(7);
    await opened.close();
    opened = openStore({ folder });
    fill(7, 8);
    expect(await verify()).toMatchObject({ state: 'whole', checked: 14, first: 1, last: 14, faults: 0 });
  });
});

/** A letter changed here and there, lines taken out, put in, exchanged and put together, all of it gone. */
function editsOf(text: string): string[] {
  const step = Math.max(1, Math.floor(text.length / 25));
  const letters = Array.from({ length: Math.ceil(text.length / step) }, (_, i) => i * step);
  const lines = text.split('\n');
  return [
    ...letters.map((at) => `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`),
    lines.slice(1).join('\n'),
    [...lines, lines[0]].join('\n'),
    `${text}\n`,
    ...(lines.length > 1 ? [lines.toReversed().join('\n'), lines.join(' '), lines.slice(0, -1).join('\n')] : []),
    '',
  ];
}

describe('verifying', () => {
  it('finds a change of any column and any letter of any page, and names it', async () => {
    fillSingly(8);
    fill(12, 9);
    const db = new Database(join(folder, 'audit.db'));
    for (const name of ['audit_no_update', 'audit_no_delete']) db.exec(`drop trigger ${name}`);
    const columns = (db.pragma('table_info(audit_pages)') as { name: string }[]).filter((column) => column.name !== 'first');
    let tried = 0;
    const pages = db.prepare('select first, last from audit_pages order by first').all() as { first: number; last: number }[];
    expect(pages.at(-2)).toEqual({ first: 9, last: 18 });
    for (const { first, last } of pages)
      for (const { name } of columns) {
        const { value } = db.prepare(`select ${name} as value from audit_pages where first = ?`).get(first) as { value: string | number };
        const put = db.prepare(`update audit_pages set ${name} = ? where first = ?`);
        for (const way of name === 'lines'
          ? editsOf(String(value))
          : typeof value === 'number'
            ? [value + 1, value - 1, 0]
            : [`${value} `, value.slice(1), '']) {
          put.run(way, first);
          const { state, broken } = await verify();
          expect(state, `${name} of ${first}`).toBe('broken');
          expect(broken?.seq, `${name} of ${first}`).toBe(first);
          if (last > first && name === 'lines' && String(way).split('\n').length === last - first + 1)
            expect(broken?.message).toContain(`One of the entries ${first} to ${last}`);
          tried += 1;
        }
        put.run(value, first);
      }
    db.close();
    expect(tried).toBeGreaterThan(300);
  }, 60_000);

  it.each([
    ['a page taken out', 'delete from audit_pages where first = 9', 9],
    ['pages taken out at the start', 'delete from audit_pages where first < 4', 1],
    ['the end cut off', 'delete from audit_pages where first > 15', 16],
    ['the last page cut off', 'delete from audit_pages where first = 20', 20],
    ['everything gone but the head', 'delete from audit_pages', 1],
    [
      'two pages swapped',
      'update audit_pages set first = 1000, last = 1000 where first = 5; update audit_pages set first = 5, last = 5 where first = 6; update audit_pages set first = 6, last = 6 where first = 1000',
      5,
    ],
    ['a page put in', 'insert into audit_pages select 21, 21, first_at, last_at, key, mac, lines from audit_pages where first = 20', 21],
    [
      'a page put over another',
      `insert into audit_pages select -3, 4, first_at, last_at, key, mac, lines from audit_pages where first = 20`,
      -3,
    ],
    [
      'a page repeated in place of another',
      'update audit_pages set (first_at, last_at, key, mac, lines) = (select first_at, last_at, key, mac, lines from audit_pages where first = 3) where first = 4',
      4,
    ],
    [
      'the end cut off and the head set back',
      'delete from audit_pages where first > 15; update audit_head set seq = 15, mac = (select mac from audit_pages where first = 15)',
      15,
    ],
    ['the head taken away', 'delete from audit_head', 20],
    [
      'a page put in below all numbers',
      'insert into audit_pages select -9223372036854775807, -9223372036854775807, first_at, last_at, key, mac, lines from audit_pages where first = 3',
      0,
    ],
    [
      'pages put in above all numbers, at ones that read as the same',
      `insert into audit_pages with recursive n (i) as (select 0 union all select i + 1 from n where i < 40)
       select 4611686018427387905 + i, 4611686018427387905 + i, first_at, last_at, key, mac, lines from audit_pages, n where first = 3`,
      0,
    ],
    [
      'a page of more lines than any program passes on at once',
      `insert into audit_pages select 21, 21, first_at, last_at, key, mac, replace(hex(zeroblob(200000)), '00', '["audit:removed"]' || char(10))
       from audit_pages where first = 3`,
      21,
    ],
  ])('finds %s', async (_what, sql, seq) => {
    fillSingly(20);
    await tamper((db) => db.exec(sql));
    const verdict = await verify();
    expect(verdict.state).toBe('broken');
    expect(verdict.broken?.seq).toBe(seq);
  });

  it('still finds a cut end after the log went on', async () => {
    fillSingly(20);
    await tamper((db) => db.exec('delete from audit_pages where first > 15'));
    fill(3, 21);
    expect(opened.store.audit.list({ limit: 1 })[0]?.seq).toBe(23);
    expect((await verify()).broken).toMatchObject({ seq: 16, fault: 'gap' });
    // With the head gone too, nothing says where the end was; that it is gone is seen.
    await tamper((db) => db.exec('delete from audit_head; delete from audit_pages where first > 10'));
    fill(3, 31);
    expect((await verify()).broken?.seq).toBe(11);
  });

  it('finds that the fences were taken away', async () => {
    fill(3);
    await tamper(() => undefined, { keepFences: true });
    expect((await verify()).broken?.fault).toBe('fence');
  });

  it('finds everything gone, head too, by the anchor', async () => {
    fill(20);
    await opened.store.audit.anchor();
    await tamper((db) => db.exec('delete from audit_pages; delete from audit_head'));
    expect((await verify()).broken).toMatchObject({ fault: 'truncated', seq: 1 });
    fill(2);
    expect((await verify()).broken).toMatchObject({ fault: 'gap', seq: 1 });
  });
});

describe('keys and anchors', () => {
  it('chains with the vault’s key once it is open, and finds a log made anew with the folder’s key', async () => {
    const { vault, state, kept } = fakeVault();
    fill(5);
    opened.attachAuditVault(vault);
    expect(await opened.store.audit.anchor()).toBe(true);
    fill(5, 6);
    expect(opened.store.audit.status().key.source).toBe('vault');
    expect(await verify()).toMatchObject({ state: 'whole', checked: 10, anchor: { where: 'vault', seq: 5 } });
    expect((await verify()).notAnchoredSince).toBeTypeOf('number');
    await opened.store.audit.anchor();
    expect((await verify()).notAnchoredSince).toBeUndefined();
    // Locked at the next start: it goes on with the folder's key and says what it cannot check.
    await opened.close();
    opened = openStore({ folder });
    state.isOpen = false;
    opened.attachAuditVault(vault);
    fill(2, 11);
    const partly = await verify();
    expect(partly).toMatchObject({ state: 'partial', checked: 7, unchecked: 5, isVaultLocked: true });
    expect(partly.notAnchoredSince).toBeUndefined();
    state.isOpen = true;
    expect(await verify()).toMatchObject({ state: 'whole', checked: 12 });
    // Somebody with the folder writes a log of their own under the folder's key.
    const anchor = readFileSync(join(folder, 'audit-anchor'));
    const emptied = 'delete from audit_pages; delete from audit_head';
    await tamper((db) => db.exec(emptied));
    rmSync(join(folder, 'audit-anchor'));
    opened.attachAuditVault({ ...vault, isBegun: () => false });
    fill(12);
    // Not without orrery.db, which knows where it ended.
    expect((await verify()).broken).toMatchObject({ fault: 'gap', seq: 1 });
    await tamper((db) => db.exec(emptied));
    const main = new Database(join(folder, 'orrery.db'));
    main.exec('delete from audit_head');
    main.close();
    await opened.close();
    rmSync(join(folder, 'audit-anchor'), { force: true });
    opened = openStore({ folder });
    opened.attachAuditVault({ ...vault, isBegun: () => false });
    fill(12);
    expect((await verify()).state).toBe('whole');
    opened.attachAuditVault(vault);
    expect((await verify()).broken?.fault).toBe('anchor');
    writeFileSync(join(folder, 'audit-anchor'), anchor);
    expect((await verify()).broken).toBeDefined();
    expect(kept.size).toBe(2);
  });

  it('keeps its key and anchor in the real vault, through a lock and a new passphrase', async () => {
    const keychain = {
      read: async () => ({ state: 'absent' as const, reason: 'none here' }),
      write: async () => undefined,
      unlock: async () => false,
    };
    const make = () => createVault({ rows: opened.vault, keychain: keychain as never, clock: { now: () => Date.now() } });
    let vault = make();
    const attach = () => opened.attachAuditVault({ ...vault, isBegun: () => opened.vault.getMeta() !== undefined });
    attach();
    fill(3);
    // A vault that was never used is not begun for the log's sake.
    expect(await opened.store.audit.anchor()).toBe(false);
    expect(opened.vault.getMeta()).toBeUndefined();
    await vault.setPassphrase('correct horse battery');
    expect(await opened.store.audit.anchor()).toBe(true);
    fill(3, 4);
    await opened.store.audit.anchor();
    expect(vault.list()).toEqual([]);
    await opened.close();
    opened = openStore({ folder });
    vault = make();
    attach();
    fill(2, 7);
    expect(await verify()).toMatchObject({ state: 'partial', unchecked: 3 });
    await vault.unlock('correct horse battery');
    expect(await verify()).toMatchObject({ state: 'whole', checked: 8, anchor: { where: 'vault', seq: 6 } });
    await vault.keeper.changePassphrase('correct horse battery', 'another horse entirely');
    await vault.keeper.rotate('another horse entirely');
    expect((await verify()).state).toBe('whole');
    await tamper((db) => db.exec('delete from audit_pages where first > 4; update audit_head set seq = 4'));
    vault = make();
    attach();
    await vault.unlock('another horse entirely');
    expect((await verify()).broken).toMatchObject({ fault: 'head' });
  });

  it('says that an anchor was forged or set back', async () => {
    const { vault } = fakeVault();
    opened.attachAuditVault(vault);
    fill(5);
    await opened.store.audit.anchor();
    const old = readFileSync(join(folder, 'audit-anchor'), 'utf8');
    fill(5, 6);
    await opened.store.audit.anchor();
    writeFileSync(join(folder, 'audit-anchor'), old);
    expect((await verify()).broken).toMatchObject({ fault: 'anchor' });
    writeFileSync(join(folder, 'audit-anchor'), old.replace('"count":1', '"count":3'));
    expect((await verify()).broken).toMatchObject({ fault: 'anchor', message: expect.stringContaining('was changed') });
  });

  it('names a key that is gone', async () => {
    fill(3);
    await opened.close();
    rmSync(join(folder, 'audit-secret'));
    opened = openStore({ folder });
    fill(3, 4);
    expect((await verify()).broken).toMatchObject({ fault: 'key-missing', seq: 1 });
  });
});

describe('segments and exports', () => {
  it('seals whole pages, never more than asked but for one that is larger', async () => {
    fill(30);
    fillSingly(20, 31);
    expect(await opened.store.audit.seal({ maxEntries: 40 })).toEqual({ sealed: 10, removed: 0 });
    expect(await opened.store.audit.seal({ maxEntries: 30 })).toEqual({ sealed: 10, removed: 0 });
    expect(await verify()).toMatchObject({ state: 'whole', checked: 50, segments: { checked: 2, removed: 0 } });
    expect((await opened.store.audit.exportRows(4, 100)).lines.map((line) => JSON.parse(line).seq)).toEqual([5, 6, 7, 8, 9, 10]);
  });

  it('seals old entries, and finds what is done to them', async () => {
    fillSingly(100);
    expect(await opened.store.audit.seal({ maxEntries: 50 })).toEqual({ sealed: 50, removed: 0 });
    expect(opened.store.audit.list({ limit: 500 })).toHaveLength(50);
    expect(await verify()).toMatchObject({ state: 'whole', checked: 100, first: 1, segments: { checked: 10, removed: 0 } });
    const files = readdirSync(join(folder, 'audit')).sort();
    expect(files).toHaveLength(10);
    const path = join(folder, 'audit', files[2] ?? '');
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 30), Buffer.from([bytes[30] === 1 ? 2 : 1]), bytes.subarray(31)]));
    expect((await verify()).broken).toMatchObject({ fault: 'segment', seq: 11 });
    writeFileSync(path, readFileSync(join(folder, 'audit', files[3] ?? '')));
    expect((await verify()).state).toBe('broken');
    writeFileSync(path, bytes);
    // Removed by age: the chain passes over them.
    expect(await opened.store.audit.seal({ maxEntries: 50, removeBefore: entryOf(21).at })).toEqual({ sealed: 0, removed: 4 });
    expect(await verify()).toMatchObject({ state: 'whole', checked: 81, segments: { checked: 6, removed: 4 } });
    // Taken away by somebody else, who says that it was age.
    rmSync(join(folder, 'audit', files[4] ?? ''));
    await tamper((db) => db.exec('update audit_segments set removed_at = 1 where first = 21'));
    expect(await verify()).toMatchObject({ state: 'broken', broken: { fault: 'segment', seq: 21 } });
    await tamper((db) => db.exec('delete from audit_segments where first = 6'));
    expect((await verify()).state).toBe('broken');
    await tamper((db) => db.exec('update audit_segments set head = previous where first = 11'));
    expect((await verify()).state).toBe('broken');
  });

  it.each([
    ['one by one', fillSingly],
    ['by tens', fill],
  ])('what was written %s is checked from an export by who has the keys', async (_how, write) => {
    write(60);
    await opened.store.audit.seal({ maxEntries: 30 });
    const lines: string[] = [];
    for (let after = 0; ; ) {
      const page = await opened.store.audit.exportRows(after, 7);
      if (page.lines.length === 0) break;
      lines.push(...page.lines);
      after = page.last;
    }
    expect(lines).toHaveLength(60);
    // A sealed file that is gone leaves its gap, and hides none of those after it.
    const [, second = ''] = readdirSync(join(folder, 'audit')).sort();
    const bytes = readFileSync(join(folder, 'audit', second));
    rmSync(join(folder, 'audit', second));
    const next = (await opened.store.audit.exportRows(3, 100)).lines.map((line) => JSON.parse(line).seq as number);
    // By tens the first file holds up to 10, and the second was up to 20.
    expect(next[0]).toBe(write === fill ? 4 : 7);
    expect((await opened.store.audit.exportRows(write === fill ? 10 : 6, 1)).lines.map((line) => JSON.parse(line).seq)).toEqual([
      write === fill ? 21 : 7,
    ]);
    writeFileSync(join(folder, 'audit', second), bytes);
    const keyFile = join(folder, 'keys.json');
    await opened.store.audit.writeKeys(keyFile);
    await expect(opened.store.audit.writeKeys(keyFile)).rejects.toMatchObject({ code: 'file-exists' });
    const keys = readKeyFile(keyFile);
    expect(checkExport(lines.join('\n'), keys)).toEqual({ rows: 60, first: 1, last: 60, unchecked: 0 });
    expect(checkExport(lines.join('\n'), [])).toMatchObject({ unchecked: 60 });
    const edited = lines.map((line) => line.replace('thing 33', 'thing 34'));
    expect(checkExport(edited.join('\n'), keys).broken).toMatchObject({ seq: write === fill ? 31 : 33 });
    expect(checkExport(lines.toSpliced(10, 2).join('\n'), keys).broken?.message).toMatch(/11 to 12/);
    // Of rows that were written together each has the key that all of them have.
    const otherKey = lines.with(31, lines[31]?.replace(/"key":"\w+-\w+"/, '"key":"folder-0"') ?? '');
    expect(checkExport(otherKey.join('\n'), keys)).toMatchObject(write === fill ? { broken: { seq: 31 } } : { unchecked: 1 });
    // The hash moved to another row, or away: what stands before it is not what it was made of.
    const moved = lines.with(29, lines[29]?.replace(/"mac":"\w+"/, '"mac":null') ?? '');
    expect(checkExport(moved.join('\n'), keys).broken?.seq).toBe(write === fill ? 21 : 30);
    if (write === fill) expect(checkExport(lines.slice(0, 25).join('\n'), keys).broken).toMatchObject({ seq: 21 });
    expect(checkExport(lines.slice(20).join('\n'), keys)).toMatchObject({ first: 21, unchecked: write === fill ? 10 : 1 });
    expect(() => checkExport('{"x":1}', keys)).toThrow(/Line 1/);
  });
});
