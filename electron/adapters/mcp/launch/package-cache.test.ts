import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { ToolHost } from '../../../runtime/ports.ts';
import type { ConnectionRow } from '../../net/connection-row.ts';
import { knownToolsKey } from '../known-tools.ts';
import { createToolHost } from '../tool-host.ts';
import { createInstallers } from './installer-net.ts';
import { createKeptPackages } from './kept-packages.ts';
import { planLaunch } from './launch.ts';
import { updateKeptPackage } from './launch-package.ts';
import { packageAsk } from './package-ask.ts';
import { listPackages, removePackage } from './package-cache.ts';
import { packageFolder } from './package-pin.ts';
import { type NpmPlant, npmRegistry, pythonIndex, type Registry } from './package-registries.fixture.ts';
import { findNpm } from './runtimes.ts';
import { findCommand, realSearchContext } from './search-path.ts';

let folder: string;
let host: ToolHost;
let rows: ConnectionRow[];
const open: Registry[] = [];
const python = ['/usr/bin/python3', '/usr/local/bin/python3'].find(existsSync);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-packages-'));
  mkdirSync(join(folder, 'data'));
  rows = [];
  host = createToolHost({
    definitions: [],
    ports: {} as never,
    vault: { reveal: async () => '', redact: (text: string) => text } as never,
    net: {} as never,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] },
    dataFolder: join(folder, 'data'),
    version: '0.0.0',
    installers: createInstallers({ isOffline: () => false, onConnection: (row) => rows.push(row) }),
  } as never);
});
afterEach(async () => {
  await host.close();
  for (const each of open.splice(0)) await each.close();
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(folder, 'data');
const off = { sandbox: 'off', folders: [], hosts: [], roots: [], samplingTokens: 0 };
const config = (command: string, args: string[], env: Record<string, string> = {}): ServerConfig =>
  ({
    id: 'kept',
    title: 'Kept',
    command,
    args,
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, { text }])),
    enabled: true,
    reach: off,
  }) as unknown as ServerConfig;
const npmEnv = (registry: Registry) => ({
  npm_config_registry: registry.url,
  npm_config_cache: join(folder, 'npm-cache'),
  npm_config_fetch_retries: '0',
});
const toolsNow = () => host.tools('kept' as never).map((tool) => tool.name);
const vault = { reveal: async () => '' };

describe('what npx and uvx are asked for', () => {
  it('is read to the last word, or left to them', () => {
    expect(packageAsk('npx', ['-y', '@a/b@1.2.3', '--port', '1'])).toEqual({
      kind: 'npm',
      name: '@a/b',
      spec: '@a/b@1.2.3',
      args: ['--port', '1'],
    });
    expect(packageAsk('npx.cmd', ['--yes', 'b'])).toMatchObject({ name: 'b', spec: 'b' });
    expect(packageAsk('npx', ['-y', '-p', '@a/b', 'serve', 'x'])).toMatchObject({ name: '@a/b', program: 'serve', args: ['x'] });
    expect(packageAsk('npm', ['exec', '--yes', '--', 'b', 'x'])).toMatchObject({ name: 'b', args: ['x'] });
    for (const [command, ...before] of [['pnpx'], ['pnpm', 'dlx'], ['yarn', 'dlx'], ['bunx'], ['bun', 'x']] as const)
      expect(packageAsk(command, [...before, '@a/b@1.2.3', '--port', '1'])).toMatchObject({
        kind: 'npm',
        name: '@a/b',
        args: ['--port', '1'],
      });
    for (const [command, ...rest] of [
      ['pnpm', 'start'],
      ['bunx', '--bun', 'b'],
      ['yarn', 'b'],
      ['bun', 'run', 'b'],
    ] as const)
      expect(packageAsk(command, rest)).toBeUndefined();
    expect(packageAsk('uvx', ['mcp-server-time', '--tz', 'UTC'])).toMatchObject({
      kind: 'python',
      spec: 'mcp-server-time',
      program: 'mcp-server-time',
      args: ['--tz', 'UTC'],
    });
    expect(packageAsk('uvx', ['mcp-server-time@1.2.0'])).toMatchObject({ spec: 'mcp-server-time==1.2.0' });
    expect(packageAsk('uvx', ['--from', 'pkg[cli]==2.0', 'run-it'])).toMatchObject({
      name: 'pkg',
      spec: 'pkg[cli]==2.0',
      program: 'run-it',
    });
    expect(packageAsk('uv', ['tool', 'run', 'b@latest'])).toMatchObject({ spec: 'b' });
    for (const args of [
      ['-y', 'github:a/b'],
      ['-y', './local'],
      ['-y', 'https://x/y.tgz'],
      ['--registry', 'x', 'b'],
      ['-c', 'rm -rf /'],
      ['-y', '../../x'],
      [],
    ])
      expect(packageAsk('npx', args)).toBeUndefined();
    expect(packageAsk('uvx', ['--with', 'x', 'b'])).toBeUndefined();
    expect(packageAsk('uvx', ['git+https://x/y'])).toBeUndefined();
    expect(packageAsk('node', ['x.js'])).toBeUndefined();
  });
  it('never becomes a path of its own making', () => {
    const kept = packageFolder('/data', { kind: 'npm', spec: '../../../etc/passwd' });
    expect(kept).toMatch(/^\/data\/server-packages\/npm\/[A-Za-z0-9._-]+$/);
    expect(kept).not.toContain('..');
  });
});

describe.runIf(findNpm(realSearchContext()) !== undefined)('npx packages', () => {
  it('are installed once, pinned, started without the network, and newer only when that is asked for', async () => {
    const packages: NpmPlant[] = [{ name: '@planted/server', version: '1.0.0' }];
    const registry = await npmRegistry(join(folder, 'packed'), packages);
    open.push(registry);
    const env = npmEnv(registry);
    const server = config('npx', ['-y', '@planted/server'], env);
    const first = await host.start(server);
    expect(first.state, JSON.stringify(first.failure)).toBe('ready');
    expect(toolsNow()).toEqual(['v1-0-0']);
    expect(listPackages(data())).toMatchObject([
      { id: 'npm:@planted/server', version: '1.0.0', integrity: expect.stringMatching(/^sha512-/), scripts: 'skipped' },
    ]);
    const key = knownToolsKey(server, data());

    packages.push({ name: '@planted/server', version: '1.1.0' });
    const asked = registry.asked.length;
    await host.stop('kept' as never);
    await host.start(server);
    expect(toolsNow()).toEqual(['v1-0-0']);
    expect(registry.asked.length).toBe(asked);
    // It is Node with the script, with no npx in between.
    const plan = await planLaunch(server, { vault, dataFolder: data() });
    expect(plan.args[0]).toMatch(/server-packages.*server\.js$/);
    expect(plan.package).toMatchObject({ version: '1.0.0' });

    const updated = await updateKeptPackage(data(), 'npm:@planted/server', {
      context: { ...realSearchContext(), env: { ...process.env, ...env } },
    });
    expect(updated).toMatchObject({ before: '1.0.0', after: { version: '1.1.0' } });
    await host.stop('kept' as never);
    await host.start(server);
    expect(toolsNow()).toEqual(['v1-1-0']);
    expect(knownToolsKey(server, data())).not.toBe(key);

    // Without any network: the registry has gone.
    await registry.close();
    await host.stop('kept' as never);
    expect((await host.start(server)).state).toBe('ready');
    removePackage(data(), 'npm:@planted/server');
    rmSync(join(folder, 'npm-cache'), { recursive: true, force: true });
    await host.stop('kept' as never);
    const gone = await host.start(server);
    expect(gone.failure).toMatchObject({ cause: 'not-cached', hint: expect.stringContaining('network') });
  }, 120_000);

  it('are never led back to an older version, nor to what is no version, and become the one that was shown', async () => {
    const packages: NpmPlant[] = [{ name: 'led', version: '2.0.0' }];
    const registry = await npmRegistry(join(folder, 'packed'), packages);
    open.push(registry);
    const server = config('npx', ['-y', 'led'], npmEnv(registry));
    expect((await host.start(server)).state).toBe('ready');
    const kept = createKeptPackages({ dataFolder: data(), isOffline: () => false, onConnection: () => undefined });
    const forget = () => rmSync(join(folder, 'npm-cache'), { recursive: true, force: true });
    const { signal } = new AbortController();
    packages.push({ name: 'led', version: '1.9.0' });
    forget();
    expect(await kept.newest(server, signal)).toBe('2.0.0');
    packages.push({ name: 'led', version: '2.1.0' });
    forget();
    expect(await kept.newest(server, signal)).toBe('2.1.0');
    // A newer one came while the person read the question.
    packages.push({ name: 'led', version: '2.2.0' });
    forget();
    expect(await kept.update(server, signal, '2.1.0')).toBe('2.1.0');
    expect(listPackages(data())).toMatchObject([{ id: 'npm:led', spec: 'led', version: '2.1.0' }]);
    packages.push({ name: 'led', version: 'npm:other@1.0.0' });
    forget();
    await expect(kept.newest(server, signal)).rejects.toMatchObject({ code: expect.stringMatching(/^package-/) });
    expect(listPackages(data())).toMatchObject([{ version: '2.1.0' }]);
  }, 120_000);

  it('named with a version go when their server names another, unless another server still starts from them', async () => {
    const registry = await npmRegistry(join(folder, 'packed'), [
      ...['1.0.0', '1.1.0', '1.2.0'].map((version) => ({ name: 'exact', version })),
      { name: 'other', version: '1.0.0' },
    ]);
    open.push(registry);
    const at = (spec: string) => config('npx', ['-y', spec], npmEnv(registry));
    const specs = () => listPackages(data()).map((each) => each.spec);
    const kept = createKeptPackages({ dataFolder: data(), isOffline: () => false, onConnection: () => undefined });
    for (const spec of ['exact@1.0.0', 'exact@1.1.0', 'other@1.0.0']) await planLaunch(at(spec), { vault, dataFolder: data() });
    // The new one is not kept yet: nothing goes.
    kept.sweep(at('exact@1.2.0'), [at('exact@1.2.0')]);
    expect(specs()).toHaveLength(3);
    await planLaunch(at('exact@1.2.0'), { vault, dataFolder: data() });
    kept.sweep(at('exact@1.2.0'), [at('exact@1.2.0'), at('exact@1.1.0')]);
    expect(specs()).toEqual(['exact@1.1.0', 'exact@1.2.0', 'other@1.0.0']);
    expect(readdirSync(join(data(), 'server-packages/npm'))).toHaveLength(3);
  }, 120_000);

  it('do not run install scripts unless that is allowed, and leave nothing when they cannot be had', async () => {
    const mark = join(folder, 'script-ran');
    const packages: NpmPlant[] = [
      {
        name: 'scripted',
        version: '2.0.0',
        engines: '>=99',
        scripts: { postinstall: `node -e "require('fs').writeFileSync('${mark}', '')"` },
      },
    ];
    const registry = await npmRegistry(join(folder, 'packed'), packages);
    open.push(registry);
    const args = ['-y', 'scripted@2.0.0'];
    const plan = await planLaunch(config('npx', args, npmEnv(registry)), { vault, dataFolder: data() });
    expect(existsSync(mark)).toBe(false);
    expect(plan.package).toMatchObject({ scripts: 'skipped', wanted: ['scripted'], engines: '>=99' });
    expect(plan.notes?.join(' ')).toMatch(/not run.*asks for Node\.js >=99, which is not on this machine/s);
    const allowed = await planLaunch(config('npx', args, { ...npmEnv(registry), npm_config_ignore_scripts: 'false' }), {
      vault,
      dataFolder: data(),
    });
    expect(allowed.package).toMatchObject({ scripts: 'run' });
    expect(existsSync(mark)).toBe(true);

    const absent = planLaunch(config('npx', ['-y', 'no-such-package'], npmEnv(registry)), { vault, dataFolder: data() });
    await expect(absent).rejects.toMatchObject({ failure: { cause: 'not-found', message: expect.stringContaining('no-such-package') } });
    expect(readdirSync(packageFolder(data(), { kind: 'npm', spec: 'no-such-package' }))).toEqual([]);
    const other = planLaunch(config('npx', ['-y', '-p', 'scripted@2.0.0', 'other-program'], npmEnv(registry)), {
      vault,
      dataFolder: data(),
    });
    await expect(other).rejects.toMatchObject({ failure: { cause: 'not-found', message: expect.stringContaining('it has scripted') } });
  }, 120_000);
});

// Where uv is there, it installs; its command line is tested by what it is given, since not every machine has one.
describe.runIf(python !== undefined && findCommand('uv') === undefined)('uvx packages, with the person’s Python', () => {
  it('come from an index once, pinned, and start without it', async () => {
    const index = await pythonIndex([
      { name: 'planted-time', version: '0.3.0' },
      { name: 'planted-time', version: '0.4.0' },
    ]);
    open.push(index);
    const env = { PIP_NO_CACHE_DIR: '1' };
    const server = config('uvx', ['--index-url', `${index.url}/simple`, 'planted-time==0.3.0'], env);
    const first = await host.start(server);
    expect(first.state, JSON.stringify(first.failure)).toBe('ready');
    expect(toolsNow()).toEqual(['v0-3-0']);
    expect(listPackages(data())).toMatchObject([
      { id: 'python:planted-time==0.3.0', version: '0.3.0', integrity: expect.stringMatching(/^sha256=/) },
    ]);
    // Each connection of pip's is in the ledger as the index saw it.
    const seen = index.connections.map((socket) => ({ bytesOut: socket.bytesRead, bytesIn: socket.bytesWritten }));
    expect(rows.map(({ bytesOut, bytesIn }) => ({ bytesOut, bytesIn }))).toEqual(seen);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ purpose: 'fetching the package planted-time==0.3.0', address: '127.0.0.1', status: 200 });
    await index.close();
    await host.stop('kept' as never);
    expect((await host.start(server)).state).toBe('ready');
    const missing = planLaunch(config('uvx', ['--index-url', `${index.url}/simple`, 'planted-other'], env), { vault, dataFolder: data() });
    await expect(missing).rejects.toMatchObject({ failure: { cause: expect.stringMatching(/not-cached|not-found/) } });
  }, 180_000);
});
