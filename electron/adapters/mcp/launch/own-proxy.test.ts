import { expect, it } from 'vitest';
import { notAsked, ownProxy } from './own-proxy.ts';

const through = (
  target: string,
  noProxy: string[] = [],
  proxy = { https: 'http://ada:p%40ss@proxy.example:3128', http: 'plain.example:8080' },
) => ownProxy(new URL(target), { proxy, noProxy });

it('is that of the scheme, with name and password apart from its address', () => {
  expect(through('https://registry.example/')).toEqual({
    url: new URL('http://proxy.example:3128'),
    authorization: `Basic ${Buffer.from('ada:p@ss').toString('base64')}`,
  });
  expect(through('http://registry.example/')).toEqual({ url: new URL('http://plain.example:8080') });
  expect(ownProxy(new URL('https://registry.example/'), { proxy: {}, noProxy: [] })).toBeUndefined();
});

it('is none for this machine and for what was excepted', () => {
  for (const [target, entry] of [
    ['http://127.0.0.1:4873/', 'unrelated.example'],
    ['http://localhost:4873/', 'unrelated.example'],
    ['https://registry.example/', '*'],
    ['https://registry.example/', 'registry.example'],
    ['https://npm.registry.example/', 'registry.example'],
    ['https://npm.registry.example/', '.registry.example'],
    ['https://npm.registry.example/', '*.registry.example'],
    ['https://registry.example/', 'registry.example:443'],
    ['https://10.1.2.3/', '10.0.0.0/8'],
  ] as const)
    expect(through(target, [entry]), `${target} ${entry}`).toBeUndefined();
  for (const [target, entry] of [
    ['https://notregistry.example/', 'registry.example'],
    ['https://registry.example/', 'registry.example:8443'],
    ['https://11.1.2.3/', '10.0.0.0/8'],
    ['https://registry.example/', '10.0.0.0/99'],
  ] as const)
    expect(through(target, [entry]), `${target} ${entry}`).toBeDefined();
});

it('is a SOCKS proxy in each of its spellings, with who looks names up', () => {
  const way = (https: string) => ownProxy(new URL('https://registry.example/'), { proxy: { https }, noProxy: [] });
  expect(way('socks5h://ada:p%40ss@10.0.0.7:1081')).toEqual({
    url: new URL('http://10.0.0.7:1081'),
    socks: { version: 5, looksUp: false, user: { name: 'ada', password: 'p@ss' } },
  });
  expect(way('SOCKS5://proxy.example')).toEqual({ url: new URL('http://proxy.example:1080'), socks: { version: 5, looksUp: true } });
  expect(way('socks://[::1]:1080')).toEqual({ url: new URL('http://[::1]:1080'), socks: { version: 5, looksUp: false } });
  expect(way('socks4a://proxy.example')?.socks).toEqual({ version: 4, looksUp: false });
  expect(way('socks4://proxy.example')?.socks).toEqual({ version: 4, looksUp: true });
  expect(way('socks5h://exa mple')).toBeUndefined();
});

it('hands on who may vouch for a proxy that is asked over TLS', () => {
  const proxies = { proxy: { https: 'https://proxy.example', http: 'socks5h://proxy.example' }, noProxy: [], proxyCa: ['PEM'] };
  expect(ownProxy(new URL('https://registry.example/'), proxies)).toEqual({ url: new URL('https://proxy.example'), ca: ['PEM'] });
  expect(ownProxy(new URL('http://registry.example/'), proxies)).not.toHaveProperty('ca');
});

it('names one that cannot be gone through, without its password', () => {
  expect(notAsked({ proxy: { https: 'quic://ada:secret@10.0.0.7:1080' }, noProxy: [] })).toBe('quic://10.0.0.7:1080');
  expect(notAsked({ proxy: { https: 'socks5h://10.0.0.7:1080', http: 'proxy.example:3128' }, noProxy: [] })).toBeUndefined();
});
