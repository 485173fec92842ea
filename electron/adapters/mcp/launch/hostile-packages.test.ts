// Packages that want more than to be unpacked: a folder or a repository of the person's as a part of them, or code of theirs run while
// they are installed, which is outside of every sandbox. The real npm and pip, registries of this test.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageTools } from './launch-package.ts';
import type { PackageAsk } from './package-ask.ts';
import { installPackage, listPackages } from './package-cache.ts';
import { npmRegistry, pythonIndex, type Registry } from './package-registries.fixture.ts';
import { findNpm } from './runtimes.ts';
import { findCommand, realSearchContext } from './search-path.ts';

let folder: string;
let registry: Registry | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-hostile-'));
});
afterEach(async () => {
  await registry?.close();
  registry = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function install(ask: PackageAsk, more: Record<string, string> = {}) {
  const env: Record<string, string> = { PATH: process.env.PATH ?? '', HOME: folder, ...more };
  return installPackage(join(folder, 'data'), ask, packageTools(realSearchContext(), env), { env, scripts: false });
}
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=P', '-c', 'user.email=p@example.com', ...args], { cwd: join(folder, 'private') });

describe.skipIf(findNpm(realSearchContext()) === undefined || findCommand('git') === undefined)('an npm package', () => {
  it.each([
    ['a repository', (path: string) => `git+file://${path}`],
    ['a folder', (path: string) => `file:${path}`],
  ])(
    'gets %s of the person’s for no part of it',
    async (_name, address) => {
      mkdirSync(join(folder, 'private'));
      writeFileSync(join(folder, 'private/package.json'), '{"name":"private","version":"1.0.0"}');
      writeFileSync(join(folder, 'private/key.txt'), 'the key');
      git('init', '-q');
      git('add', '.');
      git('commit', '-qm', 'x');
      registry = await npmRegistry(folder, [
        { name: 'taker', version: '1.0.0', dependencies: { private: address(join(folder, 'private')) } },
      ]);
      const failure = await install(
        { kind: 'npm', name: 'taker', spec: 'taker', args: [] },
        { npm_config_registry: `${registry.url}/`, npm_config_cache: join(folder, 'cache') },
      ).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'StartError' });
      expect(listPackages(join(folder, 'data'))).toEqual([]);
      const found = spawnSync('grep', ['-rl', 'the key', join(folder, 'data')], { encoding: 'utf8' });
      expect(found.stdout).toBe('');
    },
    60_000,
  );
});

describe.skipIf(findCommand('python3') === undefined || findCommand('uv') !== undefined)('a Python package', () => {
  it('has nothing run while it is installed, though it names sources to build', async () => {
    const source = join(folder, 'builder-1.0.0');
    mkdirSync(source);
    writeFileSync(join(source, 'PKG-INFO'), 'Metadata-Version: 2.1\nName: builder\nVersion: 1.0.0\n');
    writeFileSync(join(source, 'pyproject.toml'), '[build-system]\nrequires = []\nbuild-backend = "planted"\nbackend-path = ["."]\n');
    writeFileSync(join(source, 'planted.py'), `open(${JSON.stringify(join(folder, 'was-run'))}, 'w').write('x')\n`);
    execFileSync('tar', ['-czf', `${source}.tar.gz`, '-C', folder, 'builder-1.0.0']);
    registry = await pythonIndex([{ name: 'taker', version: '1.0.0', requires: `builder @ file://${source}.tar.gz` }]);
    const ask: PackageAsk = { kind: 'python', name: 'taker', spec: 'taker', args: [], index: `${registry.url}/simple` };
    const failure = await install(ask, { PIP_NO_CACHE_DIR: '1' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StartError', failure: { message: expect.stringContaining('names sources to build') } });
    expect(existsSync(join(folder, 'was-run'))).toBe(false);
    expect(listPackages(join(folder, 'data'))).toEqual([]);
  }, 90_000);
});
