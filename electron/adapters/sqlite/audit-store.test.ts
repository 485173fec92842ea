// What the log gives back of what it was given: by number, by what is asked, page by page.

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { auditLab, entryOf } from './audit-test-support.ts';

const lab = auditLab();

it('gives back what it was given, newest first, by what is asked', async () => {
  lab.fill(40);
  const { audit } = lab;
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
  expect((await audit.listAfter(38, 10)).map((entry) => entry.seq)).toEqual([39, 40]);
  expect(await audit.seqBefore(entryOf(10).at)).toBe(9);
});

it('finds what one step did, what tells of one change, and what one grant allowed', () => {
  const { audit } = lab;
  const { run: _run, step: _step, ...plain } = entryOf(2);
  const one = (over: object) => ({ ...plain, ...over }) as ReturnType<typeof entryOf>;
  lab.append([
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
  const { audit } = lab;
  lab.append([{ ...entryOf(1), what: 'Grüße an "alle"', reason: 'back\\slash 100% under_score' }]);
  lab.fillSingly(3, 2);
  const found = (text: string) => audit.list({ limit: 500, text }).map((entry) => entry.seq);
  for (const text of ['GRÜSSE'.replace('SS', 'ß'), 'grüße "ALLE"', 'back\\slash', '100%', 'under_score', 'SLASH'])
    expect(found(text), text).toEqual([1]);
  for (const text of ['\\"', 'undersscore', '",null', 'done']) expect(found(text), text).toEqual([]);
});

it('gives entries of a page singly, from any number and up to any limit', async () => {
  lab.fill(30);
  lab.fill(3, 31);
  const { audit } = lab;
  expect(audit.get(17)).toEqual({ seq: 17, ...entryOf(17) });
  expect([audit.get(0), audit.get(34)]).toEqual([undefined, undefined]);
  expect(audit.list({ limit: 3, before: 13 }).map((entry) => entry.seq)).toEqual([12, 11, 10]);
  expect((await audit.listAfter(17, 5)).map((entry) => entry.seq)).toEqual([18, 19, 20, 21, 22]);
  expect((await audit.listAfter(17, 50, entryOf(21).at)).map((entry) => entry.seq)).toEqual([18, 19, 20, 21]);
  expect(await Promise.all([15, 11, 10, 1].map((i) => audit.seqBefore(entryOf(i).at)))).toEqual([14, 10, 9, 0]);
  expect(audit.status()).toMatchObject({ first: 1, last: 33, firstAt: entryOf(1).at });
});

it('reads thousands, in pages of many and of one', async () => {
  lab.append(Array.from({ length: 1150 }, (_, i) => entryOf(i + 1)));
  lab.fillSingly(40, 1151);
  const { audit } = lab;
  expect(audit.list({ limit: 2000 }).map((entry) => entry.seq)).toEqual(Array.from({ length: 1190 }, (_, i) => 1190 - i));
  expect((await audit.listAfter(0, 2000)).map((entry) => entry.seq)).toEqual(Array.from({ length: 1190 }, (_, i) => i + 1));
  expect(audit.list({ limit: 2000, run: 'run-4' as never }).map((entry) => entry.seq)).toEqual([4]);
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 1190, last: 1190 });
});

it('refuses to change or remove a row', async () => {
  lab.fill(5);
  const db = new Database(join(lab.folder, 'audit.db'));
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
  expect((await lab.verify()).state).toBe('whole');
});

it('goes on with the chain after it was opened again', async () => {
  lab.fill(7);
  await lab.reopen();
  lab.fill(7, 8);
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 14, first: 1, last: 14, faults: 0 });
});
