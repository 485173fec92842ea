// A SOCKS proxy behind ours: servers that others wrote (the library that comes with the sandbox; microsocks where the machine has it),
// and planted answers of version 4 and of what is no proxy.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createPlain, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { orSkipped } from '../../../tests/helpers/or-skipped.ts';
import type { ConnectionRow } from './connection-row.ts';
import type { Upstream } from './dial.ts';
import { createForwardProxy, type Unreached } from './forward-proxy.ts';
import type { SocksWay } from './socks.ts';
import { freePort, type SocksPlan, socksServer } from './socks-server.fixture.ts';

let port: number;
let rows: ConnectionRow[];
let refused: Unreached[];
let asked: string[];
let isOffline: boolean;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  [rows, refused, asked, isOffline] = [[], [], [], false];
  const origin = createServer((request, response) => response.end(`${request.method} ${request.url} ${request.headers.host}`));
  port = await listening(origin);
  ends.push(() => origin.closeAllConnections());
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function listening(server: ReturnType<typeof createPlain>, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function fiveServer(user?: SocksPlan['user']): Promise<number> {
  const carries = (host: string) => asked.push(host) > 0 && host !== 'forbidden.example.com';
  const made = await socksServer({ carries, ...(user === undefined ? {} : { user }) });
  ends.push(made.close);
  return made.port;
}

async function ours(at: number, way: Partial<SocksWay> = {}, resolve?: (host: string) => Promise<string[]>): Promise<number> {
  const upstream: Upstream = { url: new URL(`http://127.0.0.1:${at}/`), socks: { version: 5, looksUp: false, ...way } };
  const made = createForwardProxy({
    permission: {
      ...{ hosts: ['*.example.com', 'localhost', `127.0.0.1:${port}`, '[::1]'], local: false },
      get offline() {
        return isOffline;
      },
    },
    purpose: 'a test',
    onConnection: (row) => rows.push(row),
    onRefused: (each) => refused.push(each),
    upstream: () => upstream,
    resolve,
  });
  ends.push(made.end);
  return listening(made.server);
}

async function ask(at: number, line: string, next = ''): Promise<string> {
  const socket = connect(at, '127.0.0.1');
  socket.write(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  let text = '';
  socket.on('data', (chunk) => {
    if (text === '' && next !== '') socket.write(next);
    text += String(chunk);
  });
  await once(socket, 'close');
  return text;
}
const inside = () => `GET /inside HTTP/1.1\r\nHost: y:${port}\r\nConnection: close\r\n\r\n`;

it('carries tunnels and plain requests, the name is the proxy’s to look up, and the row shows what was connected to', async () => {
  const at = await fiveServer();
  const proxy = await ours(at, {}, () => Promise.reject(new Error('looked up here')));
  expect(await ask(proxy, `CONNECT localhost:${port}`, inside())).toContain(`GET /inside y:${port}`);
  expect(await ask(proxy, `GET http://localhost:${port}/plain?a=1`)).toContain(`GET /plain?a=1 localhost:${port}`);
  expect(asked).toEqual(['localhost', 'localhost']);
  await expect.poll(() => rows.length).toBe(2);
  for (const row of rows)
    expect(row).toMatchObject({
      ...{ host: `localhost:${port}`, address: '127.0.0.1', port: at, error: undefined, localPort: expect.any(Number) },
      purpose: `a test, through your proxy 127.0.0.1:${at}`,
    });
});

it('signs in where it must, and says so where that does not do', async () => {
  const at = await fiveServer({ name: 'ada', password: 'gehe;im' });
  const may = await ours(at, { user: { name: 'ada', password: 'gehe;im' } });
  expect(await ask(may, `CONNECT 127.0.0.1:${port}`, inside())).toContain('GET /inside');
  const wrong = await ours(at, { user: { name: 'ada', password: 'falsch' } });
  expect(await ask(wrong, `CONNECT 127.0.0.1:${port}`)).toMatch(/403[\s\S]*does not accept the name and password/);
  const none = await ours(at);
  expect(await ask(none, `CONNECT 127.0.0.1:${port}`)).toMatch(/403[\s\S]*wants a name and password/);
  expect(refused.map((each) => each.code)).toEqual(['proxy-refused', 'proxy-refused']);
  expect(JSON.stringify([rows, refused])).not.toMatch(/gehe;im|falsch/);
});

it('tells what the proxy refuses apart from what it does not reach, and lets nothing out that is not allowed', async () => {
  const proxy = await ours(await fiveServer());
  expect(await ask(proxy, 'CONNECT forbidden.example.com:443')).toMatch(/403[\s\S]*rules do not allow it/);
  expect(await ask(proxy, 'CONNECT other.example.org:443')).toMatch(/403[\s\S]*not on the list/);
  expect(asked).toEqual(['forbidden.example.com']);
  isOffline = true;
  expect(await ask(proxy, 'CONNECT far.example.com:443')).toMatch(/403[\s\S]*offline/);
  expect(rows.map((row) => row.error)).toEqual(['proxy-refused', 'host-not-allowed', 'offline']);
});

it('looks names up here where the person’s way is that, and gives the proxy a checked address only', async () => {
  const at = await fiveServer();
  const proxy = await ours(at, { looksUp: true }, async (host) => (host === 'far.example.com' ? ['10.0.0.7'] : ['93.184.216.34']));
  expect(await ask(proxy, 'CONNECT far.example.com:443')).toMatch(/403[\s\S]*private network/);
  expect(asked).toEqual([]);
  isOffline = true;
  expect(await ask(proxy, 'CONNECT near.example.com:443')).toMatch(/offline/);
});

/** A server that sends these answers in turn and then is silent; what it was sent, in hexadecimal. */
async function planted(...answers: number[][]): Promise<{ at: number; sent: string[] }> {
  const sent: string[] = [];
  const open = new Set<Socket>();
  const server = createPlain((socket) => {
    open.add(socket);
    const left = [...answers];
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      sent.push(chunk.toString('hex'));
      const answer = left.shift();
      if (answer !== undefined) socket.write(Buffer.from(answer));
    });
  });
  ends.push(() => {
    for (const socket of open) socket.destroy();
  });
  return { at: await listening(server), sent };
}

describe('what goes over the wire', () => {
  const granted = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  it.each([
    ['a name', 'far.example.com:443', '050100030f6661722e6578616d706c652e636f6d01bb'],
    ['an IPv6 address', '[::1]:443', `0501000400000000000000000000000000000001${'01bb'}`],
  ])('of version 5 with %s', async (_name, target, bytes) => {
    const { at, sent } = await planted([5, 0], granted);
    const proxy = await ours(at);
    const socket = connect(proxy, '127.0.0.1').on('error', () => undefined);
    socket.write(`CONNECT ${target} HTTP/1.1\r\n\r\n`);
    expect(String((await once(socket, 'data'))[0])).toContain('200 Connection established');
    expect(sent).toEqual(['050100', bytes]);
    socket.destroy();
  });

  it('of version 4a, and of 4 with a name that was looked up here', async () => {
    const four = await planted([0, 90, 0, 0, 0, 0, 0, 0]);
    for (const looksUp of [false, true]) {
      const proxy = await ours(four.at, { version: 4, looksUp, user: { name: 'ada', password: '' } }, async () => [
        '2606:2800::1',
        '93.184.216.34',
      ]);
      const socket = connect(proxy, '127.0.0.1').on('error', () => undefined);
      socket.write('CONNECT far.example.com:443 HTTP/1.1\r\n\r\n');
      expect(String((await once(socket, 'data'))[0])).toContain('200 ');
      socket.destroy();
    }
    expect(four.sent).toEqual([
      `040101bb00000001${'61646100'}${Buffer.from('far.example.com').toString('hex')}00`,
      `040101bb5db8d822${'61646100'}`,
    ]);
  });

  it('what comes behind the answer in the same packet is the target’s', async () => {
    const { at } = await planted([5, 0], [...granted, ...Buffer.from('and more')]);
    const proxy = await ours(at);
    const socket = connect(proxy, '127.0.0.1').on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.write('CONNECT far.example.com:443 HTTP/1.1\r\n\r\n');
    await expect.poll(() => text).toMatch(/established\r\n\r\nand more$/);
    socket.destroy();
  });

  it.each([
    ['a web server', [[...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]], 'no SOCKS proxy'],
    [
      'a host that it does not reach',
      [
        [5, 0],
        [5, 4, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
      'the host is not reached',
    ],
    [
      'nothing there',
      [
        [5, 0],
        [5, 5, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
      'nothing answers there',
    ],
    [
      'a failure that is not in the list',
      [
        [5, 0],
        [5, 99, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
      'failure 99',
    ],
    [
      'an address of no known kind',
      [
        [5, 0],
        [5, 0, 0, 9, 0, 0, 0, 0, 0, 0],
      ],
      'no SOCKS proxy',
    ],
  ])('%s is said', async (_name, answers, words) => {
    const { at } = await planted(...answers);
    expect(await ask(await ours(at), 'CONNECT far.example.com:443')).toContain(words);
    expect(rows).toMatchObject([{ error: /reached|answers/.test(words) ? 'net-unreachable' : 'proxy-refused', port: at }]);
  });

  it('a proxy that ends in the middle is said, and who goes does not wait for one that is silent', async () => {
    const server = createPlain((socket) => socket.once('data', () => socket.end(Buffer.from([5]))));
    const at = await listening(server);
    expect(await ask(await ours(at), 'CONNECT far.example.com:443')).toContain('ended the connection in the middle');
    const silent = await planted();
    const socket = connect(await ours(silent.at), '127.0.0.1').on('error', () => undefined);
    socket.write('CONNECT far.example.com:443 HTTP/1.1\r\n\r\n');
    await expect.poll(() => silent.sent.length).toBe(1);
    socket.destroy();
    await expect.poll(() => rows.at(-1)).toMatchObject({ error: 'cancelled', port: silent.at });
  });
});

const microsocks = ((): string | undefined => {
  try {
    return execFileSync('sh', ['-c', 'command -v microsocks'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined; // not on this machine
  }
})();
const noMicrosocks = microsocks === undefined ? 'microsocks is not on this machine' : undefined;
it.skipIf(noMicrosocks !== undefined)(orSkipped('goes through microsocks, signed in', noMicrosocks), async () => {
  const at = await freePort();
  const child: ChildProcess = spawn(microsocks as string, ['-i', '127.0.0.1', '-p', String(at), '-u', 'ada', '-P', 'pw'], {
    stdio: 'ignore',
  });
  ends.push(() => child.kill('SIGKILL'));
  const proxy = await ours(at, { user: { name: 'ada', password: 'pw' } });
  await expect.poll(() => ask(proxy, `CONNECT localhost:${port}`, inside()), { timeout: 10_000 }).toContain(`GET /inside y:${port}`);
  expect(await ask(proxy, `GET http://localhost:${port}/plain`)).toContain('GET /plain');
});
