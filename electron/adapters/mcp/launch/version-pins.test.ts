// The folder of a server may be anybody's: what stands there in place of a version file neither holds the host up nor fills its memory.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-pins-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** In a process of its own: what waits for a pipe waits for ever, and no timer ends it. */
function pinned(): string {
  const ask = `import { pinnedVersion } from ${JSON.stringify(join(import.meta.dirname, 'version-pins.ts'))};
    console.log(pinnedVersion(${JSON.stringify(folder)}) ?? 'none', process.memoryUsage().rss > 400e6 ? 'large' : 'small');`;
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', ask], { timeout: 10_000, encoding: 'utf8' });
  return signal === null ? stdout.trim() : signal;
}

it.skipIf(process.platform === 'win32')('a pipe and a device are passed by', () => {
  execFileSync('mkfifo', [join(folder, '.nvmrc'), join(folder, 'mise.toml')]);
  symlinkSync('/dev/zero', join(folder, 'package.json'));
  writeFileSync(join(folder, '.tool-versions'), 'nodejs 20.1.0\n');
  expect(pinned()).toBe('20.1.0 small');
});

it('of a huge one only the beginning is read', () => {
  const file = join(folder, '.nvmrc');
  writeFileSync(file, '22.1.0\n');
  truncateSync(file, 1_000_000_000);
  expect(pinned()).toBe('22.1.0 small');
});
