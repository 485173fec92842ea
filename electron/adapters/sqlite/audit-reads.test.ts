// What reading the log's pages must stand: rows put in at numbers that no entry has, a thread that writes meanwhile, very large entries.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { auditLine } from '../../../shared/model/audit-line.ts';
import { type ChainPage, genesis } from '../audit/chain.ts';
import { createAuditKeys } from '../audit/keys.ts';
import { chainWriter } from './audit-chain.ts';
import { openAuditFile } from './audit-file.ts';
import { oldestOf } from './audit-segments.ts';
import { verifier } from './audit-verify.ts';
import { openReadDb, openWriteDb } from './db.ts';
import { Health } from './health.ts';
import { type OpenedStore, openStore } from './open.ts';

let folder: string;
let opened: OpenedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-audit-reads-'));
  opened = openStore({ folder });
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});
const line = (i: number): string =>
  auditLine({ kind: 'call', actor: { kind: 'app', name: 'x' }, what: `thing ${i}`, outcome: 'done', reason: '' }, 1_760_000_000_000 + i);

it('shows no entry at a number that none can have, and waits for none', async () => {
  for (let i = 1; i <= 5; i += 1) opened.store.audit.append([line(i)]);
  const db = new Database(join(folder, 'audit.db'));
  db.exec(`insert into audit_pages with recursive n (i) as (select 0 union all select i + 1 from n where i < 40)
        select (case when i % 2 = 0 then -1 else 1 end) * (4611686018427387905 + i), 1, first_at, last_at, key, mac, lines
        from audit_pages, n where first = 3`);
  db.close();
  const { audit } = opened.store;
  expect(audit.list({ limit: 500 }).map((entry) => entry.seq)).toEqual([5, 4, 3, 2, 1]);
  expect(audit.list({ limit: 500, text: 'thing 3' }).map((entry) => entry.seq)).toEqual([3]);
  expect((await audit.listAfter(0, 500)).map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5]);
  expect((await audit.exportRows(0, 500)).last).toBe(5);
  expect(audit.status()).toMatchObject({ first: 1, last: 5 });
  audit.append([line(6)]);
  expect(audit.list({ limit: 1 })[0]?.seq).toBe(6);
});

it('does not take for a cut end what another thread commits between two reads', async () => {
  const other = mkdtempSync(join(tmpdir(), 'orrery-audit-race-'));
  const health = new Health(1000);
  const file = join(folder, 'orrery.db');
  const main = { file, read: openReadDb(file, health), write: openWriteDb(file, health) };
  const { read, write } = openAuditFile({ folder: other, main, health });
  try {
    const put = chainWriter(write);
    const append = (...given: Parameters<typeof put>) => write.atomically(() => put(...given));
    const keys = createAuditKeys(other);
    let end = append({ seq: 0, mac: genesis }, keys.current(), [line(1)]);
    let left = 5;
    const late: typeof read = {
      ...read,
      selectKept(sql) {
        const made = read.selectKept<never>(sql);
        if (!sql.includes('from audit_head')) return made;
        const get = () => {
          left -= 1;
          if (left >= 0) end = append(end, keys.current(), [line(1)]);
          return made.get();
        };
        return { ...made, get };
      },
    };
    const mark = { read: () => undefined, put: () => undefined };
    const verdict = await verifier({ read: late, write, keys, folder: other, mark })(undefined);
    expect(verdict).toMatchObject({ state: 'whole', checked: 6, last: 6 });
  } finally {
    for (const each of [read, write, main.read, main.write]) each.close();
    rmSync(other, { recursive: true, force: true });
  }
});

it('seals no more at once than can be read again', () => {
  const page = (first: number, chars: number) => ({ first, last: first, lines: 'x'.repeat(chars) }) as ChainPage;
  const pages = [page(1, 60), page(2, 60), page(3, 10)];
  expect(oldestOf(pages, 10, 100).map((each) => each.first)).toEqual([1]);
  expect(oldestOf(pages, 10, 120).map((each) => each.first)).toEqual([1, 2]);
  expect(oldestOf(pages, 10, 20).map((each) => each.first)).toEqual([1]);
  expect(oldestOf(pages, 10, 1000).map((each) => each.first)).toEqual([1, 2, 3]);
});
