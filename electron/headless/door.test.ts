// Who comes in, request by request. That browsers and sockets are held to it is in tests/e2e/headless-security.test.ts.

import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Door, newSecret } from './door.ts';

const port = 4317;
const own = `127.0.0.1:${port}`;
const door = new Door(newSecret(), port);
const asked = (headers: Record<string, string>, more: string[] = []): IncomingMessage => {
  const all = { host: own, ...headers };
  return { headers: all, rawHeaders: [...Object.entries(all).flat(), ...more] } as unknown as IncomingMessage;
};
const page = () => {
  const { cookie = '', key } = door.openSession(asked({}));
  const session = cookie.split(';')[0] ?? '';
  return { session, headers: { cookie: session, origin: `http://${own}`, 'sec-websocket-protocol': `orrery, orrery-key.${key}` } };
};

describe('what is not addressed to us, or is another site’s, is not answered', () => {
  it.each([
    ['another name', { host: `localhost:${port}` }, 421],
    ['another port', { host: '127.0.0.1:80' }, 421],
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:8080' }, 403],
    ['a request that another site made', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a request of a page on another port', { 'sec-fetch-site': 'same-site' }, 403],
  ])('%s', (_what, headers, status) => {
    const allowed = { ...page().headers, authorization: `Bearer ${door.token}` };
    expect(door.check(asked({ ...allowed, ...headers }), true)).toMatchObject({ ok: false, status });
  });
  it('two hosts', () => {
    expect(door.checkAddress(asked({}, ['Host', 'evil.example']))).toMatchObject({ status: 421 });
  });
  it('an address that was typed, and our own page, are', () => {
    for (const site of ['none', 'same-origin']) expect(door.checkAddress(asked({ 'sec-fetch-site': site }))).toBeUndefined();
  });
});

describe('what acts', () => {
  it('comes from a page by its session, its origin and its key, all three', () => {
    const { session, headers } = page();
    expect(door.check(asked(headers), true)).toEqual({ ok: true, by: 'session' });
    const { origin: _origin, ...noOrigin } = headers;
    expect(door.check(asked(noOrigin), true)).toMatchObject({ ok: false, status: 403 });
    const foreign = page().headers['sec-websocket-protocol'];
    for (const key of ['orrery', foreign])
      expect(door.check(asked({ ...headers, 'sec-websocket-protocol': key }), true)).toMatchObject({ ok: false, status: 401 });
    expect(door.check(asked({ ...headers, cookie: `${session}x` }), true)).toMatchObject({ ok: false, status: 401 });
    // What only reads needs no key.
    expect(door.check(asked({ cookie: session }), false)).toEqual({ ok: true, by: 'session' });
  });
  it('or from a program by the token', () => {
    expect(door.check(asked({ authorization: `Bearer ${door.token}` }), true)).toEqual({ ok: true, by: 'bearer' });
    expect(door.check(asked({ ...page().headers, authorization: 'Bearer wrong' }), true)).toMatchObject({ ok: false, status: 401 });
  });
});

it('sessions are of one secret and one port', () => {
  const { headers } = page();
  const other = new Door(newSecret(), port);
  expect(other.check(asked(headers), true)).toMatchObject({ ok: false, status: 401 });
});
