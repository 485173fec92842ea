// The one guarded client: every request that leaves the app goes through here. Resolve, check, connect to that very address;
// each redirect is checked again. Every connection is told to the ledger.

import * as http from 'node:http';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { Net, NetRequest, NetResponse } from '../../runtime/ports.ts';
import { kindOf } from './address.ts';
import { decodeText, readBody } from './body.ts';
import { connect, type NetParts, type Resolver, systemResolver, toNetError } from './connect.ts';
import type { ConnectionRow } from './connection-row.ts';
import { createFetch } from './fetch.ts';
import { checkUrl, type Permission } from './policy.ts';
import { RowKeeper } from './row-keeper.ts';

export interface NetOptions {
  resolve?: Resolver;
  onConnection?: (row: ConnectionRow) => void;
  /** The offline switch: asked for each request and each redirect. */
  isOffline?: () => boolean;
}

const maxRedirects = 5;
const safeHeaders = new Set(['accept', 'accept-language', 'user-agent', 'content-type']);

export interface GuardedNet extends Net {
  /** The offline switch was turned: connections that are open to anything but this machine end. */
  endOutside(): void;
}

export function createNet(options: NetOptions = {}): GuardedNet {
  const parts: NetParts = {
    resolve: options.resolve ?? systemResolver,
    onConnection: options.onConnection ?? (() => undefined),
    isOffline: options.isOffline ?? (() => false),
    sockets: new Set(),
  };
  return {
    request: (request) => follow(request, parts),
    fetchFor: (origin, purpose, by) => createFetch(origin, purpose, by, parts),
    endOutside() {
      for (const socket of parts.sockets) if (kindOf(socket.remoteAddress ?? '') !== 'loopback') socket.destroy(cutOff());
    },
  };
}

const cutOff = () =>
  new AppError('offline', 'Orrery was turned offline, so this connection was ended.', {
    hint: 'Turn “Offline” off in the status bar or in Settings › Network, then try again.',
  });

interface Hop {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

async function follow(request: NetRequest, parts: NetParts): Promise<NetResponse> {
  // Asked anew at each redirect: the switch may be turned in between.
  const permission: Permission = {
    hosts: request.allow.hosts,
    local: request.allow.local === true,
    get offline() {
      return parts.isOffline();
    },
  };
  const timeoutMs = request.timeoutMs ?? 30_000;
  const late = new AbortController();
  // The deadline covers everything, redirects and a body that drips, so a slow sender gains nothing.
  const timer = setTimeout(
    () =>
      late.abort(
        new AppError('net-timeout', `No whole answer came within ${Math.round(timeoutMs / 1000)} seconds.`, {
          hint: 'Try again, or allow more time.',
          retryable: true,
        }),
      ),
    timeoutMs,
  );
  const signal = AbortSignal.any([request.signal, late.signal]);
  const headers: Record<string, string> = { 'accept-encoding': 'gzip, br', 'user-agent': 'Orrery' };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  checkHeaders(headers);
  const method = (request.method ?? 'GET').toUpperCase();
  const refused = refusals(request, method, parts);
  try {
    let hop: Hop = { url: refused(request.url, () => checkUrl(request.url, permission)), method, headers, body: request.body };
    for (let count = 0; ; count += 1) {
      const answer = await oneHop(hop, request, permission, parts, signal);
      if ('body' in answer) return answer;
      if (count >= maxRedirects)
        throw new AppError('too-many-redirects', `More than ${maxRedirects} redirects, the last to ${hop.url.host}.`, {
          hint: 'Check the address.',
        });
      const from = hop;
      const onward = (): Hop => {
        const there = redirected(from, answer.location, answer.status, permission);
        request.allow.mayGoOn?.(there.url.href);
        return there;
      };
      const next = refused(answer.location, onward, from.url);
      if (request.staysAtOrigin === true && next.url.origin !== hop.url.origin)
        throw new AppError('redirect-not-allowed', `${hop.url.host} sends the request on to ${next.url.host}, and it carries a secret.`, {
          hint: 'Use the address that it leads to, if you trust it.',
        });
      hop = next;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What is refused before anything is connected has a row too, when it names a host at all. */
function refusals(request: NetRequest, method: string, parts: NetParts) {
  return <T>(address: string, check: () => T, base?: URL): T => {
    try {
      return check();
    } catch (error) {
      const url = URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
      if (url !== undefined && url.host !== '')
        new RowKeeper({ url, method, purpose: request.purpose, by: request.by }, parts.onConnection).end(toAppError(error).code);
      throw error;
    }
  };
}

function checkHeaders(headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      http.validateHeaderName(name);
      http.validateHeaderValue(name, value);
    } catch {
      throw new AppError('header-invalid', `The header “${name.slice(0, 80)}” cannot be sent as it is.`, {
        hint: 'Remove line breaks and unusual signs.',
      });
    }
    if (['host', 'connection', 'transfer-encoding', 'content-length', 'upgrade', 'te', 'expect'].includes(name))
      throw new AppError('header-invalid', `The header “${name}” is set by the app itself.`, { hint: 'Leave it out.' });
  }
}

async function oneHop(
  hop: Hop,
  request: NetRequest,
  permission: Permission,
  { resolve, onConnection, sockets }: NetParts,
  signal: AbortSignal,
): Promise<NetResponse | { location: string; status: number }> {
  const keeper = new RowKeeper({ url: hop.url, method: hop.method, purpose: request.purpose, by: request.by }, onConnection);
  const { row } = keeper;
  try {
    if (signal.aborted) throw toNetError(signal.reason, hop.url, signal);
    const body = hop.body === undefined ? undefined : Buffer.from(hop.body);
    const headers = body === undefined ? hop.headers : { ...hop.headers, 'content-length': String(body.byteLength) };
    const { response, address } = await connect({
      ...hop,
      headers,
      permission,
      resolve,
      sockets,
      signal,
      keeper,
      send: (out) => out.end(body),
    });
    if (row.address === '') row.address = address;
    row.status = response.statusCode ?? 0;
    const location = response.headers.location;
    if ([301, 302, 303, 307, 308].includes(row.status) && location !== undefined) {
      response.destroy();
      return { location, status: row.status };
    }
    const bytes = await readBody(response, request.maxBytes ?? 10 * 1024 * 1024);
    row.bytes = bytes.length;
    return {
      status: row.status,
      headers: flat(response.headers),
      url: hop.url.href,
      body: decodeText(bytes, response.headers['content-type'] ?? ''),
    };
  } catch (error) {
    const known = toNetError(error, hop.url, signal);
    row.error = known.code;
    throw known;
  } finally {
    keeper.end();
  }
}

function redirected(hop: Hop, location: string, status: number, permission: Permission): Hop {
  const url = checkUrl(location, permission, hop.url);
  const keepsBody = status === 307 || status === 308 || hop.method === 'GET' || hop.method === 'HEAD';
  const isSame = url.origin === hop.url.origin;
  // Another origin gets nothing that could be a secret: neither known credentials nor headers with names of their own.
  const headers = Object.fromEntries(
    Object.entries(hop.headers).filter(
      ([name]) => (isSame || safeHeaders.has(name) || name === 'accept-encoding') && (keepsBody || name !== 'content-type'),
    ),
  );
  return { url, headers, method: keepsBody ? hop.method : 'GET', body: keepsBody ? hop.body : undefined };
}

export function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) all[name] = Array.isArray(value) ? value.join(', ') : value;
  return all;
}
