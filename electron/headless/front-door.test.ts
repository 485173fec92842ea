import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { newSecret } from './door.ts';
import { answerFault, type FrontDoor, openFrontDoor } from './front-door.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A program that says this and then keeps its end of the connection open, whatever is answered. */
function stubborn(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    let said = '';
    socket.on('data', (chunk) => {
      said += String(chunk);
    });
    socket.once('end', () => resolve(said));
    socket.once('error', reject);
    socket.write(text);
  });
}
const open = (): Promise<FrontDoor> => openFrontDoor({ files: { get: () => undefined }, secret: newSecret(), ports: [0] });
const upgrade = (port: number): string =>
  `GET /wire HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
const within = (work: Promise<unknown>): Promise<unknown> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve('still open'), 5_000);
  return Promise.race([work.then(() => 'closed'), promise]).finally(() => clearTimeout(timer));
};

describe('the front door and those who stay at it', () => {
  it.each([
    ['nothing: a browser would take it for the answer to its next request', '', ''],
    ['that it was late, where it had begun', 'GET / HT', 'HTTP/1.1 408 Request Timeout'],
  ])('tells a connection that came to nothing in time %s', async (_what, sent, said) => {
    const late = createServer((socket) => {
      const fault = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      if (sent === '') answerFault(fault, socket);
      else socket.once('data', () => answerFault(fault, socket));
    });
    await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve));
    try {
      const told = await stubborn((late.address() as AddressInfo).port, sent);
      expect(told.split('\r\n')[0]).toBe(said);
    } finally {
      late.close();
    }
  });

  it.each([
    ['an upgrade without a key', upgrade, /^HTTP\/1\.1 403 /],
    ['what is no HTTP', () => 'rubbish\r\n\r\n', /^HTTP\/1\.1 400 /],
  ])('closes although a program that was turned away (%s) keeps its end open', async (_what, text, answer) => {
    const door = await open();
    expect(await stubborn(door.port, text(door.port))).toMatch(answer);
    expect(await within(door.close())).toBe('closed');
  });

  it('closes although somebody is connected and says nothing', async () => {
    const door = await open();
    const socket = connect({ port: door.port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    await new Promise((resolve) => socket.once('connect', resolve));
    expect(await within(door.close())).toBe('closed');
    // The port is free again.
    const next = createServer();
    await new Promise<void>((resolve) => next.listen(door.port, '127.0.0.1', resolve));
    expect((next.address() as AddressInfo).port).toBe(door.port);
    await new Promise((resolve) => next.close(resolve));
  });

  it('gives places that were turned away back: they do not keep others out', async () => {
    const door = await open();
    for (let turn = 0; turn < 6; turn += 1) {
      const refused = await Promise.all(Array.from({ length: 50 }, () => stubborn(door.port, upgrade(door.port))));
      expect(refused.every((said) => said.startsWith('HTTP/1.1 403 '))).toBe(true);
    }
    // More than so many connections are not taken at all.
    expect(await stubborn(door.port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 401 /);
    await door.close();
  });
});

const page = {
  type: 'text/html; charset=utf-8',
  etag: '"1"',
  isImmutable: false,
  read: () => Buffer.from('<!doctype html><title>Orrery</title>'),
};

describe('an address without the #', () => {
  const ask = async (path: string, headers: Record<string, string>): Promise<Response> => {
    const door = await openFrontDoor({ files: { get: (name) => (name === '/' ? page : undefined) }, secret: newSecret(), ports: [0] });
    try {
      const origin = `http://127.0.0.1:${door.port}`;
      const entered = await fetch(`${origin}/?token=${door.token}`, { redirect: 'manual' });
      const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
      return await fetch(`${origin}${path}`, { redirect: 'manual', headers: { cookie, ...headers } });
    } finally {
      await door.close();
    }
  };
  const person = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' };

  it.each([
    ['/runs', '/#/runs'],
    ['/nonsense', '/#/nonsense'],
    ['/workflows/w1/', '/#/workflows/w1/'],
    ['/report.html', '/#/report.html'],
    ['//evil.test/runs', '/#//evil.test/runs'],
    ['/a%0d%0aset-cookie:%20x=1', '/#/a%0d%0aset-cookie:%20x=1'],
  ])('leads a person from %s to %s of the page', async (path, to) => {
    const answer = await ask(path, person);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, to]);
    // A browser that does not say what it wants it for.
    expect((await ask(path, { accept: 'text/html,*/*;q=0.8' })).headers.get('location')).toBe(to);
  });

  it('tells a script that there is nothing', async () => {
    const scripts: Record<string, string>[] = [
      { 'sec-fetch-dest': 'script' },
      { 'sec-fetch-dest': 'empty', accept: 'text/html' },
      { accept: '*/*' },
    ];
    for (const headers of scripts) expect((await ask('/assets/gone-12345678.js', headers)).status).toBe(404);
  });

  it('lets nobody past who has no session', async () => {
    expect((await ask('/runs', { ...person, cookie: '' })).status).toBe(401);
  });
});
