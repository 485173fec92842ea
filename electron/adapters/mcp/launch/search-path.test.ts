import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseNode, findNpm, knownNodes } from './runtimes.ts';
import { findCommand, hasChosenPath, type SearchContext, searchFolders } from './search-path.ts';
import { compareVersions, satisfies } from './semver.ts';
import { cmdArguments } from './windows-command.ts';
import { parseRegQuery } from './windows-path.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'orrery-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const context = (extra: Partial<SearchContext> = {}): SearchContext => ({
  env: { PATH: '/usr/bin:/bin' },
  home,
  platform: 'linux',
  execPath: '/opt/orrery/orrery',
  ...extra,
});
const plant = (path: string, content = '#!/bin/sh\n'): string => {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o755 });
  return file;
};
/** A Node that says a version of our choice, as its headers do. */
const node = (path: string, version: string): string => {
  const [major, minor, patch] = version.split('.');
  plant(
    join(path, '../../include/node/node_version.h'),
    `#define NODE_MAJOR_VERSION ${major}\n#define NODE_MINOR_VERSION ${minor}\n#define NODE_PATCH_VERSION ${patch}\n`,
  );
  return plant(path, `#!/bin/sh\necho v${version}\n`);
};

describe('version managers', () => {
  it('nvm: the default alias, over other aliases, or the newest', () => {
    for (const version of ['18.20.0', '20.11.1', '22.3.0']) node(`.nvm/versions/node/v${version}/bin/node`, version);
    const first = () => searchFolders(context()).find((folder) => folder.includes('.nvm'));
    expect(first()).toContain('v22.3.0');
    plant('.nvm/alias/default', 'lts/iron\n');
    plant('.nvm/alias/lts/iron', 'v20.11.1\n');
    expect(first()).toContain('v20.11.1');
    plant('.nvm/alias/default', '18');
    expect(first()).toContain('v18.20.0');
    plant('.nvm/alias/default', 'system');
    expect(first()).toBeUndefined();
    plant('.nvm/alias/default', 'loop');
    plant('.nvm/alias/loop', 'default');
    expect(first()).toContain('v22.3.0');
  });
  it('a version file where the server runs chooses', () => {
    for (const version of ['18.20.0', '22.3.0']) node(`.nvm/versions/node/v${version}/bin/node`, version);
    node('.local/share/fnm/node-versions/v20.1.0/installation/bin/node', '20.1.0');
    plant('project/.nvmrc', 'v18\n');
    plant('other/.tool-versions', 'python 3.12\nnodejs 20.1.0\n');
    expect(searchFolders(context({ cwd: join(home, 'project/deep/er') }))[0]).toContain('v18.20.0');
    expect(searchFolders(context({ cwd: join(home, 'other') }))[0]).toContain('fnm/node-versions/v20.1.0');
  });
  it('also mise’s and volta’s files choose, the nearest one first', () => {
    for (const version of ['18.20.0', '20.1.0', '22.3.0']) node(`.local/share/mise/installs/node/${version}/bin/node`, version);
    const first = (folder: string) => searchFolders(context({ cwd: join(home, folder) }))[0];
    plant('a/mise.toml', '[env]\nnode = "18"\n[tools] # those\npython = "3.12"\nnode = "20"\n');
    plant('b/.mise.toml', '[tools]\nnode = ["22", "20"]\n');
    plant('c/.config/mise.toml', '[tools]\n"node" = { version = "18.20", postinstall = "x" }\n');
    plant('a/deep/package.json', JSON.stringify({ volta: { node: '22.3.0', npm: '10.0.0' } }));
    expect(['a', 'a/below', 'b', 'c', 'a/deep'].map(first).map((folder) => folder?.match(/\d+\.\d+\.\d+/)?.[0])).toEqual([
      '20.1.0',
      '20.1.0',
      '22.3.0',
      '18.20.0',
      '22.3.0',
    ]);
    plant('d/mise.toml', '[tools]\nnode = {{ broken\n');
    plant('d/package.json', '{ broken');
    expect(first('d')).not.toContain('installs/node');
  });
  it('fnm, volta, asdf, mise, nodenv, Homebrew and the rest are searched', () => {
    const folders = searchFolders(context());
    for (const each of [
      '.volta/bin',
      '.asdf/shims',
      '.local/share/mise/shims',
      '.local/share/fnm/aliases/default/bin',
      '.nodenv/shims',
      '.pyenv/shims',
      '.rbenv/shims',
      '.local/share/pnpm',
      '.yarn/bin',
      '.bun/bin',
      '.deno/bin',
      '.cargo/bin',
      '.local/bin',
    ])
      expect(folders).toContain(join(home, each));
    for (const each of [
      '/opt/homebrew/bin',
      '/home/linuxbrew/.linuxbrew/bin',
      '/opt/local/bin',
      '/snap/bin',
      '/var/lib/flatpak/exports/bin',
    ])
      expect(folders).toContain(each);
  });
});

describe('what comes first', () => {
  it('the login shell’s PATH before a bare one, a chosen one before the login shell’s', () => {
    expect(hasChosenPath(context())).toBe(false);
    expect(searchFolders(context({ loginPath: ['/login/bin', '/usr/bin'] })).slice(0, 2)).toEqual(['/login/bin', '/usr/bin']);
    const chosen = context({ env: { PATH: ['/chosen/bin', '/usr/bin'].join(delimiter) }, loginPath: ['/login/bin'] });
    expect(hasChosenPath(chosen)).toBe(true);
    expect(searchFolders(chosen).slice(0, 3)).toEqual(['/chosen/bin', '/usr/bin', '/login/bin']);
  });
  it('only full paths count, and a file that may be run before one that may not', () => {
    expect(searchFolders(context({ env: { PATH: '.:bin:/usr/bin' } }))).not.toContain('.');
    plant('a/tool');
    writeFileSync(join(home, 'a/tool'), '', { mode: 0o644 });
    rmSync(join(home, 'a/tool'));
    writeFileSync(join(home, 'a/tool'), '', { mode: 0o644 });
    const second = plant('b/tool');
    expect(findCommand('tool', context({ env: { PATH: `${home}/a:${home}/b` } }))).toBe(second);
  });
});

describe('runtimes', () => {
  it('the person’s first one if it fits, otherwise the newest that does', async () => {
    const first = node('mine/bin/node', '18.19.0');
    node('.nvm/versions/node/v20.11.1/bin/node', '20.11.1');
    const newest = node('.volta/tools/image/node/22.3.0/bin/node', '22.3.0');
    const here = context({ env: { PATH: join(home, 'mine/bin') } });
    expect(await chooseNode(here, undefined)).toMatchObject({ path: first, version: '18.19.0', fits: true });
    expect(await chooseNode(here, '>=18')).toMatchObject({ path: first });
    expect(await chooseNode(here, '>=22')).toMatchObject({ path: newest, fits: true });
    expect(await chooseNode(here, '>=99')).toMatchObject({ path: first, fits: false });
    expect(knownNodes(here).map((each) => each.version)).toEqual(expect.arrayContaining(['18.19.0', '20.11.1', '22.3.0']));
  });
  it('one that belongs to the app serves where there is no other, and npm is found beside a Node', async () => {
    const own = plant('app/node', '#!/bin/sh\necho v24.1.0\n');
    const only = context({ env: { PATH: join(home, 'empty') }, managed: [dirname(own)] });
    // The machine's own Node would be before it; here it is only asked whether it is found.
    expect(searchFolders(only).at(-1)).toBe(dirname(own));
    mkdirSync(join(home, 'n/bin'), { recursive: true });
    symlinkSync(own, join(home, 'n/bin/node'));
    const npm = plant('n/lib/node_modules/npm/bin/npm-cli.js');
    expect(findNpm(context({ env: { PATH: join(home, 'n/bin') } }))).toBe(npm);
  });
});

it('ranges as packages write them', () => {
  const table: [version: string, range: string, fits: boolean][] = [
    ['20.20.2', '>=18', true],
    ['20.20.2', '>=22.5.0', false],
    ['20.20.2', '^18.18.0 || >=20', true],
    ['20.20.2', '^18 || ^22', false],
    ['20.20.2', '20.x', true],
    ['20.20.2', '>= 20.0.0 < 21', true],
    ['20.20.2', '18 - 20', true],
    ['21.0.0', '18 - 20', false],
    ['20.20.2', '~20.19', false],
    ['20.20.2', '*', true],
    ['20.20.2', '', true],
    ['0.2.5', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['24.0.0', '>22', true],
    ['22.9.0', '>22', false],
    ['22.9.0', '<=22', true],
    ['20.1.0', 'nonsense', true],
  ];
  expect(table.filter(([version, range, fits]) => satisfies(version, range) !== fits)).toEqual([]);
  expect(['10.0.0', '9.9.9', '9.10.0'].sort(compareVersions)).toEqual(['9.9.9', '9.10.0', '10.0.0']);
});

describe('Windows, by recorded texts', () => {
  it('reads PATH as the registry prints it', () => {
    const printed =
      '\r\nHKEY_CURRENT_USER\\Environment\r\n    Path    REG_EXPAND_SZ    %USERPROFILE%\\AppData\\Local\\Microsoft\\WindowsApps;C:\\Program Files\\nodejs\\;"C:\\With Quotes";%NOWHERE%\\bin;relative\r\n\r\n';
    expect(parseRegQuery(printed, { UserProfile: 'C:\\Users\\ada' })).toEqual([
      'C:\\Users\\ada\\AppData\\Local\\Microsoft\\WindowsApps',
      'C:\\Program Files\\nodejs\\',
      'C:\\With Quotes',
    ]);
    expect(parseRegQuery('ERROR: The system was unable to find the specified registry key or value.', {})).toEqual([]);
  });
  it('quotes for batch files, and refuses what cannot be quoted', () => {
    const [, , , , line] = cmdArguments('C:\\n\\npx.cmd', ['-y', 'a&calc', 'say "hi"', 'x y']);
    // No sign that cmd reads stands bare: each has its caret.
    expect(line?.replace(/^"|"$/g, '').replace(/\^./g, '')).not.toMatch(/[&|<>"]/);
    for (const bad of ['%PATH%', 'a\nb', 'a\u0000b']) expect(() => cmdArguments('C:\\n\\npx.cmd', [bad])).toThrow(/batch file/);
  });
});
