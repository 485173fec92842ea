// The contract on 127.0.0.1: one node:http server for the pages and the WebSocket `/wire`, both behind the same door.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { AppError } from '../../shared/errors.ts';
import type { AccessEvent } from '../host/access-records.ts';
import type { StaticFiles } from '../host/static-files.ts';
import type { CallContext } from '../runtime/api/base.ts';
import type { Log } from '../runtime/ports.ts';
import type { Clients } from '../runtime/serve/client-session.ts';
import { MAX_MESSAGE } from '../wires/guard.ts';
import type { WireServer } from '../wires/serve.ts';
import { socketTransport } from '../wires/socket-wire.ts';
import { Door, WIRE_PROTOCOL } from './door.ts';
import { type HookCall, Hooks } from './hooks.ts';
import { McpDoor } from './mcp-door.ts';
import { Pages, plain } from './pages.ts';

const MAX_CONNECTIONS = 256;
const PING_MS = 30_000;

export interface HttpWire {
  port: number;
  token: string;
  close(): Promise<void>;
}

export async function openHttpWire(options: {
  server: WireServer;
  context: CallContext;
  files: StaticFiles;
  /** What webhooks call; without it there are none. */
  hook?: HookCall | undefined;
  /** Token and sessions follow from it. */
  secret: string;
  /** Tried in this order; 0 is any free port. */
  ports: readonly number[];
  log: Log;
  /** Told who came in or was turned away. */
  access?: ((event: AccessEvent) => void) | undefined;
  /** Programs that come with a token of their own; without it there is no `/mcp`. */
  clients?: Clients | undefined;
  version?: string | undefined;
}): Promise<HttpWire> {
  const http = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000, headersTimeout: 10_000, insecureHTTPParser: false });
  http.maxConnections = MAX_CONNECTIONS;
  const port = await listenOnFirst(http, options.ports);
  const door = new Door(options.secret, port);
  const pages = new Pages(options.files, door, port);
  const hooks = options.hook === undefined ? undefined : new Hooks(options.hook, door, options.log);
  const { clients } = options;
  const mcp = clients === undefined ? undefined : new McpDoor({ clients, door, log: options.log, version: options.version ?? '0.0.0' });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    clientTracking: true,
    // Never the key that is offered beside it.
    handleProtocols: (offered) => (offered.has(WIRE_PROTOCOL) ? WIRE_PROTOCOL : false),
  });
  http.on('request', (request, response) => {
    response.once('finish', () => tellAccess(request, response.statusCode, options.access));
    const served = hooks !== undefined && Hooks.isHook(request.url) ? hooks : mcp !== undefined && McpDoor.isMcp(request.url) ? mcp : pages;
    served.answer(request, response).catch((error: unknown) => {
      options.log.error('A page could not be served', { error: String(error) });
      if (!response.headersSent) plain(response, 500, 'The page could not be read.');
      else response.destroy();
    });
  });
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const pass = door.check(request, true);
    if (!pass.ok) {
      options.access?.({ by: 'page', outcome: 'denied', what: whatOf(request), reason: pass.reason });
      return refuseUpgrade(stream, pass.status, pass.reason);
    }
    if (request.url !== '/wire') return refuseUpgrade(stream, 404, 'There is no wire at this address.');
    sockets.handleUpgrade(request, stream, head, (socket) => {
      options.access?.({
        by: 'page',
        outcome: 'allowed',
        what: 'GET /wire',
        reason: `Let in by its ${pass.by === 'session' ? 'session and key' : 'token'}.`,
      });
      options.server.serve(socketTransport(socket), options.context);
    });
  });
  http.on('clientError', (_error, stream) => {
    if (stream.writable) stream.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  // Keeps half-dead connections from holding streams open.
  const pings = setInterval(() => {
    for (const socket of sockets.clients) socket.ping();
  }, PING_MS);
  pings.unref();
  return {
    port,
    token: door.token,
    close: async () => {
      clearInterval(pings);
      await mcp?.close();
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

/** Never with what is secret in an address: a token, or a webhook's own. */
const whatOf = (request: IncomingMessage): string => {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  return `${request.method ?? 'GET'} ${path.replace(/^(\/hooks\/[^/]*)\/.*/, '$1/…').slice(0, 120)}`;
};

/** Pages and files that are simply served are not worth an entry; who is turned away is, and what starts work. */
function tellAccess(request: IncomingMessage, status: number, access: ((event: AccessEvent) => void) | undefined): void {
  const isHook = Hooks.isHook(request.url);
  if (status === 401 || status === 403 || status === 421 || (isHook && status === 404))
    access?.({
      by: isHook ? 'webhook' : 'page',
      outcome: 'denied',
      what: whatOf(request),
      reason: refusedWords[status] ?? 'It was turned away.',
    });
  else if (isHook && status === 202)
    access?.({ by: 'webhook', outcome: 'allowed', what: whatOf(request), reason: 'Its address holds the right token.' });
}

const refusedWords: Record<number, string> = {
  401: 'It did not know the key of this session.',
  403: 'It came from another site.',
  404: 'There is no webhook with this token.',
  421: 'It asked for another name than this host’s address.',
};

function refuseUpgrade(stream: Duplex, status: number, reason: string): void {
  const names: Record<number, string> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 421: 'Misdirected Request' };
  stream.end(
    `HTTP/1.1 ${status} ${names[status] ?? 'Refused'}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${reason}\n`,
  );
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
