// Signing in at a server, with a real authorization server on this machine.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuthLab, startAuthLab } from '../../../tests/helpers/auth-server.ts';
import { configOf, never, type TestHost, testHost } from '../../../tests/helpers/mcp-lab.ts';
import { checkAuthAddress } from './auth-fetch.ts';
import { pinIssuer } from './oauth.ts';

let lab: TestHost;
let auth: AuthLab;
beforeEach(async () => {
  auth = await startAuthLab();
  lab = testHost();
});
afterEach(async () => {
  await lab.close();
  auth.close();
});
const id = 'child' as never;
const start = (more: object = {}) => lab.host.start(configOf({ transport: 'http', url: auth.url, ...more }));
/** What the person does: opens the address, and their browser follows where it is sent. */
async function signIn(): Promise<string> {
  const { url, done } = await lab.host.signIn(id, never());
  expect(await (await fetch(url)).text()).toContain('signed in');
  await done;
  return url;
}
const entry = () =>
  JSON.parse(lab.vault.secrets.get('oauth.child') ?? '{}') as { tokens?: { access_token: string; refresh_token: string } };

it('asks for a sign-in, takes the tokens into the vault, and shows them to nobody', async () => {
  expect(await start()).toMatchObject({ state: 'failed', failure: { cause: 'not-authorized' }, signIn: { needed: true } });
  const address = new URL(await signIn());
  expect(address.origin).toBe(auth.issuer);
  expect(address.searchParams.get('resource')).toBe(auth.url);
  expect(address.searchParams.get('scope')).toBe('read');
  await lab.until(() => lab.status().state === 'ready');
  expect(lab.status().signIn).toMatchObject({ needed: false });
  const { access_token: token, refresh_token: again } = entry().tokens as { access_token: string; refresh_token: string };
  const told = JSON.stringify(await lab.call('whoami'));
  expect(told).toContain('your token is [secret:oauth.child]');
  const notes: (string | undefined)[] = [];
  const failed = await lab.host
    .call(id, 'fails', {}, { signal: never(), folders: [], source: { kind: 'person' }, onProgress: ({ note }) => notes.push(note) })
    .catch((error: Error) => error.message);
  expect([failed, notes]).toEqual([expect.stringContaining('not with [secret:oauth.child]'), ['with [secret:oauth.child]']]);
  for (const text of [told, JSON.stringify(lab.host.servers()), JSON.stringify(lab.host.logs(id))]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(again);
  }
});

it('gives what one address gave to no other one, also when a server of the same name stands there', async () => {
  await start();
  await signIn();
  await lab.until(() => lab.status().state === 'ready');
  const token = entry().tokens?.access_token ?? '';
  await lab.host.remove(id);
  const given: string[] = [];
  const other = createServer((request, response) => {
    given.push(JSON.stringify(request.headers));
    response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/mcp`;
    expect((await lab.host.start(configOf({ transport: 'http', url }))).signIn).toMatchObject({ needed: true });
    expect(given.length).toBeGreaterThan(0);
    expect(given.join()).not.toContain(token);
  } finally {
    other.close();
  }
  // Back at its own address it is still good.
  await lab.host.remove(id);
  expect((await start()).state).toBe('ready');
});

it('renews what ran out, once for many calls, and keeps the new ones', async () => {
  await start();
  await signIn();
  await lab.until(() => lab.status().state === 'ready');
  const before = entry().tokens?.refresh_token;
  auth.expire();
  const asked = auth.seen.filter((path) => path === '/token').length;
  const answers = await Promise.all(Array.from({ length: 8 }, () => lab.call('whoami')));
  expect(answers.every((each) => !each.isError)).toBe(true);
  expect(auth.seen.filter((path) => path === '/token').length).toBe(asked + 1);
  expect(entry().tokens?.refresh_token).not.toBe(before);
  // A later start needs nobody.
  await lab.host.stop(id);
  expect((await start()).state).toBe('ready');
});

it('says so when renewing is refused, and after signing out', async () => {
  await start();
  await signIn();
  await lab.until(() => lab.status().state === 'ready');
  auth.revoke();
  await expect(lab.call('whoami')).rejects.toMatchObject({ code: 'not-authorized' });
  expect(lab.status().signIn).toEqual({ needed: true });
  await signIn();
  expect((await lab.call('whoami')).isError).toBe(false);
  // Switched off, the host does not know it; what it was given is forgotten all the same.
  await lab.host.remove(id);
  await lab.host.signOut(configOf({ transport: 'http', url: auth.url }));
  expect(lab.vault.secrets.has('oauth.child')).toBe(false);
  expect((await start()).failure?.cause).toBe('not-authorized');
});

it('says on its page why a sign-in came to nothing, until another is begun', async () => {
  await start();
  const { url, done } = await lab.host.signIn(id, never());
  expect(lab.status().signIn).toEqual({ needed: true, underWay: true });
  const asked = new URL(url).searchParams;
  const back = new URL(asked.get('redirect_uri') ?? '');
  back.search = String(new URLSearchParams({ error: 'access_denied', error_description: 'You said no', state: asked.get('state') ?? '' }));
  const refused = expect(done).rejects.toMatchObject({ code: 'sign-in-refused' });
  await (await fetch(back)).text();
  await refused;
  expect(lab.status().signIn).toEqual({
    needed: true,
    problem: { message: 'The sign-in was refused: You said no.', hint: 'Start the sign-in again.' },
  });
  await signIn();
  await lab.until(() => lab.status().state === 'ready');
  expect(lab.status().signIn).toMatchObject({ needed: false });
  expect(lab.status().signIn).not.toHaveProperty('problem');
});

it('asks for more rights when a call needs them, and not twice for the same', async () => {
  await start();
  await signIn();
  await lab.until(() => lab.status().state === 'ready');
  auth.needs('write');
  await expect(lab.call('whoami')).rejects.toMatchObject({ code: 'not-authorized', message: expect.stringContaining('write') });
  expect(new URL(await signIn()).searchParams.get('scope')).toBe('read write');
  expect((await lab.call('whoami')).isError).toBe(false);
  for (const token of auth.tokens.keys()) auth.tokens.set(token, 'read');
  await expect(lab.call('whoami')).rejects.toMatchObject({ message: expect.stringContaining('although you signed in') });
  expect(lab.status().signIn).toMatchObject({ needed: false });
});

it('a client that was given is used at the sign-in service where it was first, and nowhere else', async () => {
  const elsewhere = await startAuthLab();
  try {
    for (const each of [auth, elsewhere]) each.knows('given-client');
    const oauth = { clientId: 'given-client' };
    await start({ oauth });
    const address = new URL(await signIn());
    expect(address.searchParams.get('client_id')).toBe('given-client');
    await lab.until(() => lab.status().state === 'ready');
    // Signing out forgets the tokens, not whose the client is.
    await lab.host.signOut(configOf({ transport: 'http', url: auth.url, oauth }));
    expect(entry().tokens).toBeUndefined();
    await lab.host.remove(id);
    auth.moveTo(elsewhere.issuer);
    await start({ oauth });
    const asked = elsewhere.seen.filter((path) => path === '/authorize' || path === '/token').length;
    await expect(lab.host.signIn(id, never())).rejects.toMatchObject({
      code: 'sign-in-refused',
      message: expect.stringContaining(elsewhere.issuer),
      hint: expect.stringContaining('makers'),
    });
    expect(elsewhere.seen.filter((path) => path === '/authorize' || path === '/token')).toHaveLength(asked);
    // The person says that it moved.
    await lab.host.remove(id);
    await start({ oauth: { ...oauth, issuer: `${elsewhere.issuer}/` } });
    expect(new URL((await lab.host.signIn(id, never())).url).origin).toBe(elsewhere.issuer);
    // And one that names another from the beginning is never met.
    await lab.host.remove(id);
    await start({ oauth: { clientId: 'other-client', issuer: 'https://auth.example.com' } });
    await expect(lab.host.signIn(id, never())).rejects.toMatchObject({ code: 'sign-in-refused' });
  } finally {
    elsewhere.close();
  }
});

describe('the way back from the browser', () => {
  const back = async () => {
    await start();
    const { url, done } = await lab.host.signIn(id, never());
    const ended = done.then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
    return {
      to: new URL(new URL(url).searchParams.get('redirect_uri') ?? ''),
      state: new URL(url).searchParams.get('state') ?? '',
      ended,
      url,
    };
  };
  const open = (to: URL, query: Record<string, string>) => fetch(`${to.href}?${new URLSearchParams(query)}`);

  it('listens on this machine only, turns away another state, and takes the right one after that', async () => {
    const { to, ended, url } = await back();
    expect(to.hostname).toBe('127.0.0.1');
    expect((await open(to, { code: 'stolen', state: 'guessed' })).status).toBe(400);
    expect((await fetch(new URL('/other', to))).status).toBe(404);
    await (await fetch(url)).text();
    expect(await ended).toBe('done');
    await expect(open(to, { code: 'again', state: 'again' })).rejects.toThrow();
  });
  it('a refusal, another issuer, or a wrong code is told of', async () => {
    const first = await back();
    await open(first.to, { error: 'access_denied', state: first.state });
    expect(await first.ended).toBe('sign-in-refused');
    const second = await back();
    await open(second.to, { code: 'x', state: second.state, iss: 'https://evil.example' });
    expect(await second.ended).toBe('sign-in-refused');
    const third = await back();
    await open(third.to, { code: 'invented', state: third.state, iss: auth.issuer });
    expect(await third.ended).toBe('sign-in-refused');
    expect(lab.vault.secrets.has('oauth.child')).toBe(false);
  });
  it('a second sign-in ends the first; its time ends it too', async () => {
    const first = await back();
    await back();
    expect(await first.ended).toBe('cancelled');
    await lab.close();
    lab = testHost({ times: { signInMs: 50 } });
    expect(await (await back()).ended).toBe('sign-in-late');
  });
});

it('a service that the person named is the only one, also for clients that are registered anew or are an address; a key goes to the first', () => {
  const at = (issuer: string) => ({ authorizationServerUrl: issuer }) as Parameters<typeof pinIssuer>[1];
  const pin = (config: object, issuer: string, pinned?: { client: string; issuer: string }) =>
    pinIssuer({ config: { by: 'person', ...config }, pinned }, at(issuer));
  const named = { issuer: 'https://auth.example.com' };
  const document = { clientId: 'https://app.example.com/client.json' };
  for (const config of [named, { ...document, ...named }, { clientId: 'given', ...named }]) {
    expect(() => pin(config, 'https://auth.example.com/')).not.toThrow();
    expect(() => pin(config, 'https://evil.example.net')).toThrow(/Nothing was sent there/);
  }
  // Nobody named one, and nothing secret is shown: anywhere.
  expect(pin({}, 'https://a.example.com')).toBeUndefined();
  expect(pin(document, 'https://a.example.com')).toBeUndefined();
  // What is signed with a key for one service could be shown to another.
  const signed = { ...document, privateKey: 'KEY' };
  const first = pin(signed, 'https://a.example.com');
  expect(first).toEqual({ client: document.clientId, issuer: 'https://a.example.com' });
  expect(() => pin(signed, 'https://b.example.com', first)).toThrow(/Nothing was sent there/);
});

describe('addresses that a server names', () => {
  const at =
    (address: string, server = 'https://mcp.example.com/mcp', named: string[] = []) =>
    () =>
      checkAuthAddress(address, new URL(server), named);

  it('are https and public, its own, or named by the person', () => {
    for (const fine of ['https://auth.example.org/x', 'https://mcp.example.com/authorize']) expect(at(fine)).not.toThrow();
    for (const bad of [
      'http://auth.example.org/x',
      'https://127.0.0.1/x',
      'https://localhost/x',
      'https://192.168.1.1/x',
      'https://169.254.169.254/latest',
      'https://[::1]/x',
      'https://router.lan/x',
      'https://intranet/x',
      'https://me:pw@auth.example.org/',
      'file:///etc/passwd',
      'javascript:alert(1)',
    ])
      expect(at(bad), bad).toThrow(/To sign in/);
    expect(at('https://sso.intranet/x', 'https://mcp.intranet/mcp', ['sso.intranet'])).not.toThrow();
    expect(at('http://127.0.0.1:9999/x', 'http://localhost:8000/mcp')).not.toThrow();
  });
  it('are not shown when they lead elsewhere', async () => {
    auth.lie('http://169.254.169.254/authorize');
    await start();
    await expect(lab.host.signIn(id, never())).rejects.toMatchObject({ code: 'address-not-allowed' });
  });
});
