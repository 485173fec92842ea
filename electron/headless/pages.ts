// Answers plain HTTP: the exchange of the token for a session, and the built pages. It reads no request body, ever:
// everything that acts goes over the wire.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppError } from '../../shared/errors.ts';
import { pageHeaders } from '../host/page-policy.ts';
import type { StaticFile, StaticFiles } from '../host/static-files.ts';
import type { Door } from './door.ts';

export class Pages {
  readonly #files: StaticFiles;
  readonly #door: Door;
  readonly #headers: Record<string, string>;
  #trouble: { error: AppError; told: () => void } | undefined;
  /** Pages given out, and how often one asked for its session: whichever is more have to be told if the host cannot start. */
  #given = 0;
  #asked = 0;
  #told = 0;

  constructor(files: StaticFiles, door: Door, port: number) {
    this.#files = files;
    this.#door = door;
    this.#headers = pageHeaders([`ws://127.0.0.1:${port}`]);
  }

  /** Why the host could not start: said to pages that ask for their session from now on. Settles when none is on its way any more. */
  showTrouble(error: AppError): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#trouble = { error, told: resolve };
    if (this.#areAllTold()) resolve();
    return promise;
  }

  #areAllTold(): boolean {
    return this.#told >= Math.max(this.#given, this.#asked);
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
    const file = this.#files.get(url.pathname);
    if (file !== undefined) return this.#send(request, response, file);
    if (isForPerson(request)) return toThePage(response, url.pathname);
    return plain(response, 404, 'There is nothing at this address.');
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
    if (this.#trouble !== undefined) {
      this.#tell(response, this.#trouble);
      return;
    }
    this.#asked += 1;
    if (proof === undefined) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': proof.length }).end(proof);
  }

  #tell(response: ServerResponse, { error, told }: { error: AppError; told: () => void }): void {
    this.#told += 1;
    const body = Buffer.from(`${JSON.stringify({ error: error.toJSON() })}\n`);
    response.writeHead(503, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length, connection: 'close' });
    response.end(body, () => {
      if (this.#areAllTold()) told();
    });
  }

  /** Not compressed: between programs of one machine that costs more time than it saves. */
  #send(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
    if (file.type.startsWith('text/html')) this.#given += 1;
    response.setHeader('etag', file.etag);
    response.setHeader('cache-control', file.isImmutable ? 'private, max-age=31536000, immutable' : 'no-cache');
    if (request.headers['if-none-match'] === file.etag) return void response.writeHead(304).end();
    const body = file.read();
    response.writeHead(200, { 'content-type': file.type, 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  }
}

/** Typed into the address bar or followed as a link, and not asked for by a page that misses a script. */
function isForPerson({ headers }: IncomingMessage): boolean {
  const wanted = headers['sec-fetch-dest'];
  return wanted === undefined ? /\btext\/html\b/.test(headers.accept ?? '') : wanted === 'document';
}

/** The page's places are behind its `#`: it opens the one that was meant, or says that there is no such place. */
function toThePage(response: ServerResponse, pathname: string): void {
  response.writeHead(303, { location: `/#${pathname}`, 'cache-control': 'no-store' }).end();
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
