// The one guarded client: every request that leaves the app goes through here. Resolve, check, connect to that very address;
// each redirect is checked again. Every connection is told to the ledger.

import * as http from 'node:http';
import { AppError } from '../../../shared/errors.ts';
import type { Net, NetRequest, NetResponse } from '../../runtime/ports.ts';
import { decodeText, readBody } from './body.ts';
import { connect, type Resolver, systemResolver, toNetError } from './connect.ts';
import type { ConnectionRow } from './connection-row.ts';
import { createFetch } from './fetch.ts';
import { checkUrl, type Permission } from './policy.ts';

export interface NetOptions {
  resolve?: Resolver;
  onConnection?: (row: ConnectionRow) => void;
}

const maxRedirects = 5;
const safeHeaders = new Set(['accept', 'accept-language', 'user-agent', 'content-type']);

export function createNet(options: NetOptions = {}): Net {
  const resolve = options.resolve ?? systemResolver;
  const onConnection = options.onConnection ?? (() => undefined);
  return {
    request: (request) => follow(request, resolve, onConnection),
    fetchFor: (origin, purpose) => createFetch(origin, purpose, resolve, onConnection),
  };
}

interface Hop {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

async function follow(request: NetRequest, resolve: Resolver, onConnection: (row: ConnectionRow) => void): Promise<NetResponse> {
  const permission: Permission = { hosts: request.allow.hosts, local: request.allow.local === true };
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
  let hop: Hop = { url: checkUrl(request.url, permission), method: (request.method ?? 'GET').toUpperCase(), headers, body: request.body };
  try {
    for (let count = 0; ; count += 1) {
      const answer = await oneHop(hop, request, permission, resolve, signal, onConnection);
      if ('body' in answer) return answer;
      if (count >= maxRedirects)
        throw new AppError('too-many-redirects', `More than ${maxRedirects} redirects, the last to ${hop.url.host}.`, {
          hint: 'Check the address.',
        });
      const next = redirected(hop, answer.location, answer.status, permission);
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
  resolve: Resolver,
  signal: AbortSignal,
  onConnection: (row: ConnectionRow) => void,
): Promise<NetResponse | { location: string; status: number }> {
  const started = performance.now();
  const row: ConnectionRow = {
    at: Date.now(),
    host: hop.url.host,
    address: '',
    method: hop.method,
    purpose: request.purpose,
    status: undefined,
    bytes: 0,
    ms: 0,
    error: undefined,
  };
  try {
    if (signal.aborted) throw toNetError(signal.reason, hop.url, signal);
    const body = hop.body === undefined ? undefined : Buffer.from(hop.body);
    const headers = body === undefined ? hop.headers : { ...hop.headers, 'content-length': String(body.byteLength) };
    const { response, address } = await connect({ ...hop, headers, permission, resolve, signal, send: (out) => out.end(body) });
    row.address = address;
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
    row.ms = Math.round(performance.now() - started);
    onConnection(row);
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
