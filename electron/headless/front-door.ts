// 127.0.0.1 from the first moment of a start: one node:http server that gives out the built pages at once, and lets what needs the
// host (the wire, webhooks, programs) wait until the host stands behind it. Light on purpose: it is loaded before everything else.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import type { AccessEvent } from '../host/access-records.ts';
import type { StaticFiles } from '../host/static-files.ts';
import type { Log } from '../runtime/ports.ts';
import { Door, type Pass } from './door.ts';
import { Pages, plain } from './pages.ts';
import { limitStrangers } from './strangers.ts';

const MAX_CONNECTIONS = 512;
/** How long somebody may take to say what they want, and how often that is looked at, in milliseconds. */
const SPEAK_MS = 5_000;
const LOOK_MS = 1_000;
/** How long a page that has just been given out has to ask why the host could not start, in milliseconds. */
const TELL_MS = 3_000;

/** The host, as far as the front door needs it. */
export interface BehindTheDoor {
  log: Pick<Log, 'error'>;
  /** Told who came in or was turned away. */
  access?: ((event: AccessEvent) => void) | undefined;
  /** Answers webhooks and programs; false when the host has none, and it is a page like any other. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Takes a wire that the door let in. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, pass: Pass & { ok: true }): void;
  close(): Promise<void>;
}

export interface FrontDoor {
  port: number;
  token: string;
  door: Door;
  /** What waited is answered by it now. Once only. */
  attach(behind: BehindTheDoor): void;
  /** The host could not start: who waits is told, and a page that is being loaded gets a moment to ask. Then it is closed. */
  fail(error: AppError): Promise<void>;
  close(): Promise<void>;
}

/** Throws `port-taken`, `cannot-listen`. */
export async function openFrontDoor(options: {
  files: StaticFiles;
  /** Token and sessions follow from it. */
  secret: string;
  /** Tried in this order; 0 is any free port. */
  ports: readonly number[];
}): Promise<FrontDoor> {
  const http = createServer({
    ...{ maxHeaderSize: 16_384, requestTimeout: 30_000, headersTimeout: SPEAK_MS, connectionsCheckingInterval: LOOK_MS },
    insecureHTTPParser: false,
  });
  http.maxConnections = MAX_CONNECTIONS;
  const strangers = limitStrangers(http);
  const port = await listenOnFirst(http, options.ports);
  const door = new Door(options.secret, port);
  const pages = new Pages(options.files, door, port);
  const { promise: behind, resolve, reject } = Promise.withResolvers<BehindTheDoor>();
  let host: BehindTheDoor | undefined;
  // Who waits hears it; when nobody does, the one who starts the host tells.
  behind.catch(() => undefined);
  const tell = (event: AccessEvent): void => void behind.then(({ access }) => access?.(event)).catch(() => undefined);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isForHost(request.url)) {
      const there = await behind.catch(() => undefined);
      strangers.spoke(request.socket);
      if (there === undefined) return plain(response, 503, 'Orrery could not start.');
      if (await there.answer(request, response)) return;
    }
    await pages.answer(request, response);
  };
  http.on('request', (request, response) => {
    // Who they are that wait for the host is not known before it is there, and all of this machine may ask.
    if (host !== undefined || !isForHost(request.url)) strangers.spoke(request.socket);
    // Who did not come in does not stay: a place at the door is for one answer. Programs say who they are further in.
    const isProgram = mcpPath.test(request.url ?? '');
    if (!isProgram && !door.check(request, false).ok) response.shouldKeepAlive = false;
    response.once('finish', () => {
      if (isProgram && response.statusCode >= 400) request.socket.destroySoon();
      tellAccess(request, response.statusCode, tell);
    });
    answer(request, response).catch((error: unknown) => {
      behind.then(({ log }) => log.error('A page could not be served', { error: String(error) })).catch(() => undefined);
      if (!response.headersSent) plain(response, 500, 'The page could not be read.');
      else response.destroy();
    });
  });
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    strangers.spoke(request.socket);
    const pass = door.check(request, true);
    if (!pass.ok) {
      tell({ by: 'page', outcome: 'denied', what: whatOf(request), reason: pass.reason });
      return refuseUpgrade(stream, pass.status, pass.reason);
    }
    if (request.url !== '/wire') return refuseUpgrade(stream, 404, 'There is no wire at this address.');
    behind.then((there) => there.upgrade(request, stream, head, pass)).catch(() => refuseUpgrade(stream, 503, 'Orrery could not start.'));
  });
  http.on('clientError', answerFault);
  // Those that were upgraded are no longer the server's to close, and one that stays would keep it from closing.
  const connections = new Set<Duplex>();
  http.on('connection', (stream) => {
    connections.add(stream);
    stream.once('close', () => connections.delete(stream));
  });
  const close = async (): Promise<void> => {
    strangers.close();
    await host?.close();
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    for (const stream of connections) stream.destroy();
    await closed;
  };
  return {
    port,
    token: door.token,
    door,
    attach(behindIt) {
      host = behindIt;
      resolve(behindIt);
    },
    async fail(error) {
      if (host === undefined) {
        const told = pages.showTrouble(error);
        reject(error);
        const late = Promise.withResolvers<void>();
        const timer = setTimeout(late.resolve, TELL_MS);
        await Promise.race([told, late.promise]);
        clearTimeout(timer);
      }
      await close();
    },
    close,
  };
}

const mcpPath = /^\/mcp(?:\?|$)/;
/** Webhooks and programs; all else is a page. */
const isForHost = (url: string | undefined): boolean => isHook(url) || mcpPath.test(url ?? '');
const isHook = (url: string | undefined): boolean => url?.startsWith('/hooks/') === true;

/** Never with what is secret in an address: a token, or a webhook's own. */
const whatOf = (request: IncomingMessage): string => {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  return `${request.method ?? 'GET'} ${path.replace(/^(\/hooks\/[^/]*)\/.*/, '$1/…').slice(0, 120)}`;
};

/** Pages and files that are simply served are not worth an entry; who is turned away is, and what starts work. */
function tellAccess(request: IncomingMessage, status: number, access: (event: AccessEvent) => void): void {
  const hook = isHook(request.url);
  if (status === 401 || status === 403 || status === 421 || (hook && status === 404))
    access({
      by: hook ? 'webhook' : 'page',
      outcome: 'denied',
      what: whatOf(request),
      reason: refusedWords[status] ?? 'It was turned away.',
    });
  else if (hook && status === 202)
    access({ by: 'webhook', outcome: 'allowed', what: whatOf(request), reason: 'Its address holds the right token.' });
}

const refusedWords: Record<number, string> = {
  401: 'It did not know the key of this session.',
  403: 'It came from another site.',
  404: 'There is no webhook with this token.',
  421: 'It asked for another name than this host’s address.',
};

function refuseUpgrade(stream: Duplex, status: number, reason: string): void {
  const names: Record<number, string> = {
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    421: 'Misdirected Request',
    503: 'Service Unavailable',
  };
  endFor(
    stream,
    `HTTP/1.1 ${status} ${names[status] ?? 'Refused'}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${reason}\n`,
  );
}

/**
 * What is no request. A browser opens connections ahead of need, and takes an answer that waits on one for that of its next request: such
 * a connection that has been silent for too long is closed without a word, and opened again when it is needed.
 */
export function answerFault({ code }: NodeJS.ErrnoException, stream: Duplex & { bytesRead?: number }): void {
  const isLate = code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (!stream.writable || (isLate && stream.bytesRead === 0)) stream.destroy();
  else endFor(stream, `HTTP/1.1 ${isLate ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
}

/** Both ends: who was turned away could keep its own open for ever, and with a few hundred of them nobody else would get in. */
function endFor(stream: Duplex, text: string): void {
  stream.once('finish', () => stream.destroy());
  stream.end(text);
}

async function listenOnFirst(http: Server, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    const taken = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      http.once('error', resolve);
      http.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
        http.off('error', resolve);
        resolve(undefined);
      });
    });
    if (taken === undefined) return (http.address() as AddressInfo).port;
    if (taken.code !== 'EADDRINUSE' && taken.code !== 'EACCES')
      throw new AppError('cannot-listen', `The host cannot listen on 127.0.0.1:${port}: ${taken.message}`, { cause: taken });
  }
  throw new AppError('port-taken', `Another program uses port ${ports.join(', ')}.`, {
    hint: 'Choose another with --port, or leave it out to take any free one.',
  });
}
