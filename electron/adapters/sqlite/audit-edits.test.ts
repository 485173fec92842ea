// The chain against whoever edits the database file: every field of every page, gaps, reorders, cut ends, heads and fences.

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { auditLab } from './audit-test-support.ts';

const lab = auditLab();

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

it('finds a change of any column and any letter of any page, and names it', async () => {
  lab.fillSingly(8);
  lab.fill(12, 9);
  const db = new Database(join(lab.folder, 'audit.db'));
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
        const { state, broken } = await lab.verify();
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
  lab.fillSingly(20);
  await lab.tamper((db) => db.exec(sql));
  const verdict = await lab.verify();
  expect(verdict.state).toBe('broken');
  expect(verdict.broken?.seq).toBe(seq);
});

it('still finds a cut end after the log went on', async () => {
  lab.fillSingly(20);
  await lab.tamper((db) => db.exec('delete from audit_pages where first > 15'));
  lab.fill(3, 21);
  expect(lab.audit.list({ limit: 1 })[0]?.seq).toBe(23);
  expect((await lab.verify()).broken).toMatchObject({ seq: 16, fault: 'gap' });
  // With the head gone too, nothing says where the end was; that it is gone is seen.
  await lab.tamper((db) => db.exec('delete from audit_head; delete from audit_pages where first > 10'));
  lab.fill(3, 31);
  expect((await lab.verify()).broken?.seq).toBe(11);
});

it('finds that the fences were taken away', async () => {
  lab.fill(3);
  await lab.tamper(() => undefined, { keepFences: true });
  expect((await lab.verify()).broken?.fault).toBe('fence');
});

it('finds everything gone, head too, by the anchor', async () => {
  lab.fill(20);
  await lab.audit.anchor();
  await lab.tamper((db) => db.exec('delete from audit_pages; delete from audit_head'));
  expect((await lab.verify()).broken).toMatchObject({ fault: 'truncated', seq: 1 });
  lab.fill(2);
  expect((await lab.verify()).broken).toMatchObject({ fault: 'gap', seq: 1 });
});
