// The proxy for programs that are not ours, asked directly: its word, its hosts, the offline switch, a person's own proxy behind it.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createPlain } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ConnectionRow } from './connection-row.ts';
import { createForwardProxy, type ForwardOptions, type Unreached } from './forward-proxy.ts';
import type { Permission } from './policy.ts';

let origin: Server;
let port: number;
let rows: ConnectionRow[];
let refused: Unreached[];
let isOffline: boolean;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  [rows, refused, isOffline] = [[], [], false];
  origin = createServer((request, response) => response.end(`${request.method} ${request.url} ${request.headers.host}`));
  port = await listen(origin);
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const permission = (hosts: string[], more: Partial<Permission> = {}): Permission => ({
  ...{ hosts, local: false, ...more },
  get offline() {
    return isOffline;
  },
});
async function proxy(options: Partial<ForwardOptions> = {}): Promise<{ port: number; end(): void; endOutside(): void }> {
  const made = createForwardProxy({
    permission: permission([`127.0.0.1:${port}`]),
    purpose: 'a test',
    onConnection: (row) => rows.push(row),
    onRefused: (each) => refused.push(each),
    ...options,
  });
  ends.push(made.end);
  return { port: await listen(made.server), end: made.end, endOutside: made.endOutside };
}

/** Writes the lines, and what is to follow once it is connected; all that comes until the end. */
async function ask(at: number, line: string, { word, next = '' }: { word?: string; next?: string } = {}): Promise<string> {
  const socket = connect(at, '127.0.0.1');
  const auth = word === undefined ? '' : `Proxy-Authorization: Basic ${Buffer.from(`orrery:${word}`).toString('base64')}\r\n`;
  socket.write(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${auth}\r\n`);
  let text = '';
  socket.on('data', (chunk) => {
    if (text === '' && next !== '') socket.write(next);
    text += String(chunk);
  });
  await once(socket, 'close');
  return text;
}
const inside = () => `GET /inside HTTP/1.1\r\nHost: y:${port}\r\nConnection: close\r\n\r\n`;

it('carries tunnels and plain requests, and counts both ways what the server counts', async () => {
  const seen: { bytesOut: number; bytesIn: number }[] = [];
  origin.on('connection', (socket) => socket.once('close', () => seen.push({ bytesOut: socket.bytesRead, bytesIn: socket.bytesWritten })));
  const { port: at } = await proxy();
  expect(await ask(at, `CONNECT 127.0.0.1:${port}`, { next: inside() })).toContain(`GET /inside y:${port}`);
  expect(await ask(at, `GET http://127.0.0.1:${port}/plain?a=1`)).toContain(`GET /plain?a=1 127.0.0.1:${port}`);
  await expect.poll(() => seen.length).toBe(2);
  expect(rows.map(({ bytesOut, bytesIn }) => ({ bytesOut, bytesIn }))).toEqual(seen);
  expect(rows).toMatchObject([
    { method: 'CONNECT', host: `127.0.0.1:${port}`, address: '127.0.0.1', port, purpose: 'a test', error: undefined },
    { method: 'GET', status: 200, localPort: expect.any(Number) },
  ]);
});

it('answers 407 to whoever does not know the word, in both ways, and connects to nothing', async () => {
  let connections = 0;
  origin.on('connection', () => {
    connections += 1;
  });
  const { port: at } = await proxy({ token: 'geheim' });
  for (const word of [undefined, '', 'geheim2', 'gehei'])
    for (const line of [`CONNECT 127.0.0.1:${port}`, `GET http://127.0.0.1:${port}/`])
      expect(await ask(at, line, word === undefined ? {} : { word })).toMatch(/^HTTP\/1\.1 407 [\s\S]*proxy-authenticate: Basic/i);
  expect(connections).toBe(0);
  expect(rows.every((row) => row.error === 'not-authorized' && row.localPort === 0)).toBe(true);
  expect(await ask(at, `GET http://127.0.0.1:${port}/`, { word: 'geheim' })).toContain('200 OK');
});

it('refuses other hosts, with the reason, and what is no target', async () => {
  const { port: at } = await proxy({ resolve: async () => ['127.0.0.1'] });
  expect(await ask(at, 'CONNECT other.example.com:443')).toMatch(/^HTTP\/1\.1 403 [\s\S]*not on the list of allowed hosts/);
  expect(await ask(at, 'GET http://other.example.com/')).toMatch(/^HTTP\/1\.1 403 [\s\S]*not on the list/);
  expect(await ask(at, 'CONNECT 127.0.0.1')).toContain('400');
  expect(refused.map((each) => [each.host, each.code])).toEqual([
    ['other.example.com:443', 'host-not-allowed'],
    ['other.example.com', 'host-not-allowed'],
  ]);
});

it('tells what may work later apart from what is refused', async () => {
  const { port: at } = await proxy({ permission: permission(['127.0.0.1:1', 'gone.example.com']), resolve: () => Promise.reject(none) });
  const none = Object.assign(new Error('none'), { code: 'ENOTFOUND' });
  expect(await ask(at, 'CONNECT 127.0.0.1:1')).toContain('502');
  expect(await ask(at, 'GET http://gone.example.com/')).toContain('403');
  // What was tried is in the ledger with its address, since a packet left for it.
  expect(rows).toMatchObject([
    { address: '127.0.0.1', port: 1, error: 'net-unreachable' },
    { address: '', error: 'net-unreachable' },
  ]);
});

it('lets nothing out while offline, and ends what is open to elsewhere', async () => {
  const { port: at } = await proxy({ permission: permission(['*']), resolve: async () => ['93.184.216.34'] });
  isOffline = true;
  expect(await ask(at, 'CONNECT example.com:443')).toContain('offline');
  expect(rows).toMatchObject([{ error: 'offline', address: '' }]);
});

it('goes through a person’s own proxy with their name and password, for tunnels and plain requests, and ends those when offline', async () => {
  const theirs = await proxy({
    permission: { hosts: [], local: true },
    token: 'theirs',
    resolve: async () => ['127.0.0.1'],
    onConnection: () => undefined,
  });
  const authorization = `Basic ${Buffer.from('ada:theirs').toString('base64')}`;
  const upstream = { url: new URL(`http://127.0.0.1:${theirs.port}`), authorization };
  const ours = await proxy({ permission: permission(['far.example.com']), upstream: () => upstream });
  expect(await ask(ours.port, `CONNECT far.example.com:${port}`, { next: inside() })).toContain(`GET /inside y:${port}`);
  expect(await ask(ours.port, `GET http://far.example.com:${port}/plain`)).toContain(`GET /plain far.example.com:${port}`);
  expect(await ask(ours.port, 'CONNECT other.example.com:443')).toContain('not on the list');
  for (const row of rows.slice(0, 2))
    expect(row).toMatchObject({
      ...{ host: `far.example.com:${port}`, address: '127.0.0.1', port: theirs.port },
      purpose: `a test, through your proxy 127.0.0.1:${theirs.port}`,
    });

  const socket = connect(ours.port, '127.0.0.1');
  socket.on('error', () => undefined).write(`CONNECT far.example.com:${port} HTTP/1.1\r\n\r\n`);
  await once(socket, 'data');
  isOffline = true;
  ours.endOutside();
  await once(socket, 'close');
  expect(await ask(ours.port, `CONNECT far.example.com:${port}`)).toContain('offline');

  isOffline = false;
  const wrong = await proxy({ permission: permission(['far.example.com']), upstream: () => ({ url: upstream.url }) });
  for (const line of [`CONNECT far.example.com:${port}`, `GET http://far.example.com:${port}/plain`]) {
    expect(await ask(wrong.port, line)).toMatch(/403[\s\S]*Your proxy 127\.0\.0\.1:\d+ wants a name and password/);
    expect(rows.at(-1)).toMatchObject({ error: 'proxy-refused', port: theirs.port, bytesOut: expect.any(Number) });
  }
  expect(refused.slice(-2).map((each) => each.code)).toEqual(['proxy-refused', 'proxy-refused']);
});

it('believes a name of the installer’s own settings also where the network gives it an address of its own, and never on this machine', async () => {
  const answers: Record<string, string> = {
    'mirror.example.com': '10.255.255.1',
    'fake.example.com': '198.18.0.1',
    'meta.example.com': '169.254.169.254',
    'here.example.com': '127.0.0.1',
  };
  const { checkAddress } = await import('./policy.ts');
  const may = (host: string, more: Partial<Permission>) => {
    try {
      checkAddress(answers[host] ?? '', new URL(`https://${host}/`), permission(Object.keys(answers), more));
      return true;
    } catch {
      return false;
    }
  };
  expect(Object.keys(answers).map((host) => may(host, { ownNetwork: Object.keys(answers) }))).toEqual([true, true, false, false]);
  // Another host that is allowed besides has no such trust.
  expect(Object.keys(answers).map((host) => may(host, { ownNetwork: ['other.example.com'] }))).toEqual([false, false, false, false]);
  expect(Object.keys(answers).map((host) => may(host, {}))).toEqual([false, false, false, false]);
});

it('takes no target that is more than a host and a port, and names the one that it is in the ledger', async () => {
  const { port: at } = await proxy({
    permission: permission([`127.0.0.1:${port}`, 'evil.example.com']),
    resolve: async () => ['127.0.0.1'],
  });
  for (const shown of ['evil.example.com?.good.example.com', 'evil.example.com#.good.example.com', 'evil.example.com\\.good.example.com'])
    expect(await ask(at, `CONNECT ${shown}:443`)).toMatch(/^(HTTP\/1\.1 400 |$)/);
  expect(rows).toEqual([]);
  // 127.0.0.1 in another spelling.
  expect(await ask(at, `CONNECT 0x7F.1:${port}`, { next: inside() })).toContain(`GET /inside y:${port}`);
  await expect.poll(() => rows.map((row) => row.host)).toEqual([`127.0.0.1:${port}`]);
});

it('whoever does not know the word fills neither the ledger nor memory', async () => {
  const { port: at } = await proxy({ token: 'geheim' });
  for (let i = 0; i < 30; i += 1) {
    expect(await ask(at, `CONNECT h${i}.example.com:443`)).toMatch(/^HTTP\/1\.1 407 /);
    expect(await ask(at, `GET http://h${i}.example.com/`)).toMatch(/^HTTP\/1\.1 407 /);
  }
  expect(rows).toHaveLength(20);
  expect(refused).toEqual([]);
});

it('opens nothing where Orrery went offline while the person’s own proxy was asked', async () => {
  const answers: (() => void)[] = [];
  const theirs = createPlain((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answers.push(() => socket.write('HTTP/1.1 200 OK\r\n\r\n')));
  });
  theirs.listen(0, '127.0.0.1');
  await once(theirs, 'listening');
  ends.push(() => theirs.close());
  const upstream = { url: new URL(`http://127.0.0.1:${(theirs.address() as AddressInfo).port}`) };
  const { port: at, endOutside } = await proxy({ permission: permission(['far.example.com']), upstream: () => upstream });
  const asking = ask(at, 'CONNECT far.example.com:443');
  await expect.poll(() => answers.length).toBe(1);
  isOffline = true;
  endOutside();
  answers[0]?.();
  expect(await asking).toMatch(/^HTTP\/1\.1 403 [\s\S]*offline/);
  expect(rows).toMatchObject([{ error: 'offline' }]);
});

it('ends although a name is still being looked up', async () => {
  let looked = 0;
  const never = (): Promise<string[]> => {
    looked += 1;
    return new Promise(() => undefined);
  };
  const made = createForwardProxy({
    ...{ permission: permission(['slow.example.com']), purpose: 'a test', resolve: never },
    onConnection: (row) => rows.push(row),
  });
  const at = await listen(made.server);
  const asking = [ask(at, 'CONNECT slow.example.com:443'), ask(at, 'GET http://slow.example.com/')];
  await expect.poll(() => looked).toBe(2);
  await made.end();
  await Promise.all(asking);
  expect(rows.map((row) => row.error)).toEqual(['cancelled', 'cancelled']);
});
