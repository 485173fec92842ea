// May this URL be asked, and may this address be connected to? Pure questions about one request's permission; asked again for
// each redirect and for each new connection.

import { isIP } from 'node:net';
import { AppError } from '../../../shared/errors.ts';
import { isGivenByNetwork, kindOf } from './address.ts';

export interface Permission {
  /** Names (`example.com`), patterns (`*.example.com`), addresses, each also with `:port`; `*` is any public host. */
  hosts: readonly string[];
  /** This machine and private networks too. */
  local: boolean;
  /** The offline switch: only this machine itself, whatever else is allowed; no name is looked up. */
  offline?: boolean;
  /**
   * Those of the hosts that are in the person's own installer settings: by their full name they may also lead to addresses that only
   * their network gives to them (a mirror inside, a VPN). Never to this machine or its link.
   */
  ownNetwork?: readonly string[];
}

/** The host as it is compared: lower case, no brackets, no trailing dot. */
export const plainHost = (url: URL): string =>
  url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
    .toLowerCase();

const isLocalhost = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');

/** Names that mean a machine nearby by their form: no dot, or an ending that no public name has. */
export const isLocalName = (host: string): boolean =>
  isIP(host) === 0 && (!host.includes('.') || /\.(localhost|local|lan|home|internal|home\.arpa|intranet|corp)$/.test(host));

function isListed(host: string, port: string, hosts: readonly string[]): 'exactly' | 'by-pattern' | undefined {
  let found: 'by-pattern' | undefined;
  for (const each of hosts) {
    const entry = each
      .trim()
      .toLowerCase()
      .replace(/^\[([^\]]*)\]/, '$1');
    if (entry === host || entry === `${host}:${port}`) return 'exactly';
    if (entry === '*' || (entry.startsWith('*.') && host.endsWith(entry.slice(1)))) found = 'by-pattern';
  }
  return found;
}

export const portOf = (url: URL): string => (url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80');

/** Parses and checks everything that can be known before the name is resolved. Throws AppError. */
export function checkUrl(text: string, permission: Permission, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(text, base);
  } catch {
    throw new AppError('url-invalid', `“${text.slice(0, 200)}” is not a web address.`, {
      hint: 'Write it whole, such as https://example.com/page.',
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AppError('url-not-allowed', `Addresses that start with “${url.protocol}” are not opened.`, {
      hint: 'Use an http or https address.',
    });
  if (url.username !== '' || url.password !== '')
    throw new AppError('url-not-allowed', 'A name or password inside a web address is not allowed.', {
      hint: 'Send it as a header, from the vault.',
    });
  const host = plainHost(url);
  if (permission.offline === true && !isThisMachine(host)) throw offline(host);
  if (isIP(host) !== 0) checkAddress(host, url, permission);
  else if (isListed(host, portOf(url), permission.hosts) === undefined && !permission.local) throw hostNotAllowed(host);
  return url;
}

export const isThisMachine = (host: string): boolean => (isIP(host) === 0 ? isLocalhost(host) : kindOf(host) === 'loopback');

const offline = (host: string) =>
  new AppError('offline', `Orrery is offline, so nothing is sent to ${host}.`, {
    hint: 'Turn “Offline” off in the status bar or in Settings › Network, if it is to be reached.',
    details: { host },
  });

const hostNotAllowed = (host: string) =>
  new AppError('host-not-allowed', `The host “${host}” is not on the list of allowed hosts.`, {
    hint: 'Add it under allowed hosts in Settings, if it is to be reached.',
    details: { host },
  });

/** May this very address be connected to for this URL? Throws `address-not-allowed` or `host-not-allowed`. */
export function checkAddress(address: string, url: URL, permission: Permission): void {
  const host = plainHost(url);
  const listed = isListed(host, portOf(url), permission.hosts);
  const kind = kindOf(address);
  if (permission.offline === true && kind !== 'loopback') throw offline(host);
  const isOwn = (): boolean => isListed(host, portOf(url), permission.ownNetwork ?? []) === 'exactly';
  const refused = (what: string) =>
    new AppError('address-not-allowed', `“${host}” leads to ${address}, ${what}.`, {
      hint: 'Pages and tools may reach public hosts only. To reach a server of your own, add its address itself to the allowed hosts.',
      details: { host, address },
    });
  switch (kind) {
    case 'public':
      if (listed === undefined) throw hostNotAllowed(host);
      return;
    case 'loopback':
      // A name is believed only when it says itself that it is this machine: else a changed DNS answer would be enough.
      if (permission.local || (listed === 'exactly' && (isIP(host) !== 0 || isLocalhost(host)))) return;
      throw refused('which is this machine itself');
    case 'private':
      if (permission.local || (listed === 'exactly' && (isOwn() || isIP(host) !== 0 || isLocalName(host)))) return;
      throw refused('an address inside a private network');
    case 'special':
      if (isOwn() && listed === 'exactly' && isGivenByNetwork(address)) return;
      throw refused('an address that is never connected to');
  }
}
