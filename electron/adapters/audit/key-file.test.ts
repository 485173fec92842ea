// The file of the chain's keys: whole, or not there.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chainKey } from './chain.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import type { AuditKeys } from './keys.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-keys-'));
  file = join(folder, 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is read as it was written, and is not written over', async () => {
  const key = chainKey('folder', Buffer.alloc(32, 7));
  const keys = { openVault: async () => undefined, all: () => [key] } as unknown as AuditKeys;
  await writeKeyFile(file, keys);
  expect(readKeyFile(file)).toEqual([key]);
  await expect(writeKeyFile(file, keys)).rejects.toMatchObject({ code: 'file-exists' });
  writeFileSync(file, '{}');
  expect(() => readKeyFile(file)).toThrow(expect.objectContaining({ code: 'audit-keys-unreadable' }));
});

it.runIf(process.platform === 'linux')('is not left behind in half when the disk takes no more', () => {
  const program = `
    import { writeKeyFile } from ${JSON.stringify(new URL('./key-file.ts', import.meta.url).href)};
    const keys = { openVault: async () => undefined, all: () => Array.from({ length: 20 }, (_, i) => ({ id: 'key-' + i, bytes: Buffer.alloc(64) })) };
    await writeKeyFile(${JSON.stringify(file)}, keys).then(() => console.log('written'), () => console.log('refused'));`;
  // Files may have one KiB: the first write is cut short, the next one refused.
  const { stdout } = spawnSync('bash', ['-c', 'ulimit -f 1 && exec "$0" --input-type=module -e "$1"', process.execPath, program], {
    encoding: 'utf8',
  });
  expect(stdout.trim()).toBe('refused');
  expect(existsSync(file)).toBe(false);
});
