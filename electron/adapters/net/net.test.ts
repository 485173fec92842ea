import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createRawServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { kindOf } from './address.ts';
import type { ConnectionRow } from './connection-row.ts';
import { createNet } from './net.ts';

let server: Server;
let other: Server;
let origin: string;
let otherOrigin: string;
let hits: string[] = [];
let seen: Record<string, unknown>[] = [];
const rows: ConnectionRow[] = [];

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  hits.push(request.url ?? '');
  seen.push(request.headers);
  const path = new URL(request.url ?? '/', 'http://x').pathname;
  if (path === '/to') response.writeHead(302, { location: new URL(request.url ?? '', 'http://x').searchParams.get('u') ?? '/' }).end();
  else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end();
  else if (path === '/big') response.end(Buffer.alloc(3_000_000, 'a'));
  else if (path === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)));
  else if (path === '/zip') response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' }).end(gzipSync('packed ü'));
  else if (path === '/drip') {
    response.writeHead(200);
    const timer = setInterval(() => response.write('.'), 50);
    response.on('close', () => clearInterval(timer));
  } else if (path === '/silent') return;
  else if (path === '/break') {
    response.writeHead(200, { 'content-length': '1000' }).write('part');
    setTimeout(() => response.destroy(), 50);
  } else if (path === '/stream') {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (let i = 0; i < 3; i += 1) {
      response.write(`{"n":${i}}\n`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    response.end();
  } else if (path === '/echo') {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end(JSON.stringify({ method: request.method, body }));
  } else response.end('ok');
}

const listen = (): Promise<Server> =>
  new Promise((resolve) => {
    const made = createServer((request, response) => void handle(request, response));
    made.listen(0, '127.0.0.1', () => resolve(made));
  });

beforeAll(async () => {
  [server, other] = [await listen(), await listen()];
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  otherOrigin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const each of [server, other]) {
    each.closeAllConnections();
    each.close();
  }
});
beforeEach(() => {
  hits = [];
  seen = [];
  rows.length = 0;
});

const net = createNet({ onConnection: (row) => rows.push(row) });
const signal = new AbortController().signal;
const ask = (url: string, extra: object = {}) =>
  net.request({ url, allow: { hosts: ['*'] }, signal, purpose: 'test', timeoutMs: 20_000, ...extra });
const local = { allow: { hosts: [], local: true } };
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('addresses', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.1.2', 'loopback'],
    ['::1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.31.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['fd12::1', 'private'],
    ...[
      '0.0.0.0',
      '169.254.169.254',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '198.18.0.1',
      '168.63.129.16',
      '::',
      'fe80::1',
      'fe80::1%eth0',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
      '2002:7f00:1::',
      '2001::1',
      'fd00:ec2::254',
      'nonsense',
      '',
    ].map((each) => [each, 'special']),
  ])('%s is %s', (address, kind) => expect(kindOf(address as string)).toBe(kind));
});

describe('request', () => {
  it('reaches this machine when allowed, and tells the ledger', async () => {
    expect(await ask(`${origin}/x`, local)).toMatchObject({ status: 200, body: 'ok', url: `${origin}/x` });
    expect(await ask(`${origin}/x`, { allow: { hosts: ['127.0.0.1'] } })).toMatchObject({ body: 'ok' });
    expect(rows[0]).toMatchObject({
      host: new URL(origin).host,
      address: '127.0.0.1',
      purpose: 'test',
      status: 200,
      bytes: 2,
      error: undefined,
    });
    expect((await ask(`${origin}/zip`, local)).body).toBe('packed ü');
  });

  it('reaches no spelling of this machine or a private network', async () => {
    const port = new URL(origin).port;
    const four = [
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '2130706433',
      '0x7f000001',
      '0x7f.0.0.1',
      '0x7F.1',
      '0177.0.0.1',
      '017700000001',
      '0177.1',
      '127.0.0.1.',
      '127.00.00.01',
      '127.0.0.2',
      '127.255.255.255',
      '0',
      '0.0.0.0',
      '00',
      '0x0',
      '0.0',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      '127.0.0.1',
      '%31%32%37.0.0.1',
      'localhost',
      'LOCALHOST',
      'localhost.',
      'loc%61lhost',
      'ⓛocalhost',
      'lOcAlHoSt',
      '10.0.0.1',
      '0xa000001',
      '012.0.0.1',
      '167772161',
      '10.1',
      '192.168.0.1',
      '192.168.1',
      '0xc0a80001',
      '3232235521',
      '0300.0250.0.1',
      '172.16.0.1',
      '0xac100001',
      '2886729729',
      '169.254.169.254',
      '0xa9fea9fe',
      '2852039166',
      '0251.0376.0251.0376',
      '169.254.43518',
      '100.64.0.1',
      '100.100.100.200',
      '224.0.0.1',
      '239.255.255.250',
      '255.255.255.255',
      '240.0.0.1',
      '192.0.0.1',
      '198.18.0.1',
      '168.63.129.16',
      'metadata.google.internal',
      'foo.localhost',
    ];
    const six = [
      '::1',
      '0:0:0:0:0:0:0:1',
      '0000::0001',
      '::',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::FFFF:7F00:0001',
      '0:0:0:0:0:ffff:127.0.0.1',
      '::127.0.0.1',
      '::7f00:1',
      '::ffff:0:127.0.0.1',
      '64:ff9b::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::7f00:1',
      '2002:7f00:1::1',
      '2002:c0a8:1::',
      '2001:0:7f00:1::',
      'fe80::1',
      'fec0::1',
      'fc00::1',
      'fd00::1',
      'fd00:ec2::254',
      'ff02::1',
      'ff01::1',
      '100::1',
      '2001:db8::1',
      '::ffff:10.0.0.1',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      '::ffff:192.168.0.1',
    ].map((each) => `[${each}]`);
    const urls = [...four, ...six].flatMap((host) => [`http://${host}:${port}/`, `http://user@${host}:${port}/`]);
    urls.push(
      `http://example.com@127.0.0.1:${port}/`,
      `http:\\\\127.0.0.1:${port}\\`,
      `http:127.0.0.1:${port}`,
      `http://127.0.0.1:${port}#@example.com/`,
      `file:///etc/passwd`,
      `ftp://127.0.0.1/`,
      `gopher://127.0.0.1:${port}/`,
      'data:text/plain,x',
      'javascript:1',
      `HTTP://127.0.0.1:${port}`,
      `//127.0.0.1:${port}`,
    );
    expect(urls.length).toBeGreaterThan(150);
    const reached: string[] = [];
    for (const url of urls) {
      const code = await codeOf(ask(url));
      if (!['address-not-allowed', 'url-invalid', 'url-not-allowed', 'net-unreachable'].includes(code)) reached.push(`${url} ${code}`);
    }
    expect(reached).toEqual([]);
    expect(hits).toEqual([]);
  });

  it('checks each redirect, and gives other origins no credentials', async () => {
    const flip = createNet({ resolve: async (host) => (host === 'public.test' ? ['93.184.216.34'] : ['127.0.0.1']) });
    const allow = { hosts: ['127.0.0.1'] };
    for (const target of [
      'http://10.0.0.1/',
      'http://[::1]/',
      'http://0x7f.2/',
      'http://rebind.test/',
      'file:///etc/passwd',
      'http://169.254.169.254/latest',
    ]) {
      const code = await codeOf(
        flip.request({ url: `${origin}/to?u=${encodeURIComponent(target)}`, allow: { hosts: ['127.0.0.1', '*'] }, signal, purpose: 't' }),
      );
      expect(['address-not-allowed', 'url-not-allowed'], target).toContain(code);
    }
    // Whoever asks may be kept from an address that the settings allow.
    const onward: string[] = [];
    const mayGoOn = (address: string): void => {
      onward.push(address);
      if (new URL(address).pathname === '/forbidden') throw new AppError('denied', 'A grant forbids it.');
    };
    hits = [];
    const there = `${origin}/forbidden`;
    expect(await codeOf(ask(`${origin}/to?u=${encodeURIComponent(there)}`, { allow: { ...local.allow, mayGoOn } }))).toBe('denied');
    expect(onward).toEqual([there]);
    expect(hits.some((each) => each.startsWith('/forbidden'))).toBe(false);
    hits = [];
    expect(await codeOf(ask(`${origin}/to?u=${encodeURIComponent('http://example.org/')}`, { allow }))).toBe('host-not-allowed');
    expect(await codeOf(ask(`${origin}/loop`, local))).toBe('too-many-redirects');
    expect(hits.filter((each) => each === '/loop')).toHaveLength(6);
    seen = [];
    await ask(`${origin}/to?u=${encodeURIComponent(`${otherOrigin}/y`)}`, {
      ...local,
      headers: { Authorization: 'Bearer t', 'x-api-key': 'k', cookie: 'c', accept: 'text/x' },
    });
    expect(seen[0]).toMatchObject({ authorization: 'Bearer t', 'x-api-key': 'k' });
    expect(seen[1]).toMatchObject({ accept: 'text/x' });
    for (const name of ['authorization', 'x-api-key', 'cookie']) expect(seen[1]).not.toHaveProperty(name);
    // What carries a secret follows within its origin only.
    const secret = { ...local, method: 'POST', body: 'secret', staysAtOrigin: true };
    expect(await codeOf(ask(`${origin}/to?u=${encodeURIComponent(`${otherOrigin}/z`)}`, secret))).toBe('redirect-not-allowed');
    expect((await ask(`${origin}/to?u=/echo`, secret)).status).toBe(200);
    const after = await ask(`${origin}/to?u=/echo`, { ...local, method: 'POST', body: 'data' });
    expect(JSON.parse(after.body)).toEqual({ method: 'GET', body: '' });
  });

  it('connects to the address it checked, however the name flips', async () => {
    let turn = 0;
    const flipping = createNet({ resolve: async () => [turn++ % 2 === 0 ? '127.0.0.1' : '192.168.0.1'] });
    const port = new URL(origin).port;
    for (let i = 0; i < 50; i += 1)
      expect(
        await codeOf(
          flipping.request({ url: `http://flip${i}.test:${port}/`, allow: { hosts: ['*', `flip${i}.test`] }, signal, purpose: 't' }),
        ),
      ).toBe('address-not-allowed');
    expect(hits).toEqual([]);
    // The second lookup of a guard that looks twice would find 127.0.0.1; there is none.
    let asked = 0;
    const once = createNet({ resolve: async () => [asked++ === 0 ? '127.0.0.1' : '10.0.0.1'] });
    expect((await once.request({ url: `http://name.test:${port}/`, ...local, signal, purpose: 't' })).body).toBe('ok');
    expect(asked).toBe(1);
  });

  it('bounds size, time and hosts', async () => {
    expect(await codeOf(ask(`${origin}/big`, { ...local, maxBytes: 1000 }))).toBe('response-too-large');
    expect(await codeOf(ask(`${origin}/bomb`, { ...local, maxBytes: 1_000_000 }))).toBe('response-too-large');
    expect(await codeOf(ask(`${origin}/drip`, { ...local, timeoutMs: 400 }))).toBe('net-timeout');
    expect(await codeOf(ask(`${origin}/silent`, { ...local, timeoutMs: 300 }))).toBe('net-timeout');
    expect(await codeOf(ask(`${origin}/break`, local))).toBe('net-unreachable');
    expect(await codeOf(ask('http://127.0.0.1:1/', local))).toBe('net-unreachable');
    expect(await codeOf(ask('https://example.org/', { allow: { hosts: ['example.com'] } }))).toBe('host-not-allowed');
    expect(await codeOf(ask('https://8.8.8.8/', local))).toBe('host-not-allowed');
    expect(await codeOf(ask(`${origin}/`, { ...local, headers: { 'x-a': 'b\r\nhost: evil' } }))).toBe('header-invalid');
    const leave = new AbortController();
    setTimeout(() => leave.abort(), 100);
    expect(await codeOf(ask(`${origin}/silent`, { ...local, signal: leave.signal }))).toBe('cancelled');
    expect(rows.map((row) => row.error)).toContain('net-timeout');
  });
});

describe('fetchFor', () => {
  it('streams both ways to its own origin', async () => {
    const fetch = net.fetchFor(origin, 'model');
    const response = await fetch(`${origin}/stream`);
    expect(response.status).toBe(200);
    const pieces: string[] = [];
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) pieces.push(new TextDecoder().decode(chunk));
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe('{"n":0}\n{"n":1}\n{"n":2}\n');
    const echo = await fetch(`${origin}/echo`, {
      method: 'POST',
      body: JSON.stringify({ a: 1 }),
      headers: { 'content-type': 'application/json' },
    });
    expect(await echo.json()).toEqual({ method: 'POST', body: '{"a":1}' });
    expect(await (await fetch(new URL('/zip', origin))).text()).toBe('packed ü');
    expect(rows.map((row) => [row.purpose, row.status])).toEqual([
      ['model', 200],
      ['model', 200],
      ['model', 200],
    ]);
  });

  it('reaches nothing else', async () => {
    const fetch = net.fetchFor(origin, 'model');
    expect(await codeOf(fetch(`${otherOrigin}/`))).toBe('host-not-allowed');
    expect(await codeOf(fetch(`${origin}/to?u=${encodeURIComponent(otherOrigin)}`))).toBe('redirect-not-allowed');
    const rebound = createNet({ resolve: async () => ['127.0.0.1'] }).fetchFor(`http://api.example.com:${new URL(origin).port}`, 'model');
    hits = [];
    expect(await codeOf(rebound(`http://api.example.com:${new URL(origin).port}/`))).toBe('address-not-allowed');
    expect(hits).toEqual([]);
  });

  it('sends again what a kept connection lost because it was just closed', async () => {
    let connections = 0;
    const closing = createRawServer((socket) => {
      connections += 1;
      let requests = 0;
      socket.on('error', () => undefined);
      socket.on('data', () => {
        requests += 1;
        if (requests > 1) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      });
    });
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
    const home = `http://127.0.0.1:${(closing.address() as AddressInfo).port}`;
    const fetch = net.fetchFor(home, 'model');
    try {
      for (let i = 0; i < 3; i += 1) expect(await (await fetch(home, { method: 'POST', body: 'x' })).text()).toBe('ok');
      expect(connections).toBe(3);
    } finally {
      closing.close();
    }
  });

  it('ends with its signal, and says when the other side leaves', async () => {
    const fetch = net.fetchFor(origin, 'model');
    const leave = new AbortController();
    const response = await fetch(`${origin}/drip`, { signal: leave.signal });
    setTimeout(() => leave.abort(), 100);
    expect(await codeOf(response.text())).toBe('cancelled');
    expect(await codeOf((await fetch(`${origin}/break`)).text())).toBe('net-unreachable');
  });
});
