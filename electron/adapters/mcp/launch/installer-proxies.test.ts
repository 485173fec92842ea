// The real npm behind a person's own proxies: SOCKS, and one that is asked over TLS. What it fetches goes through ours, then theirs.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { orSkipped } from '../../../../tests/helpers/or-skipped.ts';
import type { ConnectionRow } from '../../net/connection-row.ts';
import { createForwardProxy } from '../../net/forward-proxy.ts';
import { socksServer } from '../../net/socks-server.fixture.ts';
import { createInstallers, type Installers } from './installer-net.ts';
import { planLaunch } from './launch.ts';
import { npmRegistry, type Registry } from './package-registries.fixture.ts';
import { findNpm } from './runtimes.ts';
import { realSearchContext } from './search-path.ts';

let folder: string;
let registry: Registry;
let rows: ConnectionRow[];
let installers: Installers;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-proxies-'));
  mkdirSync(join(folder, 'data'));
  rows = [];
  installers = createInstallers({ isOffline: () => false, onConnection: (row) => void (row.isOpen === true || rows.push(row)) });
  registry = await npmRegistry(join(folder, 'packed'), [{ name: '@planted/server', version: '1.0.0' }]);
  ends.push(registry.close);
});
afterEach(async () => {
  await installers.close();
  for (const end of ends.splice(0)) await end();
  rmSync(folder, { recursive: true, force: true });
});

/** From a registry whose name only the person's proxy knows, unless it is another. */
function start(more: Record<string, string>, at = `http://registry.inside.example:${portOf()}`) {
  const env = {
    ...{ npm_config_registry: at, npm_config_cache: join(folder, 'npm-cache'), npm_config_fetch_retries: '0' },
    // The registry names itself by an address of this machine; npm is told to ask for its tarballs by the name, too.
    ...{ npm_config_replace_registry_host: 'always', ...more },
  };
  const config = { id: 'kept', title: 'Kept', command: 'npx', args: ['-y', '@planted/server'], enabled: true };
  const texts = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, { text }]));
  return planLaunch({ ...config, env: texts } as unknown as ServerConfig, {
    ...{ vault: { reveal: async () => '' }, dataFolder: join(folder, 'data'), installers },
  });
}
const portOf = () => Number(new URL(registry.url).port);

const noNpm = findNpm(realSearchContext()) === undefined ? 'npm is not on this machine' : undefined;
describe.skipIf(noNpm !== undefined)(orSkipped('what npm fetches', noNpm), () => {
  it.each([
    ['HTTPS_PROXY and HTTP_PROXY', (url: string) => ({ HTTPS_PROXY: url, HTTP_PROXY: url })],
    ['ALL_PROXY', (url: string) => ({ ALL_PROXY: url })],
    ['npm’s own proxy', (url: string) => ({ npm_config_proxy: url, npm_config_https_proxy: url })],
  ])('goes through a SOCKS proxy of %s, each connection a row with what the registry saw', async (_name, settings) => {
    const asked: string[] = [];
    const theirs = await socksServer({
      user: { name: 'ada', password: 'geheim' },
      leadsHere: true,
      carries: (host, port) => asked.push(`${host}:${port}`) > 0,
    });
    ends.push(theirs.close);
    await start(settings(`socks5h://ada:geheim@127.0.0.1:${theirs.port}`), `http://registry.inside.example:${portOf()}`);
    expect(registry.asked).toEqual(['/@planted/server', '/tarballs/@planted/server-1.0.0.tgz']);
    expect(asked).toEqual(Array(2).fill(`registry.inside.example:${portOf()}`));
    expect(rows).toHaveLength(2);
    for (const row of rows)
      expect(row).toMatchObject({
        ...{ host: `registry.inside.example:${portOf()}`, address: '127.0.0.1', port: theirs.port, status: 200, error: undefined },
        purpose: `fetching the package @planted/server, through your proxy 127.0.0.1:${theirs.port}`,
      });
    expect(JSON.stringify(rows)).not.toContain('geheim');
  });

  it('says what a SOCKS proxy refuses, with its words', async () => {
    const theirs = await socksServer({ carries: () => false });
    ends.push(theirs.close);
    await expect(start({ ALL_PROXY: `socks5h://127.0.0.1:${theirs.port}` })).rejects.toMatchObject({
      failure: {
        cause: 'unreachable',
        message: expect.stringContaining('its rules do not allow it'),
        hint: expect.stringContaining('proxy'),
      },
    });
  });
});

const hasOpenssl = ((): boolean => {
  try {
    return execFileSync('openssl', ['version'], { stdio: ['ignore', 'pipe', 'ignore'] }).length > 0;
  } catch {
    return false;
  }
})();
const noTls = noNpm ?? (hasOpenssl ? undefined : 'openssl is not on this machine');
describe.skipIf(noTls !== undefined)(orSkipped('over TLS', noTls), () => {
  /** A proxy that is asked over TLS, by a certificate of its own for `localhost`. */
  async function tlsProxy(): Promise<{ port: number; certificate: string }> {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names, '-keyout', key, '-out', certificate];
    execFileSync('openssl', make, { stdio: 'ignore' });
    const inner = createForwardProxy({
      permission: { hosts: [], local: true },
      purpose: 'theirs',
      token: 'geheim',
      resolve: async () => ['127.0.0.1'],
    });
    inner.server.listen(0, '127.0.0.1');
    await once(inner.server, 'listening');
    const { port: behind } = inner.server.address() as AddressInfo;
    const outer = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) => {
      const far = connect(behind, '127.0.0.1').on('error', () => socket.destroy());
      socket
        .on('error', () => far.destroy())
        .pipe(far)
        .pipe(socket);
    });
    outer.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(outer, 'listening');
    ends.push(
      inner.end,
      () => inner.server.close(),
      () => outer.close(),
    );
    return { port: (outer.address() as AddressInfo).port, certificate };
  }

  it('goes through a proxy that npm’s certificates vouch for, and through none that nobody vouches for', async () => {
    const { port, certificate } = await tlsProxy();
    const proxy = { HTTPS_PROXY: `https://ada:geheim@localhost:${port}` };
    await expect(start(proxy)).rejects.toMatchObject({
      failure: {
        cause: 'unreachable',
        message: expect.stringContaining(`certificate of localhost:${port}`),
        hint: expect.stringContaining('cafile'),
      },
    });
    expect(registry.asked).toEqual([]);
    expect(rows.at(-1)).toMatchObject({ error: 'net-certificate', port });
    // As a variable, which counts for more than any file: whoever runs this may have one.
    expect((await start({ ...proxy, npm_config_cafile: certificate })).package).toMatchObject({ version: '1.0.0' });
    expect(rows.slice(-2)).toMatchObject(
      Array(2).fill({ port, status: 200, purpose: expect.stringContaining(`through your proxy localhost:${port}`) }),
    );
    expect(JSON.stringify(rows)).not.toContain('geheim');
  });
});
