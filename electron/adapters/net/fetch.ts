// A `fetch` for client libraries that can reach one origin and nothing else. Bodies stream both ways; there is no deadline, as a
// model may think for minutes: the caller's signal ends it.

import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { Readable, Transform } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { ConnectionBy } from '../../runtime/ports.ts';
import { kindOf } from './address.ts';
import { unpacked } from './body.ts';
import { type Connection, connect, type NetParts, staleErrors, toNetError } from './connect.ts';
import type { ConnectionRow } from './connection-row.ts';
import { checkUrl, isLocalName, type Permission, plainHost } from './policy.ts';
import { RowKeeper } from './row-keeper.ts';

export function createFetch(origin: string, purpose: string, by: ConnectionBy | undefined, parts: NetParts): typeof fetch {
  const { resolve, onConnection, sockets } = parts;
  const home = new URL(origin);
  const host = plainHost(home);
  // The person wrote this origin in the settings: if it says itself that it is local, local addresses are meant.
  const local = isIP(host) !== 0 ? kindOf(host) === 'loopback' || kindOf(host) === 'private' : isLocalName(host);
  const permission: Permission = {
    hosts: [host],
    local,
    get offline() {
      return parts.isOffline();
    },
  };
  const agent = new (home.protocol === 'https:' ? https : http).Agent({ keepAlive: true, maxSockets: 256 });

  const mayAsk = (address: string): URL => {
    const url = checkUrl(address, permission);
    if (url.origin !== home.origin)
      throw new AppError('host-not-allowed', `This client may reach ${home.origin} only, not ${url.origin}.`, {
        hint: 'Check the address of the provider in Settings.',
      });
    return url;
  };

  const guarded = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = requestOf(input, init);
    const keeper = new RowKeeper({ url: new URL(request.url), method: request.method, purpose, by }, onConnection);
    const url = (() => {
      try {
        return mayAsk(request.url);
      } catch (error) {
        keeper.end(toAppError(error).code);
        throw error;
      }
    })();
    const { row } = keeper;
    const finish = (error?: unknown) =>
      keeper.end(error === undefined || error === null ? undefined : toNetError(error, url, request.signal).code);
    try {
      if (request.signal.aborted) throw toNetError(request.signal.reason, url, request.signal);
      const headers = await headersOf(request, init);
      const attempt = () =>
        connect({
          url,
          method: request.method,
          headers,
          permission,
          resolve,
          signal: request.signal,
          agent,
          keeper,
          sockets,
          send: (out) => (typeof init?.body === 'string' ? out.end(init.body) : send(request, out)),
        });
      const canRepeat = request.body === null || typeof init?.body === 'string';
      const connection = await attempt().catch((error: AppError) => {
        if (canRepeat && staleErrors.has(error)) return attempt();
        throw error;
      });
      if (row.address === '') row.address = connection.address;
      return respond(connection, row, finish, url, request);
    } catch (error) {
      finish(error);
      throw toNetError(error, url, request.signal);
    }
  };
  return guarded;
}

/** What cannot be a request at all is refused in our words. */
function requestOf(input: string | URL | Request, init: RequestInit | undefined): Request {
  try {
    return new Request(input, init);
  } catch (error) {
    throw new AppError('url-invalid', `That is not a request that can be sent: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'Write a whole address such as https://example.com/, without a name or password in it.',
      cause: error,
    });
  }
}

async function headersOf(request: Request, init: RequestInit | undefined): Promise<Record<string, string>> {
  const headers: Record<string, string> = { 'user-agent': 'Orrery', accept: '*/*', ...Object.fromEntries(request.headers) };
  if (typeof init?.body === 'string') headers['content-length'] = String(Buffer.byteLength(init.body));
  return headers;
}

function send(request: Request, out: http.ClientRequest): void {
  if (request.body === null) {
    out.end();
    return;
  }
  const body = Readable.fromWeb(request.body as unknown as ReadableStream);
  body.on('error', (error) => out.destroy(error));
  body.pipe(out);
}

function respond({ response }: Connection, row: ConnectionRow, finish: (error?: unknown) => void, url: URL, request: Request): Response {
  const { signal, redirect } = request;
  const status = response.statusCode ?? 0;
  row.status = status;
  // Whoever says `manual` reads the redirect, and asks again through here.
  if (status >= 300 && status < 400 && response.headers.location !== undefined && redirect !== 'manual') {
    response.destroy();
    throw new AppError('redirect-not-allowed', `${url.host} answers with a redirect to ${response.headers.location.slice(0, 200)}.`, {
      hint: 'Write the final address of the provider in Settings.',
    });
  }
  const headers = new Headers();
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2) {
    const name = response.rawHeaders[i] as string;
    // The body is handed over unpacked, so its packed length and form no longer hold.
    if (
      !/^(content-encoding|transfer-encoding|connection|keep-alive)$/i.test(name) &&
      !(response.headers['content-encoding'] !== undefined && /^content-length$/i.test(name))
    )
      headers.append(name, response.rawHeaders[i + 1] as string);
  }
  const isEmpty = status === 204 || status === 205 || status === 304;
  let body: ReadableStream | null = null;
  if (isEmpty) {
    response.resume();
    finish();
  } else body = Readable.toWeb(counted(response, row, finish, url, signal)) as ReadableStream;
  const answer = new Response(body as unknown as ConstructorParameters<typeof Response>[0], {
    status,
    statusText: response.statusMessage ?? '',
    headers,
  });
  Object.defineProperty(answer, 'url', { value: url.href });
  return answer;
}

function counted(
  response: http.IncomingMessage,
  row: ConnectionRow,
  finish: (error?: unknown) => void,
  url: URL,
  signal: AbortSignal,
): Readable {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      row.bytes += chunk.length;
      done(null, chunk);
    },
  });
  const source = unpacked(response);
  source.on('error', (error) => counter.destroy(toNetError(error, url, signal)));
  response.on('close', () => {
    if (!response.complete && !counter.destroyed)
      counter.destroy(toNetError(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), url, signal));
  });
  counter.on('close', () => {
    finish(response.complete ? undefined : (counter.errored ?? toNetError(new Error('left'), url, signal)));
    // Whoever stops reading ends the connection.
    if (!response.complete) response.destroy();
  });
  return source.pipe(counter);
}
