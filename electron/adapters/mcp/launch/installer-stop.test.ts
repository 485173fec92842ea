// A start that is given up while its package comes slowly: npm, pip and uv end at once, and nothing half is left. The real npm and Python,
// and a registry of this machine that never ends its answer.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { orSkipped } from '../../../../tests/helpers/or-skipped.ts';
import type { ToolHost } from '../../../runtime/ports.ts';
import { createToolHost } from '../tool-host.ts';
import { createInstallers, type Installers } from './installer-net.ts';
import { planLaunch } from './launch.ts';
import { installPackage } from './package-cache.ts';
import { npmRegistry } from './package-registries.fixture.ts';
import { findNpm } from './runtimes.ts';
import { findCommand, realSearchContext } from './search-path.ts';

let folder: string;
let slow: { url: string; asked: Promise<void>; answer(): void };
let installers: Installers;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-stop-'));
  mkdirSync(join(folder, 'data'));
  installers = createInstallers({ isOffline: () => false, onConnection: () => undefined });
  const registry = await npmRegistry(join(folder, 'packed'), [{ name: '@planted/server', version: '1.0.0' }], { tarballs: () => slow.url });
  ends.push(registry.close);
  slow = await slowOne(registry.url);
});
afterEach(async () => {
  await installers.close();
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

/** Gives what the registry gives; of a tarball the first half, and the rest when it is told to. */
async function slowOne(registry: string): Promise<typeof slow> {
  let told = (): void => undefined;
  const asked = new Promise<void>((done) => {
    told = done;
  });
  const waiting: (() => void)[] = [];
  let isTold = false;
  const server: Server = createServer(async (request, response) => {
    const found = await fetch(`${registry}${request.url}`);
    const body = Buffer.from(await found.arrayBuffer());
    response.writeHead(found.status, { 'content-type': 'application/octet-stream', 'content-length': body.length });
    if (isTold || !(request.url ?? '').startsWith('/tarballs/')) return void response.end(body);
    response.write(body.subarray(0, body.length / 2));
    waiting.push(() => response.end(body.subarray(body.length / 2)));
    told();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const answer = () => {
    isTold = true;
    for (const each of waiting) each();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, answer };
}

const config = (id = 'kept'): ServerConfig => {
  const env = { npm_config_registry: slow.url, npm_config_cache: join(folder, 'npm-cache'), npm_config_fetch_retries: '0' };
  const texts = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, { text }]));
  return { id, title: id, command: 'npx', args: ['-y', '@planted/server'], env: texts, enabled: true } as unknown as ServerConfig;
};
const start = (signal?: AbortSignal, id?: string) =>
  planLaunch(config(id), {
    ...{ vault: { reveal: async () => '' }, dataFolder: join(folder, 'data'), installers },
    ...(signal === undefined ? {} : { signal }),
  });

/** What lies in the folders of the packages; empty when nothing does. */
function half(): string[] {
  const at = join(folder, 'data', 'server-packages');
  return ['npm', 'python'].flatMap((kind) =>
    (existsSync(join(at, kind)) ? readdirSync(join(at, kind)) : []).flatMap((each) => readdirSync(join(at, kind, each))),
  );
}
/** Processes of this machine that work in there. */
function working(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      // One that has ended and was not yet taken note of works nowhere.
      return (
        /^\d+$/.test(pid) &&
        readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) &&
        !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
      );
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

const noNpm = findNpm(realSearchContext()) === undefined ? 'npm is not on this machine' : undefined;
describe.skipIf(noNpm !== undefined)(orSkipped('npm', noNpm), () => {
  it('ends at once when its start is given up, and leaves nothing', async () => {
    const stop = new AbortController();
    const starting = start(stop.signal).catch((error: unknown) => error);
    await slow.asked;
    expect(half()).toHaveLength(1);
    stop.abort();
    expect(await starting).toMatchObject({ code: 'cancelled', message: expect.stringContaining('@planted/server') });
    expect([half(), working()]).toEqual([[], []]);
    // And the next start has it whole.
    slow.answer();
    expect((await start()).package).toMatchObject({ version: '1.0.0' });
  });

  it('is not even begun for a start that was given up before', async () => {
    await expect(start(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(half()).toEqual([]);
  });

  it('goes on for another server that waits for the same package', async () => {
    const stop = new AbortController();
    const first = start(stop.signal).catch((error: unknown) => error);
    await slow.asked;
    const other = new AbortController();
    const [second, third] = [start(undefined, 'second'), start(other.signal, 'third').catch((error: unknown) => error)];
    await expect.poll(() => installers.open?.size, { timeout: 20_000 }).toBe(3);
    other.abort();
    expect(await third).toMatchObject({ code: 'cancelled' });
    expect(half()).toHaveLength(1);
    stop.abort();
    expect(await first).toMatchObject({ code: 'cancelled' });
    slow.answer();
    expect((await second).package).toMatchObject({ version: '1.0.0' });
    expect(half()).toHaveLength(2);
  });

  it('is gone with its folder when the host has closed', async () => {
    const starting = start().catch((error: unknown) => error);
    await slow.asked;
    await installers.close();
    expect([half(), working()]).toEqual([[], []]);
    expect(await starting).toBeInstanceOf(Error);
  });

  it('ends when the person stops the server, which is stopped then and not failed', async () => {
    const host: ToolHost = createToolHost({
      definitions: [],
      ports: {} as never,
      vault: { reveal: async () => 'secret', redact: (text: string) => text, status: async () => ({}) } as never,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] },
      dataFolder: join(folder, 'data'),
      version: '0.0.0',
      installers,
    });
    ends.push(() => host.close());
    const starting = host.start(config());
    await slow.asked;
    await host.stop(config().id);
    await expect.poll(() => [half(), working()], { timeout: 10_000 }).toEqual([[], []]);
    expect((await starting).state).toBe('stopped');
  });
});

describe.skipIf(process.platform === 'win32')('pip and uv', () => {
  const ask = { kind: 'python' as const, name: 'slow', spec: 'slow', args: [] };
  const begun = () => existsSync(join(folder, 'begun'));
  const tool = (name: string): string => {
    const file = join(folder, name);
    // What it starts is a process of its own, as pip's and uv's are.
    writeFileSync(file, `#!/bin/sh\nmkdir -p env/bin\ntouch '${join(folder, 'begun')}'\nsleep 600 &\nwait\n`, { mode: 0o755 });
    return file;
  };
  const none = () => Promise.reject(new Error('none'));
  it.each([
    ['uv', async () => ({ uv: tool('uv') })],
    ['Python', async () => ({ python: tool('python') })],
  ])('%s ends with what it started, and leaves nothing', async (_name, python) => {
    const stop = new AbortController();
    const env = { PATH: '/usr/bin:/bin' };
    const work = installPackage(join(folder, 'data'), ask, { npm: none, python }, { env, scripts: false, signal: stop.signal });
    const ended = work.catch((error: unknown) => error);
    await expect.poll(begun, { timeout: 20_000 }).toBe(true);
    expect(working().length).toBeGreaterThan(0);
    stop.abort();
    expect(await ended).toMatchObject({ code: 'cancelled' });
    await expect.poll(() => [half(), working()], { timeout: 10_000 }).toEqual([[], []]);
  });

  const real = findCommand('python3', realSearchContext());
  const noPython = real === undefined ? 'python3 is not on this machine' : undefined;
  it.skipIf(noPython !== undefined)(orSkipped('the real Python ends while it makes its environment', noPython), async () => {
    const stop = new AbortController();
    const env = { PATH: '/usr/bin:/bin', HOME: folder };
    const python = async () => ({ python: real as string });
    const work = installPackage(join(folder, 'data'), ask, { npm: none, python }, { env, scripts: false, signal: stop.signal });
    const ended = work.catch((error: unknown) => error);
    await expect.poll(() => half().some((each) => working().length > 0 && each !== ''), { timeout: 20_000 }).toBe(true);
    stop.abort();
    expect(await ended).toMatchObject({ code: 'cancelled' });
    await expect.poll(() => [half(), working()], { timeout: 10_000 }).toEqual([[], []]);
  });
});
