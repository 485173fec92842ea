// The commands in processes of their own, on a real data folder, as a person needs them when nothing else starts.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataFolder } from '../host/data-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-cli-backups-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function orrery(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, 'index.ts'), ...args, '--data', folder],
      { timeout: 60_000 },
      (error, out, said) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, error: said }),
    );
  });
}

test('a damaged database comes back by the command that its refusal names', async () => {
  expect(await orrery('memory', 'add', 'The moon is far away')).toMatchObject({ code: 0 });
  expect(await orrery('backups', 'make')).toMatchObject({ code: 0, out: expect.stringContaining('Made and checked') });
  const file = join(folder, 'orrery.db');
  writeFileSync(file, Buffer.alloc(8192));

  const refused = await orrery('runs');
  expect(refused).toMatchObject({ code: 1, error: expect.stringContaining('The database is damaged') });
  const command = /orrery (backups restore \S+) --data (\S+)/.exec(refused.error);
  expect(command?.[2]).toBe(folder);
  expect(readFileSync(file).every((byte) => byte === 0)).toBe(true);

  expect(await orrery(...(command?.[1] ?? '').split(' '))).toMatchObject({ code: 0 });
  expect((await orrery('memory', 'search', 'moon')).out).toContain('The moon is far away');
}, 120_000);

test('nothing is put back while a host holds the folder, and the list says which backups are good', async () => {
  await orrery('memory', 'add', 'x');
  await orrery('backups', 'make');
  const held = await openDataFolder(folder, 'headless');
  try {
    const { name, problem } = JSON.parse((await orrery('backups', 'list', '--json')).out)[0] as { name: string; problem?: string };
    expect(problem).toBeUndefined();
    expect(await orrery('backups', 'restore', name)).toMatchObject({ code: 4, error: expect.stringContaining('in use by') });
    writeFileSync(join(folder, 'backups', name), 'gone bad');
    expect((await orrery('backups')).out).toMatch(/^bad/);
  } finally {
    if (held.holder === undefined) held.release();
  }
}, 120_000);
