// Old entries, sealed and removed by age, and what is done to their files; exports that are checked by who has the keys.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKeyFile } from '../audit/key-file.ts';
import { checkExport } from './audit-export.ts';
import { auditLab, entryOf } from './audit-test-support.ts';

const lab = auditLab();

it('seals whole pages, never more than asked but for one that is larger', async () => {
  lab.fill(30);
  lab.fillSingly(20, 31);
  expect(await lab.audit.seal({ maxEntries: 40 })).toEqual({ sealed: 10, removed: 0 });
  expect(await lab.audit.seal({ maxEntries: 30 })).toEqual({ sealed: 10, removed: 0 });
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 50, segments: { checked: 2, removed: 0 } });
  expect((await lab.audit.exportRows(4, 100)).lines.map((line) => JSON.parse(line).seq)).toEqual([5, 6, 7, 8, 9, 10]);
});

it('seals old entries, and finds what is done to them', async () => {
  lab.fillSingly(100);
  expect(await lab.audit.seal({ maxEntries: 50 })).toEqual({ sealed: 50, removed: 0 });
  expect(lab.audit.list({ limit: 500 })).toHaveLength(50);
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 100, first: 1, segments: { checked: 10, removed: 0 } });
  const files = readdirSync(join(lab.folder, 'audit')).sort();
  expect(files).toHaveLength(10);
  const path = join(lab.folder, 'audit', files[2] ?? '');
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 30), Buffer.from([bytes[30] === 1 ? 2 : 1]), bytes.subarray(31)]));
  expect((await lab.verify()).broken).toMatchObject({ fault: 'segment', seq: 11 });
  writeFileSync(path, readFileSync(join(lab.folder, 'audit', files[3] ?? '')));
  expect((await lab.verify()).state).toBe('broken');
  writeFileSync(path, bytes);
  // Removed by age: the chain passes over them.
  expect(await lab.audit.seal({ maxEntries: 50, removeBefore: entryOf(21).at })).toEqual({ sealed: 0, removed: 4 });
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 81, segments: { checked: 6, removed: 4 } });
  // Taken away by somebody else, who says that it was age.
  rmSync(join(lab.folder, 'audit', files[4] ?? ''));
  await lab.tamper((db) => db.exec('update audit_segments set removed_at = 1 where first = 21'));
  expect(await lab.verify()).toMatchObject({ state: 'broken', broken: { fault: 'segment', seq: 21 } });
  await lab.tamper((db) => db.exec('delete from audit_segments where first = 6'));
  expect((await lab.verify()).state).toBe('broken');
  await lab.tamper((db) => db.exec('update audit_segments set head = previous where first = 11'));
  expect((await lab.verify()).state).toBe('broken');
});

it.each([
  ['one by one', false],
  ['by tens', true],
])('what was written %s is checked from an export by who has the keys', async (_how, isByTens) => {
  if (isByTens) lab.fill(60);
  else lab.fillSingly(60);
  await lab.audit.seal({ maxEntries: 30 });
  const lines: string[] = [];
  for (let after = 0; ; ) {
    const page = await lab.audit.exportRows(after, 7);
    if (page.lines.length === 0) break;
    lines.push(...page.lines);
    after = page.last;
  }
  expect(lines).toHaveLength(60);
  // A sealed file that is gone leaves its gap, and hides none of those after it.
  const [, second = ''] = readdirSync(join(lab.folder, 'audit')).sort();
  const bytes = readFileSync(join(lab.folder, 'audit', second));
  rmSync(join(lab.folder, 'audit', second));
  const next = (await lab.audit.exportRows(3, 100)).lines.map((line) => JSON.parse(line).seq as number);
  // By tens the first file holds up to 10, and the second was up to 20.
  expect(next[0]).toBe(isByTens ? 4 : 7);
  expect((await lab.audit.exportRows(isByTens ? 10 : 6, 1)).lines.map((line) => JSON.parse(line).seq)).toEqual([isByTens ? 21 : 7]);
  writeFileSync(join(lab.folder, 'audit', second), bytes);
  const keyFile = join(lab.folder, 'keys.json');
  await lab.audit.writeKeys(keyFile);
  await expect(lab.audit.writeKeys(keyFile)).rejects.toMatchObject({ code: 'file-exists' });
  const keys = readKeyFile(keyFile);
  expect(checkExport(lines.join('\n'), keys)).toEqual({ rows: 60, first: 1, last: 60, unchecked: 0 });
  expect(checkExport(lines.join('\n'), [])).toMatchObject({ unchecked: 60 });
  const edited = lines.map((line) => line.replace('thing 33', 'thing 34'));
  expect(checkExport(edited.join('\n'), keys).broken).toMatchObject({ seq: isByTens ? 31 : 33 });
  expect(checkExport(lines.toSpliced(10, 2).join('\n'), keys).broken?.message).toMatch(/11 to 12/);
  // Of rows that were written together each has the key that all of them have.
  const otherKey = lines.with(31, lines[31]?.replace(/"key":"\w+-\w+"/, '"key":"folder-0"') ?? '');
  expect(checkExport(otherKey.join('\n'), keys)).toMatchObject(isByTens ? { broken: { seq: 31 } } : { unchecked: 1 });
  // The hash moved to another row, or away: what stands before it is not what it was made of.
  const moved = lines.with(29, lines[29]?.replace(/"mac":"\w+"/, '"mac":null') ?? '');
  expect(checkExport(moved.join('\n'), keys).broken?.seq).toBe(isByTens ? 21 : 30);
  if (isByTens) expect(checkExport(lines.slice(0, 25).join('\n'), keys).broken).toMatchObject({ seq: 21 });
  expect(checkExport(lines.slice(20).join('\n'), keys)).toMatchObject({ first: 21, unchecked: isByTens ? 10 : 1 });
  expect(() => checkExport('{"x":1}', keys)).toThrow(/Line 1/);
});
