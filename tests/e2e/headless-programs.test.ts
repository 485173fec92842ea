// What programs can do to the headless host: sessions without their cookie or key, raw sockets with any bytes, the local socket. The
// measure is what the host executed: nothing. What a page can do is in headless-security.test.ts.

import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket as ProgramSocket } from 'ws';
import { type Headless, readPageSecret, serveLocalSocket } from '../../electron/headless/index.ts';
import { attachToHost } from '../../electron/wires/attach.ts';
import { WireServer } from '../../electron/wires/serve.ts';
import { silentLog, testContext } from '../contract/wire-rig.ts';
import { type HeadlessRig, oneCall, openHeadlessRig } from '../helpers/headless-rig.ts';

let rig: HeadlessRig;
let host: Headless;
let executed: string[];

beforeAll(async () => {
  rig = await openHeadlessRig();
  ({ host, executed } = rig);
});
afterAll(() => rig?.close());
beforeEach(() => {
  executed.length = 0;
});

describe('a session', () => {
  /** The cookie that another server on this address would be sent, and the key that only our page holds. */
  const exchange = async (at: Headless, cookie?: string): Promise<{ cookie: string; key: string }> => {
    const answer = await fetch(at.address, { redirect: 'manual', headers: cookie === undefined ? {} : { cookie } });
    expect(answer.status).toBe(303);
    const given = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie ?? '';
    return { cookie: given, key: answer.headers.get('location')?.replace('/#key=', '') ?? '' };
  };
  const knock = (at: Headless, headers: Record<string, string>, key?: string): Promise<string> =>
    new Promise((resolve) => {
      const protocols = key === undefined ? [] : ['orrery', `orrery-key.${key}`];
      const socket = new ProgramSocket(`ws://127.0.0.1:${at.port}/wire`, protocols, { origin: at.origin, headers });
      socket.on('open', () => socket.send(oneCall));
      socket.on('message', () => {
        resolve(`served as ${socket.protocol}`);
        socket.close();
      });
      socket.on('unexpected-response', (_request, response) => {
        let words = '';
        response.on('data', (data) => {
          words += data;
        });
        response.on('end', () => resolve(`${response.statusCode} ${words}`));
      });
      socket.on('error', (error) => resolve(String(error)));
    });

  it('acts only with its cookie and its key together, whatever origin a program claims', async () => {
    const mine = await exchange(host);
    const other = await exchange(host);
    expect(mine.key).toMatch(/^[\w-]{43}$/);
    expect(await knock(host, { cookie: mine.cookie })).toMatch(/^401 Open the address/);
    expect(await knock(host, {}, mine.key)).toMatch(/^401/);
    expect(await knock(host, { cookie: other.cookie }, mine.key)).toMatch(/^401/);
    expect(await knock(host, { cookie: mine.cookie }, `${mine.key}x`)).toMatch(/^401/);
    expect(executed).toEqual([]);
    expect(await knock(host, { cookie: mine.cookie }, mine.key)).toBe('served as orrery');
    expect(executed).toEqual(['memory.listTags']);
  });

  it('is given no second cookie while it holds one, so that open tabs keep their key', async () => {
    const mine = await exchange(host);
    expect(await exchange(host, mine.cookie)).toEqual(mine);
  });

  it('holds on the same data folder and port after a restart, not with a new token, nor on another port', async () => {
    const data = mkdtempSync(path.join(tmpdir(), 'orrery-secret-'));
    const start = (renew: boolean, port: number): Promise<Headless> => rig.start({ port, secret: readPageSecret(data, { renew }) });
    const first = await start(false, 0);
    const mine = await exchange(first);
    await first.close();
    expect(statSync(path.join(data, 'page-secret')).mode & 0o777).toBe(0o600);
    const again = await start(false, first.port);
    expect(again.address).toBe(first.address);
    expect(await knock(again, { cookie: mine.cookie }, mine.key)).toBe('served as orrery');
    const elsewhere = await start(false, 0);
    const moved = mine.cookie.replace(String(first.port), String(elsewhere.port));
    expect(await knock(elsewhere, { cookie: moved }, mine.key)).toMatch(/^401/);
    await elsewhere.close();
    await again.close();
    const renewed = await start(true, first.port);
    expect(renewed.token).not.toBe(first.token);
    expect(await knock(renewed, { cookie: mine.cookie }, mine.key)).toMatch(/^401/);
    await renewed.close();
    // A secret that others could read is none.
    const kept = readPageSecret(data, { renew: false });
    expect(readPageSecret(data, { renew: false })).toBe(kept);
    chmodSync(path.join(data, 'page-secret'), 0o644);
    expect(readPageSecret(data, { renew: false })).not.toBe(kept);
    expect(statSync(path.join(data, 'page-secret')).mode & 0o777).toBe(0o600);
    rmSync(data, { recursive: true, force: true });
  });
});

/** Sends the bytes as they are and gives back the first line of the answer. */
const raw = (text: string, port = host.port): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let seen = '';
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('data', (data) => {
      seen += data.toString();
    });
    socket.on('close', () => resolve(seen.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
  });

describe('a program with a raw socket', () => {
  const upgrade = (headers: string[]): string =>
    [
      'GET /wire HTTP/1.1',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      ...headers,
      '',
      '',
    ].join('\r\n');

  it.each([
    ['no host', () => 'GET / HTTP/1.0\r\n\r\n', /421/],
    ['two hosts', () => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nHost: evil.test\r\n\r\n`, /400|421/],
    ['another host', () => 'GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n', /421/],
    ['localhost', () => `GET / HTTP/1.1\r\nHost: localhost:${host.port}\r\n\r\n`, /421/],
    ['0.0.0.0', () => `GET / HTTP/1.1\r\nHost: 0.0.0.0:${host.port}\r\n\r\n`, /421/],
    ['[::1]', () => `GET / HTTP/1.1\r\nHost: [::1]:${host.port}\r\n\r\n`, /421/],
    ['no port', () => 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', /421/],
    ['an absolute target', () => `GET http://evil.test/ HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\n\r\n`, /400/],
    ['no key', () => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\n\r\n`, /401/],
    ['a wrong token', () => `GET /?token=wrong HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\n\r\n`, /401/],
    ['a wrong token of the right length', () => `GET /?token=${'A'.repeat(43)} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\n\r\n`, /401/],
    ['a wrong bearer', () => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nAuthorization: Bearer wrong\r\n\r\n`, /401/],
    ['a wrong cookie', () => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nCookie: orrery-${host.port}=x\r\n\r\n`, /401/],
    [
      'the token as a cookie',
      () => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nCookie: orrery-${host.port}=${host.token}\r\n\r\n`,
      /401/,
    ],
    [
      'a foreign origin with the token',
      () => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nOrigin: http://evil.test\r\nAuthorization: Bearer ${host.token}\r\n\r\n`,
      /403/,
    ],
    ['a null origin', () => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nOrigin: null\r\n\r\n`, /403/],
    [
      'a post with the token',
      () =>
        `POST /wire HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nAuthorization: Bearer ${host.token}\r\nContent-Type: application/json\r\nContent-Length: ${oneCall.length}\r\n\r\n${oneCall}`,
      /405/,
    ],
    [
      'a path out of the folder',
      () =>
        `GET /../outside.txt HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nAuthorization: Bearer ${host.token}\r\nConnection: close\r\n\r\n`,
      /404/,
    ],
    [
      'an encoded path out of the folder',
      () =>
        `GET /assets/..%2f..%2foutside.txt HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nAuthorization: Bearer ${host.token}\r\nConnection: close\r\n\r\n`,
      /404/,
    ],
    ['nonsense', () => 'NONSENSE\r\n\r\n', /400/],
    ['an upgrade without a key', () => upgrade([`Host: 127.0.0.1:${host.port}`, `Origin: http://127.0.0.1:${host.port}`]), /401/],
    ['an upgrade without an origin', () => upgrade([`Host: 127.0.0.1:${host.port}`]), /403/],
    [
      'an upgrade with a foreign origin and the token',
      () => upgrade([`Host: 127.0.0.1:${host.port}`, 'Origin: http://evil.test', `Authorization: Bearer ${host.token}`]),
      /403/,
    ],
    ['an upgrade to another host', () => upgrade(['Host: evil.test', `Authorization: Bearer ${host.token}`]), /421/],
  ])('is refused with %s', async (_name, text, expected) => {
    expect(await raw(text())).toMatch(expected);
    expect(executed).toEqual([]);
  });

  it('gets in with the token as its bearer and without an origin', async () => {
    const socket = new ProgramSocket(`ws://127.0.0.1:${host.port}/wire`, { headers: { authorization: `Bearer ${host.token}` } });
    const answer = await new Promise<string>((resolve, reject) => {
      socket.on('open', () => socket.send(oneCall));
      socket.on('message', (data) => resolve(String(data)));
      socket.on('error', reject);
    });
    expect(answer).toContain('"i":"1"');
    expect(executed).toEqual(['memory.listTags']);
    socket.close();
  });

  it('finds the host on 127.0.0.1 only', async () => {
    const others = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .filter((line) => line.includes(`:${host.port.toString(16).toUpperCase().padStart(4, '0')} `) && line.includes(' 0A '));
    expect(others).toHaveLength(1);
    expect(others[0]).toContain('0100007F:');
  });
});

describe('the local socket', () => {
  it('carries the contract to this person’s programs, is theirs alone, and refuses what names an origin', async () => {
    const file = path.join(rig.folder, 'host.sock');
    const server = new WireServer(rig.router, silentLog);
    const served = await serveLocalSocket({ path: file, server, context: { ...testContext, client: 'cli' } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const attached = await attachToHost(file);
    expect(await attached.client.memory.listTags()).toEqual([]);
    await expect(serveLocalSocket({ path: file, server, context: testContext })).rejects.toMatchObject({ code: 'host-running' });
    const stranger = new ProgramSocket(`ws+unix:${file}:/wire`, { origin: 'http://evil.test' });
    await new Promise((resolve) => stranger.on('error', resolve));
    attached.close();
    // Only root can give a file away; elsewhere the check has nothing to meet.
    if (process.getuid?.() === 0) {
      chownSync(file, 12_345, 12_345);
      await expect(attachToHost(file)).rejects.toMatchObject({ code: 'host-not-ours' });
    }
    await served.close();
    await expect(attachToHost(file)).rejects.toMatchObject({ code: 'host-unreachable' });
    writeFileSync(file, 'left by a host that died');
    const again = await serveLocalSocket({ path: file, server, context: testContext });
    expect(existsSync(file)).toBe(true);
    await again.close();
  });
});
