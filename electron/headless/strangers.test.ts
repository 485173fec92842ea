// Nobody who says half a request, or nothing, keeps out those who may come in.

import { EventEmitter } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { newSecret } from './door.ts';
import { openFrontDoor } from './front-door.ts';
import { limitStrangers, maxOfOthers, maxSilent, type Owners, ownersIn } from './strangers.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** One that says half a request and stays. */
async function half(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  ends.push(() => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1');
  return socket;
}
const until = async (isSo: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('It did not come to this.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
async function listening(owners: Owners): Promise<{ http: Server; port: number; strangers: ReturnType<typeof limitStrangers> }> {
  const http = createServer((request, response) => {
    strangers.spoke(request.socket);
    response.end('in');
  });
  const strangers = limitStrangers(http, { owners, ownUid: 1000 });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    strangers.close();
    http.closeAllConnections();
    http.close();
  });
  return { http, port: (http.address() as AddressInfo).port, strangers };
}

it('a door full of half requests goes on to answer, and what came first goes first', async () => {
  const door = await openFrontDoor({ files: { get: () => undefined }, secret: newSecret(), ports: [0] });
  ends.push(door.close);
  const all: Socket[] = [];
  for (let n = 0; n < maxSilent + 50; n += 1) all.push(await half(door.port));
  const headers = { authorization: `Bearer ${door.token}` };
  for (let n = 0; n < 3; n += 1) expect((await fetch(`http://127.0.0.1:${door.port}/`, { headers })).status).toBe(404);
  await until(() => all.slice(0, 50).every((each) => each.destroyed || each.readableEnded || each.errored !== null));
  expect(all.at(-1)?.destroyed).toBe(false);
});

it('nor do whole requests that wait for a host that is still starting', async () => {
  const door = await openFrontDoor({ files: { get: () => undefined }, secret: newSecret(), ports: [0] });
  ends.push(door.close);
  const waiting: Socket[] = [];
  for (let n = 0; n < maxSilent + 20; n += 1) {
    const one = connect({ port: door.port, host: '127.0.0.1' });
    one.on('error', () => undefined);
    ends.push(() => one.destroy());
    await new Promise((resolve) => one.once('connect', resolve));
    one.resume();
    one.write(`GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\n\r\n`);
    waiting.push(one);
  }
  await until(() => waiting.slice(0, 20).every((each) => each.destroyed || each.readableEnded || each.errored !== null));
  expect(waiting.at(-1)?.destroyed).toBe(false);
});

it('another user has fewer, whoever came first; one’s own stay', async () => {
  const theirs = new Set<number | undefined>();
  const owners: Owners = async () =>
    new Map([...all].map(({ localPort = 0 }) => [`127.0.0.1:${localPort}`, theirs.has(localPort) ? 65_534 : 1000]));
  const all: Socket[] = [];
  const { port, strangers } = await listening(owners);
  for (let n = 0; n < 60; n += 1) {
    const one = await half(port);
    if (n % 3 !== 0) theirs.add(one.localPort);
    all.push(one);
  }
  await until(() => strangers.count() === 20 + maxOfOthers);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('in');
});

it('where there is no more room another user goes before oneself, who came first', async () => {
  vi.useFakeTimers();
  ends.push(() => vi.useRealTimers());
  const http = new EventEmitter();
  const gone: string[] = [];
  const named = new Map<string, number>();
  const strangers = limitStrangers(http as Server, { owners: async () => named, ownUid: 1000 });
  const come = (name: string, uid: number): void => {
    const remotePort = 1 + named.size;
    named.set(`127.0.0.1:${remotePort}`, uid);
    const about = { remoteAddress: '127.0.0.1', remotePort, localPort: 9, destroy: () => void gone.push(name) };
    http.emit('connection', Object.assign(new EventEmitter(), about));
  };
  for (let n = 0; n < maxSilent - 2; n += 1) come('own', 1000);
  come('their first', 65_534);
  come('their second', 65_534);
  await vi.advanceTimersByTimeAsync(100);
  expect(gone).toEqual([]);
  for (let n = 0; n < 3; n += 1) come('own', 1000);
  expect(gone).toEqual(['their first', 'their second', 'own']);
  strangers.close();
});

it('a system that does not tell whose they are has the limit for all', async () => {
  const { port, strangers } = await listening(() => Promise.reject(new Error('no such table')));
  for (let n = 0; n < maxSilent + 10; n += 1) await half(port);
  await until(() => strangers.count() === maxSilent);
});

const quiet = { error: () => undefined };
const page = { type: 'text/html; charset=utf-8', etag: '"1"', isImmutable: false, read: () => Buffer.from('<!doctype html>') };

it('who was turned away does not stay, and who came in does', async () => {
  const door = await openFrontDoor({ files: { get: () => page }, secret: newSecret(), ports: [0] });
  ends.push(door.close);
  const ask = async (headers: Record<string, string>) =>
    (await fetch(`http://127.0.0.1:${door.port}/`, { headers })).headers.get('connection');
  expect(await ask({})).toBe('close');
  expect(await ask({ authorization: 'Bearer wrong' })).toBe('close');
  expect(await ask({ authorization: `Bearer ${door.token}` })).toBe('keep-alive');
  // Also where somebody further in answers, who asks for no token.
  const answer = async (_request: unknown, response: ServerResponse) => response.end('taken') !== undefined;
  door.attach({ log: quiet, answer, upgrade: () => undefined, close: async () => undefined });
  const hook = await fetch(`http://127.0.0.1:${door.port}/hooks/one`);
  expect([await hook.text(), hook.headers.get('connection')]).toEqual(['taken', 'close']);
});

it('reads whose the other end of a connection is', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:10DD 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
   1: 0100007F:10DD 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 20 4 30 10 -1
   2: 0100007F:C350 0100007F:10DD 01 00000000:00000000 00:00000000 00000000 65534        0 3 1 0 20 4 30 10 -1
   3: 0100007F:C351 0100007F:10DE 01 00000000:00000000 00:00000000 00000000    33        0 4 1 0 20 4 30 10 -1
`;
  expect([...ownersIn(table, 4317)]).toEqual([['127.0.0.1:50000', 65_534]]);
  // By a socket of IPv6, and from another of this machine's addresses with the port of somebody else.
  const more = `${table}
   0: 0000000000000000FFFF00000100007F:C352 0000000000000000FFFF00000100007F:10DD 01 00000000:00000000 00:00000000 00000000    34        0 5 1 0 20 4 30 10 -1
   4: 0700007F:C350 0100007F:10DD 01 00000000:00000000 00:00000000 00000000    35        0 6 1 0 20 4 30 10 -1
`;
  expect(Object.fromEntries(ownersIn(more, 4317))).toEqual({ '127.0.0.1:50000': 65_534, '127.0.0.1:50002': 34, '127.0.0.7:50000': 35 });
});
