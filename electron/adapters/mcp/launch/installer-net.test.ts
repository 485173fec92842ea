// npm and pip as a start runs them, beside the offline switch and the ledger: the real ones, and registries of this machine.

import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { ConnectionRow } from '../../net/connection-row.ts';
import { createForwardProxy } from '../../net/forward-proxy.ts';
import { createInstallers, type Installers, withInstaller } from './installer-net.ts';
import { planLaunch } from './launch.ts';
import { npmRegistry, type Registry } from './package-registries.fixture.ts';
import { findNpm } from './runtimes.ts';
import { realSearchContext } from './search-path.ts';

let folder: string;
let registry: Registry;
let rows: ConnectionRow[];
let isOffline: boolean;
let allowed: string[];
let installers: Installers;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-installers-'));
  mkdirSync(join(folder, 'data'));
  [rows, isOffline, allowed] = [[], false, []];
  installers = createInstallers({
    isOffline: () => isOffline,
    onConnection: (row) => void (row.isOpen === true || rows.push(row)),
    allowedHosts: () => allowed,
  });
  registry = await npmRegistry(join(folder, 'packed'), [{ name: '@planted/server', version: '1.0.0' }]);
  ends.push(registry.close);
});
afterEach(async () => {
  await installers.close();
  for (const end of ends.splice(0)) await end();
  rmSync(folder, { recursive: true, force: true });
});

const config = (command: string, args: string[], env: Record<string, string>): ServerConfig =>
  ({
    id: 'kept',
    title: 'Kept',
    command,
    args,
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, { text }])),
    enabled: true,
  }) as unknown as ServerConfig;
const start = (address: string, more: Record<string, string> = {}) =>
  planLaunch(
    config('npx', ['-y', '@planted/server'], {
      ...{ npm_config_registry: address, npm_config_cache: join(folder, 'npm-cache'), npm_config_fetch_retries: '0' },
      ...more,
    }),
    { vault: { reveal: async () => '' }, dataFolder: join(folder, 'data'), installers },
  );
const portOf = (address: string) => Number(new URL(address).port);

describe.runIf(findNpm(realSearchContext()) !== undefined)('what npm fetches', () => {
  it('is in the ledger connection by connection, as the registry saw them, and a start from what is kept is not', async () => {
    const seen = () => registry.connections.map((socket) => ({ bytesOut: socket.bytesRead, bytesIn: socket.bytesWritten }));
    await start(registry.url);
    expect(registry.asked).toEqual(['/@planted/server', '/tarballs/@planted/server-1.0.0.tgz']);
    expect(rows.map(({ bytesOut, bytesIn }) => ({ bytesOut, bytesIn }))).toEqual(seen());
    for (const row of rows)
      expect(row).toMatchObject({
        ...{ host: `127.0.0.1:${portOf(registry.url)}`, address: '127.0.0.1', port: portOf(registry.url), status: 200, error: undefined },
        ...{ purpose: 'fetching the package @planted/server', by: { actor: { kind: 'app' }, server: 'kept' } },
      });
    expect(new Set(rows.map((row) => row.localPort)).size).toBe(2);
    await start(registry.url);
    expect(rows).toHaveLength(2);
    expect(installers.open?.size).toBe(0);
  });

  it('is in the ledger where the registry has no such thing', async () => {
    await expect(start(`${registry.url}/none`)).rejects.toThrow('@planted/server');
    expect(rows).toMatchObject([{ status: 404, bytesOut: expect.any(Number) }]);
  });

  it('is not asked for elsewhere while Orrery is offline: that is said, and is in the ledger as refused', async () => {
    isOffline = true;
    await expect(start('http://registry.example:4873')).rejects.toMatchObject({
      failure: { cause: 'not-cached', message: expect.stringContaining('offline'), hint: expect.stringContaining('Offline') },
    });
    expect(rows).toMatchObject([{ host: 'registry.example:4873', error: 'offline' }]);
  });

  it('is fetched from a registry of this machine while Orrery is offline', async () => {
    isOffline = true;
    expect((await start(registry.url)).package).toMatchObject({ version: '1.0.0' });
    expect(rows).toHaveLength(2);
  });

  it('comes from no other host than the registry, and that is said with its name, unless a person allowed it', async () => {
    const elsewhere = await npmRegistry(join(folder, 'other'), [{ name: '@planted/server', version: '1.0.0' }], {
      tarballs: (url) => url.replace('127.0.0.1', 'localhost'),
    });
    ends.push(elsewhere.close);
    const host = `localhost:${portOf(elsewhere.url)}`;
    await expect(start(elsewhere.url)).rejects.toMatchObject({
      failure: {
        ...{ cause: 'unreachable', message: expect.stringContaining(host), wantsHost: host },
        hint: expect.stringContaining(`orrery tools hosts --allow ${host} --start kept`),
      },
    });
    expect(elsewhere.asked).toEqual(['/@planted/server']);
    expect(rows.at(-1)).toMatchObject({ host, error: 'host-not-allowed', localPort: 0 });
    allowed = ['*', host];
    expect((await start(elsewhere.url)).package).toMatchObject({ version: '1.0.0' });
  });

  it('says that the registry was not reached, and not that one has to sign in', async () => {
    await expect(start('http://nowhere.example.invalid:4873')).rejects.toMatchObject({
      failure: { cause: 'not-cached', message: expect.stringContaining('nowhere.example.invalid') },
    });
    expect(rows).toMatchObject([{ host: 'nowhere.example.invalid:4873', address: '', error: 'net-unreachable' }]);
  });

  it('goes through the proxy that the person set, which alone is connected to, and the row says so', async () => {
    const theirs = createForwardProxy({
      permission: { hosts: [], local: true },
      purpose: 'theirs',
      token: 'geheim',
      // A name that is known to that proxy only.
      resolve: async () => ['127.0.0.1'],
    });
    await new Promise<void>((done) => theirs.server.listen(0, '127.0.0.1', done));
    ends.push(theirs.end, () => theirs.server.close());
    const { port } = theirs.server.address() as AddressInfo;
    const inside = `http://registry.inside.example:${portOf(registry.url)}`;
    // The registry names itself by an address of this machine; npm is told to ask for its tarballs by the name, too.
    await start(inside, { HTTPS_PROXY: `http://ada:geheim@127.0.0.1:${port}`, npm_config_replace_registry_host: 'always' });
    expect(rows).toHaveLength(2);
    for (const row of rows)
      expect(row).toMatchObject({
        ...{ host: `registry.inside.example:${portOf(registry.url)}`, address: '127.0.0.1', port, status: 200 },
        purpose: `fetching the package @planted/server, through your proxy 127.0.0.1:${port}`,
      });
    expect(JSON.stringify(rows)).not.toContain('geheim');
  });

  it('leaves no proxy and no npm behind when the host closes in the middle', async () => {
    const hanging = createServer(() => undefined);
    await new Promise<void>((done) => hanging.listen(0, '127.0.0.1', done));
    ends.push(
      () => hanging.closeAllConnections(),
      () => hanging.close(),
    );
    const asked = new Promise((done) => hanging.once('request', done));
    const starting = start(`http://127.0.0.1:${(hanging.address() as AddressInfo).port}`).catch((error: unknown) => error);
    await asked;
    const [proxy] = installers.open ?? [];
    const port = proxy?.port ?? 0;
    expect(await answers(port)).toBe(true);
    await installers.close();
    expect(await starting).toBeInstanceOf(Error);
    expect(await answers(port)).toBe(false);
    expect(rows).toMatchObject([{ localPort: expect.any(Number), bytesIn: 0 }]);
    expect(npmsIn(folder)).toEqual([]);
  });
});

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Processes of this machine that work in there. */
function npmsIn(place: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(place);
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

// What pip itself does through it: package-cache.test.ts.
describe('what pip fetches', () => {
  const ask = { kind: 'python', name: 'mcp-server-time', spec: 'mcp-server-time' } as const;
  const tools = { npm: () => Promise.reject(new Error('none')), python: async () => ({ python: '/usr/bin/python3' }) };
  const place = (env: Record<string, string>) => {
    const context = { ...realSearchContext(), env: {}, home: folder };
    return { env, context, net: installers, tools };
  };

  it('is nothing while Orrery is offline: nothing runs', async () => {
    isOffline = true;
    let isRun = false;
    const work = async () => {
      isRun = true;
    };
    await expect(withInstaller(ask, place({}), work)).rejects.toMatchObject({ failure: { cause: 'not-cached' } });
    expect(isRun).toBe(false);
    expect(rows).toMatchObject([{ host: 'pypi.org', method: 'pip', error: 'offline' }]);
  });

  it('goes through a proxy that ours cannot speak with unseen, and the row says that', async () => {
    const env = { ALL_PROXY: 'quic://ada:geheim@10.0.0.7:1080' };
    expect(await withInstaller(ask, place(env), async (given) => given.env)).toEqual(env);
    expect(rows).toMatchObject([
      { host: 'pypi.org', address: '', purpose: expect.stringContaining('through your proxy quic://10.0.0.7:1080') },
    ]);
  });
});
