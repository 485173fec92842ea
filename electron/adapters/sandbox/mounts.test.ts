// What a package or bundle can bring itself must not open more than the package.

import { chmodSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

it('a granted folder or working folder that was replaced by a link since is not given, and it says where it leads', () => {
  const [granted, working, elsewhere] = ['granted', 'working', 'elsewhere'].map((each) => join(home, each)) as [string, string, string];
  for (const each of [granted, working, elsewhere]) mkdirSync(each);
  const plan = () =>
    planMounts(
      { file: '/usr/bin/true', args: [], env: {}, cwd: working },
      { id: 'one', home: own, folders: [{ path: granted, write: true }], hosts: [] },
      [],
      (folder) => folder,
    );
  const given = () => plan().layers.filter(({ mode }) => mode === 'read' || mode === 'write');
  expect(given().map(({ path }) => path)).toEqual(expect.arrayContaining([granted, working]));
  for (const each of [granted, working]) {
    renameSync(each, `${each}-before`);
    symlinkSync(elsewhere, each);
  }
  expect(given()).toEqual([{ path: own, mode: 'write' }]);
  expect(plan().left).toEqual([
    { path: granted, why: expect.stringContaining(`leads to ${elsewhere} now`) },
    { path: working, why: expect.stringContaining(`leads to ${elsewhere} now`) },
  ]);
});

it('what the path was granted for to others since does not open it', () => {
  const [mine, theirs] = [join(home, 'mine'), join(home, 'theirs')];
  mkdirSync(theirs);
  symlinkSync(theirs, mine);
  const plan = (id: string) =>
    planMounts(
      { file: '/usr/bin/true', args: [], env: {}, cwd: own },
      { id, home: own, folders: [{ path: mine, write: true }], hosts: [] },
      [],
      (_folder, holder) => (holder === 'server:one' ? mine : theirs),
    ).left.map(({ path }) => path);
  expect(plan('one')).toEqual([mine]);
  expect(plan('two')).toEqual([]);
});

it('a working folder opens neither what is closed inside of it nor keys of the person', () => {
  const data = join(home, 'share/orrery');
  mkdirSync(join(data, 'servers/one'), { recursive: true });
  put('share/other.txt');
  put('.ssh/id', 'the key');
  put('.config/gh/hosts.yml', 'the key');
  const layersAt = (cwd: string) =>
    planMounts({ file: '/usr/bin/true', args: [], env: {}, cwd }, { id: 'one', home: join(data, 'servers/one'), folders: [], hosts: [] }, [
      data,
    ]);
  expect(layersAt(join(home, 'share')).layers).toEqual([
    { path: join(home, 'share'), mode: 'write' },
    { path: data, mode: 'empty' },
    { path: join(data, 'servers/one'), mode: 'write' },
  ]);
  expect(layersAt(join(home, '.config')).layers).toContainEqual({ path: join(home, '.config/gh'), mode: 'empty' });
  for (const cwd of [join(home, '.ssh'), join(home, '.config/gh')]) {
    expect(layersAt(cwd).layers).not.toContainEqual({ path: cwd, mode: 'write' });
    expect(layersAt(cwd).left).toEqual([{ path: cwd, why: expect.stringContaining('keys or passwords') }]);
  }
});

it('what is closed is closed under every name that it is opened by', () => {
  const data = join(home, 'true/data');
  mkdirSync(data, { recursive: true });
  symlinkSync(join(home, 'true'), join(home, 'other-name'));
  const { layers } = planMounts(
    { file: '/usr/bin/true', args: [], env: {}, cwd: own },
    { id: 'one', home: own, folders: [{ path: join(home, 'other-name'), write: true }], hosts: [] },
    [join(home, 'other-name/data')],
  );
  for (const name of ['true', 'other-name']) {
    expect(layers).toContainEqual({ path: join(home, name), mode: 'write' });
    expect(layers).toContainEqual({ path: join(home, name, 'data'), mode: 'empty' });
  }
});

it('a program that its server replaced by a link opens no other folder', () => {
  put('diary/app.js', 'private');
  put('diary/package.json', '{}');
  const program = put('project/build/index.js');
  const shownNow = () =>
    planMounts(
      { file: process.execPath, args: [program], env: {}, cwd: own },
      { id: 'one', home: own, folders: [{ path: join(home, 'project'), write: true }], hosts: [] },
      [],
    ).layers.map(({ path }) => path);
  rmSync(program);
  symlinkSync(join(home, 'diary/app.js'), program);
  expect(shownNow().filter((path) => path.includes('diary'))).toEqual([]);
  // An environment's Python is a link to the person's, and is followed.
  put('conda/bin/python3', '', 0o755);
  mkdirSync(join(home, 'conda/lib'));
  rmSync(program);
  symlinkSync(join(home, 'conda/bin/python3'), program);
  expect(shownNow()).toContain(join(home, 'conda'));
});

it('mail, browsers, applications of snap and flatpak, registries, clouds, wallets and databases of passwords stay shut in a granted home', () => {
  const files = ['.pypirc', '.cargo/credentials.toml', '.m2/settings.xml', '.git-credentials', 'Documents/mine.KDBX', 'private.kdbx'];
  const folders = [
    ...['.thunderbird', '.config/microsoft-edge', '.config/vivaldi', 'snap', '.var/app', '.config/rclone', '.password-store', '.electrum'],
    ...['.config/gh', '.docker', '.kube', '.azure', '.config/gcloud', '.config/keepassxc', '.bitcoin', '.local/share/kwalletd'],
  ];
  for (const each of files) put(each, 'the key');
  for (const each of folders) put(join(each, 'inside'), 'the key');
  put('.cargo/bin/cargo', '', 0o755);
  const layersOf = (...granted: string[]) =>
    planMounts(
      { file: '/usr/bin/true', args: [], env: {}, cwd: own },
      { id: 'one', home: own, folders: granted.map((path) => ({ path, write: true })), hosts: [] },
      [],
    ).layers;
  const layers = layersOf(home);
  const isShut = (each: string) => layers.some(({ path, mode }) => path === join(home, each) && (mode === 'empty' || mode === 'blank'));
  expect([...files, ...folders].filter((each) => !isShut(each))).toEqual([]);
  expect(['.cargo', 'Documents', '.config', '.cargo/bin'].filter(isShut)).toEqual([]);
  // Granted by name it is open.
  expect(layersOf(join(home, '.config/rclone'))).not.toContainEqual({ path: join(home, '.config/rclone'), mode: 'empty' });
});
