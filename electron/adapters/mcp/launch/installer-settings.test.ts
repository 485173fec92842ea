import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultUrl } from 'registry-url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { npmSettings, pythonSettings } from './installer-settings.ts';
import { findNpm, nodeOfNpm } from './runtimes.ts';
import { realSearchContext } from './search-path.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'orrery-settings-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const write = (name: string, text: string) => {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  writeFileSync(join(home, name), text);
};
const ask = (name: string, index?: string) => ({ kind: 'npm' as const, name, spec: name, ...(index === undefined ? {} : { index }) });

const npm = findNpm(realSearchContext());
describe.runIf(npm !== undefined)('of npm', () => {
  const settings = async (name: string, env: Record<string, string> = {}) => {
    const node = await nodeOfNpm(npm as string, realSearchContext());
    const base = { HOME: home, PATH: process.env.PATH ?? '' };
    return npmSettings(ask(name), { npm: npm as string, node: node?.path ?? process.execPath }, { ...base, ...env }, { home });
  };

  it('are the registries of all its files and variables, and the proxy that it would use', async () => {
    write(
      '.npmrc',
      '@inside:registry=https://npm.inside.example:8443/group/\nhttps-proxy=http://ada:x@proxy.example:3128\nnoproxy=a.example, b.example\n',
    );
    const found = await settings('@inside/server', { npm_config_registry: 'https://mirror.example/npm/' });
    expect(found.registry.href).toBe('https://npm.inside.example:8443/group/');
    expect(found.hosts).toEqual(['mirror.example:443', 'npm.inside.example:8443']);
    expect(found.proxy).toEqual({ https: 'http://ada:x@proxy.example:3128', http: 'http://ada:x@proxy.example:3128' });
    expect(found.noProxy).toEqual(['a.example', 'b.example']);
    const usual = await settings('server', { HTTPS_PROXY: 'http://other.example:1' });
    expect(usual).toMatchObject({ registry: new URL(defaultUrl), proxy: { https: 'http://ada:x@proxy.example:3128' } });
  });
});

it('npm is asked once more when it gives no answer, and its own file is read when it never does', async () => {
  const asked = join(home, 'asked');
  const file = join(home, 'npm.cjs');
  write('mine', 'https-proxy=http://proxy.example:3128\n');
  const env = { npm_config_userconfig: join(home, 'mine') };
  const fake = (body: string): void => writeFileSync(file, `require('node:fs').appendFileSync(${JSON.stringify(asked)}, 'x');\n${body}`);
  fake(`if (require('node:fs').readFileSync(${JSON.stringify(asked)}, 'utf8') === 'x') process.exit(1);
console.log(JSON.stringify({ cafile: '', registry: 'https://mirror.example/' }));`);
  const tool = { npm: file, node: process.execPath };
  expect((await npmSettings(ask('server'), tool, env, { home })).registry.href).toBe('https://mirror.example/');
  fake('process.exit(1)');
  expect((await npmSettings(ask('server'), tool, env, { home })).proxy).toMatchObject({ https: 'http://proxy.example:3128' });
  expect(readFileSync(asked, 'utf8')).toBe('xxxx');
});

// npm takes a file of the folder that it is asked in for settings too, and of those above it: one for temporary files is everybody's.
it('npm is asked where nobody else can have put settings', async () => {
  write(
    'npm.cjs',
    "console.log(JSON.stringify({ registry: require('node:url').pathToFileURL(process.cwd()).href.replace('file://', 'https://x.example') }))",
  );
  const tool = { npm: join(home, 'npm.cjs'), node: process.execPath };
  const { registry } = await npmSettings(ask('server'), tool, { PATH: process.env.PATH ?? '' }, { home });
  expect(registry.pathname).toBe(realpathSync(home));
});

describe('of pip and uv', () => {
  const settings = (hasUv: boolean, env: Record<string, string> = {}, index?: string) =>
    pythonSettings(ask('a', index), hasUv, env, { home, platform: 'linux', env: { XDG_CONFIG_HOME: join(home, '.config') } });

  it('are the usual index with the host of its files, where nothing else is said', () => {
    const found = settings(false);
    expect(found.registry.host).toBe('pypi.org');
    expect(found.hosts).toEqual(expect.arrayContaining(['pypi.org:443', 'files.pythonhosted.org:443']));
    expect(found.hosts).not.toContain('github.com:443');
    expect(settings(true).hosts).toContain('github.com:443');
  });

  it('are read from pip’s files with their further lines, and not from comments', () => {
    write(
      '.config/pip/pip.conf',
      '[global]\nindex-url = https://pip.inside.example/simple\nextra-index-url =\n    https://one.example/simple\n    http://two.example:81/simple\n# find-links = https://no.example/\nproxy = proxy.example:3128\ntrusted-host = x.example\n',
    );
    const found = settings(false);
    expect(found.registry.host).toBe('pip.inside.example');
    expect(found.hosts).toEqual(expect.arrayContaining(['pip.inside.example:443', 'one.example:443', 'two.example:81']));
    expect(found.hosts.join()).not.toMatch(/no\.example|x\.example/);
    expect(found.proxy).toEqual({ https: 'proxy.example:3128', http: 'proxy.example:3128' });
  });

  it('are read from uv’s file and variables', () => {
    write(
      '.config/uv/uv.toml',
      '[[index]]\nname = "inside"\nurl = "https://uv.inside.example/simple"\nextra-index-url = ["https://three.example/simple"]\n',
    );
    const found = settings(true, { UV_INDEX: 'named=https://four.example/simple', HTTPS_PROXY: 'http://p.example:1', NO_PROXY: 'a, b' });
    expect(found.hosts).toEqual(expect.arrayContaining(['uv.inside.example:443', 'three.example:443', 'four.example:443']));
    expect(found).toMatchObject({ proxy: { https: 'http://p.example:1' }, noProxy: ['a', 'b'] });
    expect(settings(true, {}, 'https://named.example/simple').registry.host).toBe('named.example');
  });
});
