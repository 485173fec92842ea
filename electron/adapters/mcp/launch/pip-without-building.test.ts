// pip that cannot build, with a stand-in for pip: what it starts is what pip would.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pipWithoutBuilding } from './python-install.ts';

const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);

function pipThatRuns(command: string): { code: number | null; said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-pip-'));
  try {
    mkdirSync(join(folder, 'pip'));
    writeFileSync(join(folder, 'pip', '__init__.py'), '');
    writeFileSync(join(folder, 'pip', '__main__.py'), `import subprocess, sys\nsubprocess.run(${command}, check=True)\n`);
    const env = { ...process.env, PYTHONPATH: folder };
    const { status, stderr } = spawnSync(python ?? '', ['-c', pipWithoutBuilding, 'install'], { env, encoding: 'utf8' });
    return { code: status, said: stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.skipIf(python === undefined)('another Python and a repository are refused, the version of an older macOS is asked for', () => {
  const refused = expect.stringContaining('only-binary');
  expect(pipThatRuns(`[sys.executable, '-c', 'print(1)']`)).toEqual({ code: 1, said: refused });
  expect(pipThatRuns(`['git', 'clone', 'https://example.com/x']`)).toEqual({ code: 1, said: refused });
  expect(pipThatRuns(`[sys.executable, '-sS', '-c', 'import platform; print(platform.mac_ver()[0])']`)).toEqual({ code: 0, said: '' });
  expect(pipThatRuns(`[sys.executable, '-sS', '-c', 'import platform; print(platform.mac_ver()[0]); print(1)']`).code).toBe(1);
});
