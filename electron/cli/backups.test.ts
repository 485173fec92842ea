// The commands in processes of their own, on a real data folder, as a person needs them when nothing else starts. One walk through
// one folder: each process costs a second.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { MemoryId } from '../../shared/model/ids.ts';
import { openStore } from '../adapters/sqlite/open.ts';
import { openDataFolder } from '../host/data-folder.ts';
import { commandOn } from './run-command.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'orrery-cli-backups-'));
const file = join(folder, 'orrery.db');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const orrery = commandOn(folder);

async function remember(text: string): Promise<void> {
  const opened = openStore({ folder });
  opened.store.memory.put({ id: 'moon' as MemoryId, text, tags: [], source: { kind: 'person' }, createdAt: 1, updatedAt: 1 });
  await opened.close();
}

test('nothing is put back while a host holds the folder, and the list says which backups are good', async () => {
  await remember('The moon is far away');
  expect(await orrery('backups', 'make')).toMatchObject({ code: 0, out: expect.stringContaining('Made and checked') });
  const [name = ''] = readdirSync(join(folder, 'backups'));
  const spoilt = name.replace(/\d(?=\.[^.]+$)/, (digit) => String((Number(digit) + 1) % 10));
  expect(spoilt).not.toBe(name);
  writeFileSync(join(folder, 'backups', spoilt), 'gone bad');
  const held = await openDataFolder(folder, 'headless');
  try {
    const [list, restored] = await Promise.all([orrery('backups'), orrery('backups', 'restore', name)]);
    const lines = list.out.split('\n');
    expect(lines.find((line) => line.includes(name))).toMatch(/^good/);
    expect(lines.find((line) => line.includes(spoilt))).toMatch(/^bad/);
    expect(restored).toMatchObject({ code: 4, error: expect.stringContaining('in use by') });
  } finally {
    if (held.holder === undefined) held.release();
  }
}, 120_000);

test('a damaged database comes back by the command that its refusal names', async () => {
  writeFileSync(file, Buffer.alloc(8192));
  const refused = await orrery('runs');
  expect(refused).toMatchObject({ code: 1, error: expect.stringContaining('The database is damaged') });
  const command = /orrery (backups restore \S+) --data (\S+)/.exec(refused.error);
  expect(command?.[2]).toBe(folder);
  expect(readFileSync(file).every((byte) => byte === 0)).toBe(true);

  expect(await orrery(...(command?.[1] ?? '').split(' '))).toMatchObject({ code: 0 });
  expect((await orrery('memory', 'search', 'moon')).out).toContain('The moon is far away');
}, 120_000);
