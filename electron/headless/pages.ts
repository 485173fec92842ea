// Answers plain HTTP: the exchange of the token for a session, and the built pages. It reads no request body, ever:
// everything that acts goes over the wire.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { pageHeaders } from '../host/page-policy.ts';
import { findStatic, type StaticFile, type StaticFiles } from '../host/static-files.ts';
import type { Door } from './door.ts';

const compress = promisify(brotliCompress);
const WORTH_COMPRESSING = 1024;

export class Pages {
  readonly #files: StaticFiles;
  readonly #door: Door;
  readonly #headers: Record<string, string>;
  readonly #compressed = new Map<string, Promise<Buffer>>();

  constructor(files: StaticFiles, door: Door, port: number) {
    this.#files = files;
    this.#door = door;
    this.#headers = pageHeaders([`ws://127.0.0.1:${port}`]);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(this.#headers)) response.setHeader(name, value);
    const wrong = this.#door.checkAddress(request);
    if (wrong !== undefined && !wrong.ok) return plain(response, wrong.status, wrong.reason);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return plain(response, 405, 'Only pages are served here.');
    }
    if (!(request.url ?? '').startsWith('/')) return plain(response, 400, 'That is not a path.');
    const url = new URL(`http://127.0.0.1${request.url}`);
    const token = url.searchParams.get('token');
    if (url.pathname === '/' && token !== null) return this.#exchange(request, response, token);
    const pass = this.#door.check(request, false);
    if (!pass.ok) return plain(response, pass.status, pass.reason);
    if (url.pathname === '/session') return this.#session(request, response);
    const file = findStatic(this.#files, url.pathname);
    if (file === undefined) return plain(response, 404, 'There is nothing at this address.');
    return this.#send(request, response, file);
  }

  /** The token leaves the address bar, and so the history, at once. The key goes behind the `#`, which no browser sends anywhere. */
  #exchange(request: IncomingMessage, response: ServerResponse, token: string): void {
    if (!this.#door.isToken(token)) {
      plain(response, 401, 'That key is not the one of this session. Open the address printed last.');
      return;
    }
    const { cookie, key } = this.#door.openSession(request);
    if (cookie !== undefined) response.setHeader('set-cookie', cookie);
    response.writeHead(303, { location: `/#key=${key}`, 'cache-control': 'no-store' }).end();
  }

  /** Says that the session is known and, to a challenge, that we are the host that gave the page its key. */
  #session(request: IncomingMessage, response: ServerResponse): void {
    const challenge = /^[\w-]{16,100}$/.exec(String(request.headers['orrery-challenge'] ?? ''))?.[0];
    const proof = challenge === undefined ? undefined : this.#door.proof(request, challenge);
    response.setHeader('cache-control', 'no-store');
    if (proof === undefined) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': proof.length }).end(proof);
  }

  async #send(request: IncomingMessage, response: ServerResponse, file: StaticFile): Promise<void> {
    response.setHeader('etag', file.etag);
    response.setHeader('vary', 'accept-encoding');
    response.setHeader('cache-control', file.isImmutable ? 'private, max-age=31536000, immutable' : 'no-cache');
    if (request.headers['if-none-match'] === file.etag) return void response.writeHead(304).end();
    response.setHeader('content-type', file.type);
    let body = file.read();
    const isText = /^(text|application|image\/svg)/.test(file.type);
    if (isText && body.length > WORTH_COMPRESSING && /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
      body = await this.#brotli(file);
      response.setHeader('content-encoding', 'br');
    }
    response.writeHead(200, { 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #brotli(file: StaticFile): Promise<Buffer> {
    const known = this.#compressed.get(file.etag);
    if (known !== undefined) return known;
    const made = compress(file.read(), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
    this.#compressed.set(file.etag, made);
    return made;
  }
}

export function plain(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(`${text}\n`);
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(body);
}
