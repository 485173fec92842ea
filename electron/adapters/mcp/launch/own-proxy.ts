// The proxy that a person set for their installers, for one target: that one, none, or one that ours cannot ask. Pure.

import { BlockList, isIP } from 'node:net';
import type { Upstream } from '../../net/dial.ts';
import { isThisMachine, plainHost, portOf } from '../../net/policy.ts';
import type { SocksWay } from '../../net/socks.ts';
import type { InstallerSettings } from './installer-settings.ts';

type Proxies = Pick<InstallerSettings, 'proxy' | 'noProxy' | 'proxyCa'>;

/** As npm, pip and uv read them. */
const socksWays: Readonly<Record<string, Omit<SocksWay, 'user'>>> = {
  'socks:': { version: 5, looksUp: false },
  'socks5:': { version: 5, looksUp: true },
  'socks5h:': { version: 5, looksUp: false },
  'socks4:': { version: 4, looksUp: true },
  'socks4a:': { version: 4, looksUp: false },
};

/** Of the ways that are set, the first that ours cannot go through, as `quic://host:port`. */
export function notAsked({ proxy }: Proxies): string | undefined {
  const found = [proxy.https, proxy.http].find((text) => text !== undefined && urlOf(text) === undefined);
  if (found === undefined) return undefined;
  return found.replace(/^([a-z0-9+.-]*:\/\/)?[^@/]*@/i, '$1').slice(0, 200);
}

/** For this target; this machine itself is never asked through a proxy. */
export function ownProxy(target: URL, { proxy, noProxy, proxyCa: ca }: Proxies): Upstream | undefined {
  const text = target.protocol === 'https:' ? proxy.https : proxy.http;
  const url = text === undefined ? undefined : urlOf(text);
  if (url === undefined || isThisMachine(plainHost(target)) || noProxy.some((entry) => isMeant(entry, target))) return undefined;
  const [name, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  const isNamed = name !== '' || password !== '';
  const way = socksWays[url.protocol];
  if (way !== undefined) {
    const place = new URL(`http://${url.hostname}:${url.port === '' ? 1080 : url.port}/`);
    return { url: place, socks: { ...way, ...(isNamed ? { user: { name, password } } : {}) } };
  }
  const bare = new URL(url.href);
  bare.username = '';
  bare.password = '';
  return {
    url: bare,
    ...(isNamed ? { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` } : {}),
    ...(ca === undefined || ca.length === 0 ? {} : { ca }),
  };
}

/** `proxy.example.com:3128` without a scheme is what many write. */
function urlOf(text: string): URL | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  if (url.hostname === '') return undefined;
  return /^https?:$/.test(url.protocol) || (url.protocol in socksWays && URL.canParse(`http://${url.host}/`)) ? url : undefined;
}

/** `*`, `example.com` and all under it, `.example.com`, `10.0.0.0/8`, each also with a port. */
function isMeant(entry: string, target: URL): boolean {
  const host = plainHost(target);
  if (entry === '*') return true;
  const range = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(entry);
  if (range !== null) return isIP(host) !== 0 && isInside(host, range[1] as string, Number(range[2]));
  const [, name = '', port] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  if (isIP(entry) === 6) return entry.toLowerCase() === host;
  return name !== '' && (port === undefined || port === portOf(target)) && (host === name || host.endsWith(`.${name}`));
}

function isInside(host: string, network: string, bits: number): boolean {
  const kind = isIP(network);
  if (kind !== isIP(host) || bits > (kind === 6 ? 128 : 32)) return false;
  const block = new BlockList();
  block.addSubnet(network, bits, kind === 6 ? 'ipv6' : 'ipv4');
  return block.check(host, kind === 6 ? 'ipv6' : 'ipv4');
}
