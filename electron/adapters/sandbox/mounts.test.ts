// What a package or bundle can bring itself must not open more than the package.

import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { planMounts } from './mounts.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-mounts-')));
const put = (path: string, text = '', mode = 0o644): string => {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  chmodSync(full, mode);
  return full;
};
const own = join(home, 'own');

beforeAll(() => {
  vi.stubEnv('HOME', home);
  mkdirSync(own);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const shown = (file: string, args: string[] = []): string[] =>
  planMounts({ file, args, env: {}, cwd: own }, { id: 'one', home: own, folders: [], hosts: [] }, [])
    .layers.filter(({ mode }) => mode === 'read' || mode === 'write')
    .map(({ path }) => path);

it('a package that says where its Python lies opens no folder of the person', () => {
  put('Documents/taxes.txt');
  for (const says of [join(home, 'Documents/x'), join(home, 'Documents'), join(home, 'x'), '/etc/x']) {
    const file = put('pkg/bin/run', '#!/bin/sh', 0o755);
    put('pkg/pyvenv.cfg', `home = ${says}\n`);
    expect(shown(file)).not.toContain(join(home, 'Documents'));
    expect(shown(file)).not.toContain(home);
    expect(shown(file)).not.toContain('/etc');
  }
});

it('an environment’s own Python is there', () => {
  put('pythons/3.12/bin/python3', '', 0o755);
  mkdirSync(join(home, 'pythons/3.12/lib'), { recursive: true });
  put('venv/pyvenv.cfg', `home = ${join(home, 'pythons/3.12/bin')}\n`);
  expect(shown(put('venv/bin/tool', '', 0o755))).toEqual(expect.arrayContaining([join(home, 'venv'), join(home, 'pythons/3.12')]));
});

it('an argument that names a file which is no program opens nothing', () => {
  const program = put('tools/run.js');
  const secret = put('Papers/passwords', 'geheim');
  expect(shown(program, ['--key', secret])).not.toContain(join(home, 'Papers'));
  expect(shown(process.execPath, [put('scripts/start', '#!/bin/sh', 0o755)])).toContain(join(home, 'scripts'));
});
