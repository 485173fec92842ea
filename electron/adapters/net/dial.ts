// One connection for a program that asks through a proxy of ours: resolve, check every address, connect to a checked one and no
// other, check what was reached. Where the person has a proxy of their own, that one is connected to and told of the target.

import { isIP, connect as open, type Socket } from 'node:net';
import { getCACertificates, connect as secure } from 'node:tls';
import { AppError } from '../../../shared/errors.ts';
import { kindOf } from './address.ts';
import { type Resolver, toNetError } from './connect.ts';
import { checkAddress, checkUrl, type Permission, plainHost, portOf } from './policy.ts';
import type { RowKeeper } from './row-keeper.ts';
import { askSocks, type SocksWay } from './socks.ts';

export interface DialOptions {
  /** Asked again once it is connected: the offline switch may be turned in between. */
  permission: Permission;
  resolve: Resolver;
  signal: AbortSignal;
  keeper: RowKeeper;
}

const connectMs = 30_000;
const maxHead = 16 * 1024;

/** Throws AppError `offline`, `host-not-allowed`, `address-not-allowed`, `net-unreachable`, …; whoever gets the socket ends it. */
export async function dial(url: URL, { permission, resolve, signal, keeper }: DialOptions): Promise<Socket> {
  checkUrl(`${url.protocol}//${url.host}/`, permission);
  const host = plainHost(url);
  const addresses = isIP(host) === 0 ? await looked(resolve(host), url, signal) : [host];
  let refusal: unknown;
  for (const address of addresses)
    try {
      checkAddress(address, url, permission);
      if (signal.aborted) throw toNetError(signal.reason, url, signal);
      keeper.tried(address);
      const socket = await connected(address, Number(portOf(url)), url, signal);
      keeper.connected(socket, false);
      try {
        checkAddress(socket.remoteAddress ?? address, url, permission);
      } catch (error) {
        socket.destroy();
        throw error;
      }
      return socket;
    } catch (error) {
      refusal ??= error;
    }
  throw refusal ?? new AppError('net-unreachable', `The host “${host}” was not found.`, { hint: 'Check its name and your connection.' });
}

/** Nobody can stop a lookup, which may take a minute: who went is not kept waiting for it. */
function looked(found: Promise<string[]>, url: URL, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new AppError('cancelled', 'The program closed the connection first.'));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    found
      .finally(() => signal.removeEventListener('abort', leave))
      .then(resolve, (error: unknown) => reject(toNetError(error, url, signal)));
  });
}

function connected(address: string, port: number, url: URL, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const out = open({ host: address, port });
    out.setNoDelay(true);
    const leave = () => out.destroy(new AppError('cancelled', 'The program closed the connection first.'));
    signal.addEventListener('abort', leave, { once: true });
    out.once('close', () => signal.removeEventListener('abort', leave));
    const timer = setTimeout(() => out.destroy(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })), connectMs);
    out.once('error', (error) => {
      clearTimeout(timer);
      reject(toNetError(error, url, signal));
    });
    out.once('connect', () => {
      clearTimeout(timer);
      resolve(out);
    });
  });
}

/** A proxy that the person set, to be asked for what it shall connect to. */
export interface Upstream {
  /** `http:` or `https:`, without name and password; where a SOCKS proxy is, too, as `http:`. */
  url: URL;
  /** For `proxy-authorization`. */
  authorization?: string;
  /** It speaks SOCKS. */
  socks?: SocksWay;
  /** PEM of whoever may vouch for an `https:` proxy, beside those that this machine knows. */
  ca?: readonly string[];
}

/**
 * Connects to the person's proxy. The target is held against the permission by its name only: the proxy resolves it. Throws as `dial`
 * does, of the proxy.
 */
export async function dialProxy(target: URL, upstream: Upstream, options: DialOptions): Promise<Socket> {
  checkUrl(`${target.protocol}//${target.host}/`, options.permission);
  const { url } = upstream;
  const { permission } = options;
  const own: Permission = {
    hosts: [`${plainHost(url)}:${portOf(url)}`],
    local: true,
    get offline() {
      return permission.offline === true;
    },
  };
  const raw = await dial(url, { ...options, permission: own });
  return url.protocol === 'https:' ? secured(raw, url, options.signal, upstream.ca) : raw;
}

/** TLS over a connection that is there, for the host of the address. Throws `net-certificate`, `net-unreachable`. */
export function secured(raw: Socket, url: URL, signal: AbortSignal, ca: readonly string[] = []): Promise<Socket> {
  const named = isIP(plainHost(url)) === 0 ? { servername: plainHost(url) } : { host: plainHost(url) };
  const trusted = ca.length === 0 ? {} : { ca: [...getCACertificates('default'), ...ca] };
  return new Promise((resolve, reject) => {
    const wrapped = secure({ socket: raw, ...named, ...trusted }, () => resolve(wrapped));
    const leave = () => wrapped.destroy();
    signal.addEventListener('abort', leave, { once: true });
    wrapped.once('close', () => {
      signal.removeEventListener('abort', leave);
      reject(toNetError(Object.assign(new Error('closed'), { code: 'ECONNRESET' }), url, signal));
    });
    wrapped.once('error', (error) => {
      raw.destroy();
      reject(toNetError(error, url, signal));
    });
  });
}

/** Through the person's proxy to the target. Throws the same, and `proxy-refused` with what that proxy answers. */
export async function dialThrough(target: URL, upstream: Upstream, options: DialOptions): Promise<Socket> {
  if (upstream.socks !== undefined) return dialSocks(target, upstream, upstream.socks, options);
  const socket = await dialProxy(target, upstream, options);
  const place = `${target.hostname}:${portOf(target)}`;
  const auth = upstream.authorization === undefined ? '' : `proxy-authorization: ${upstream.authorization}\r\n`;
  socket.write(`CONNECT ${place} HTTP/1.1\r\nhost: ${place}\r\n${auth}\r\n`);
  const status = await answerOf(socket, upstream.url, options.signal);
  if (status >= 200 && status < 300) return socket;
  socket.destroy();
  if (status === 407) throw notSignedIn(upstream);
  throw new AppError('proxy-refused', `Your proxy ${upstream.url.host} does not connect to ${place}: it answers ${status}.`, {
    hint: 'Ask those who run the proxy to allow that host.',
    details: { host: place, status },
  });
}

/** The person's proxy wants a name and password, or others than it was given. */
export const notSignedIn = ({ url }: Upstream): AppError =>
  new AppError('proxy-refused', `Your proxy ${url.host} wants a name and password, or does not accept those it was given.`, {
    hint: 'Give your proxy’s name and password in its address.',
    details: { status: 407 },
  });

/** Whoever has the names looked up here gets one that was checked; who leaves that to the proxy gives it the name. */
async function dialSocks(target: URL, upstream: Upstream, way: SocksWay, options: DialOptions): Promise<Socket> {
  const { permission, resolve, signal } = options;
  checkUrl(`${target.protocol}//${target.host}/`, permission);
  const name = plainHost(target);
  let host = name;
  if (way.looksUp && isIP(name) === 0) {
    const found = await looked(resolve(name), target, signal);
    const usable = found.find((address) => way.version === 5 || isIP(address) === 4);
    if (usable === undefined)
      throw new AppError('net-unreachable', `The host “${name}” was not found.`, { hint: 'Check its name and your connection.' });
    checkAddress(usable, target, permission);
    host = usable;
  }
  const socket = await dialProxy(target, upstream, options);
  await askSocks(socket, way, { host, port: Number(portOf(target)), proxy: upstream.url.host, signal });
  return socket;
}

/** Reads the head of the answer and nothing behind it. */
function answerOf(socket: Socket, proxy: URL, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const done = (settle: () => void) => {
      clearTimeout(timer);
      socket.off('data', read).off('error', fail).off('close', left);
      settle();
    };
    const fail = (error: unknown) => done(() => reject(toNetError(error, proxy, signal)));
    const left = () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    const timer = setTimeout(() => socket.destroy(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })), connectMs);
    const read = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) {
        if (head.length > maxHead) socket.destroy(new AppError('proxy-refused', `What ${proxy.host} answers is no proxy’s answer.`));
        return;
      }
      socket.pause();
      const rest = head.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      done(() => resolve(Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1] ?? 502)));
    };
    socket.on('data', read).once('error', fail).once('close', left);
  });
}

/** Whether a connection leaves this machine: through a proxy it does, wherever that proxy is. */
export const leaves = (socket: Socket, upstream: Upstream | undefined): boolean =>
  upstream !== undefined || kindOf(socket.remoteAddress ?? '') !== 'loopback';
