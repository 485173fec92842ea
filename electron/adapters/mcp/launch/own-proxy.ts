// The proxy that a person set for their installers, for one target: that one, none, or one that ours cannot ask. Pure.

import { BlockList, isIP } from 'node:net';
import type { Upstream } from '../../net/dial.ts';
import { isThisMachine, plainHost, portOf } from '../../net/policy.ts';
import type { InstallerSettings } from './installer-settings.ts';

type Proxies = Pick<InstallerSettings, 'proxy' | 'noProxy'>;

/** Of the ways that are set, the first that ours cannot go through (SOCKS), as `socks5://host:port`. */
export function notAsked({ proxy }: Proxies): string | undefined {
  const found = [proxy.https, proxy.http].find((text) => text !== undefined && urlOf(text) === undefined);
  if (found === undefined) return undefined;
  return found.replace(/^([a-z0-9+.-]*:\/\/)?[^@/]*@/i, '$1').slice(0, 200);
}

/** For this target; this machine itself is never asked through a proxy. */
export function ownProxy(target: URL, { proxy, noProxy }: Proxies): Upstream | undefined {
  const text = target.protocol === 'https:' ? proxy.https : proxy.http;
  const url = text === undefined ? undefined : urlOf(text);
  if (url === undefined || isThisMachine(plainHost(target)) || noProxy.some((entry) => isMeant(entry, target))) return undefined;
  const bare = new URL(url.href);
  bare.username = '';
  bare.password = '';
  if (url.username === '' && url.password === '') return { url: bare };
  const word = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { url: bare, authorization: `Basic ${Buffer.from(word).toString('base64')}` };
}

/** `proxy.example.com:3128` without a scheme is what many write. */
function urlOf(text: string): URL | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  return /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : undefined;
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
