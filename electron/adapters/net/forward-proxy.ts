// A proxy for programs that are not ours: CONNECT, and plain requests with a whole address. Each connection goes through the same
// checks as the app's own and has a row in the ledger. Who listens where is for its callers: sandboxes, installers.

import * as http from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { AppError } from '../../../shared/errors.ts';
import type { ConnectionBy } from '../../runtime/ports.ts';
import { type Resolver, systemResolver, toNetError } from './connect.ts';
import type { ConnectionRow } from './connection-row.ts';
import { type DialOptions, dial, dialProxy, dialThrough, leaves, notSignedIn, secured, type Upstream } from './dial.ts';
import { knows, refusal, refusalHeaders, statusOf, type Target, targetOf, unknownWord } from './forward-head.ts';
import { checkUrl, type Permission } from './policy.ts';
import { RowKeeper } from './row-keeper.ts';

/** A connection that was not allowed or did not come about. */
export interface Unreached {
  /** `host:port`, or the host of an address. */
  host: string;
  /** Code of the AppError. */
  code: string;
  message: string;
}

export interface ForwardOptions {
  permission: Permission;
  /** Of every row. */
  purpose: string;
  by?: ConnectionBy | undefined;
  onConnection?: ((row: ConnectionRow) => void) | undefined;
  onRefused?: ((refused: Unreached) => void) | undefined;
  resolve?: Resolver | undefined;
  /** Only for who knows this word; otherwise whoever can connect to it may. */
  token?: string | undefined;
  /** The person's own proxy for this target; none: it is connected to directly. */
  upstream?: (target: URL) => Upstream | undefined;
}

export interface ForwardProxy {
  /** Not listening yet. */
  server: http.Server;
  /** For listeners of the caller's own. False when there are too many connections: the socket is gone then. */
  keep(socket: Socket): boolean;
  /** Carries a socket to the target; never throws. `refuse` gives what the program is told, where its protocol has words for that. */
  tunnel(socket: Socket, target: Target, more?: { refuse?: (error: AppError) => string; opened?: () => void }): void;
  /** The offline switch was turned: what is open to anything but this machine ends. */
  endOutside(): void;
  /** Ends every connection, and settles once each of them is in the ledger; the server is closed by who made it listen. */
  end(): Promise<void>;
}

/** Connections of one program at a time. */
const maxOpen = 128;
const mostStrangers = 20;
const unwanted = /^(proxy-|connection$|keep-alive$|host$|te$|upgrade$)/;

export function createForwardProxy(options: ForwardOptions): ForwardProxy {
  const resolve = options.resolve ?? systemResolver;
  const told = options.onConnection ?? (() => undefined);
  const outside = new Set<{ destroy(): void }>();
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): boolean => {
    // The other side may go at any moment; what matters is that it is gone.
    socket.on('error', () => undefined);
    if (sockets.size >= maxOpen && !sockets.has(socket)) {
      socket.destroy();
      return false;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return true;
  };
  const untold = new Set<RowKeeper>();
  let allTold = (): void => undefined;
  const keeperFor = (url: URL, method: string, host: string): RowKeeper => {
    const keeper = new RowKeeper({ url, method, purpose: options.purpose, by: options.by }, told);
    keeper.row.host = host;
    untold.add(keeper);
    return keeper;
  };
  const tell = (keeper: RowKeeper, error?: AppError): void => {
    keeper.end(error?.code);
    untold.delete(keeper);
    if (untold.size === 0) allTold();
  };
  const upstreamFor = (url: URL, keeper: RowKeeper): Upstream | undefined => {
    const upstream = options.upstream?.(url);
    if (upstream !== undefined) keeper.row.purpose = `${options.purpose}, through your proxy ${upstream.url.host}`;
    return upstream;
  };
  /** What becomes of it is known to `endOutside` from here on. Throws where the offline switch was turned while it came about. */
  const out = (socket: Socket, url: URL, upstream: Upstream | undefined): Socket => {
    try {
      checkUrl(`${url.protocol}//${url.host}/`, options.permission);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    if (!leaves(socket, upstream)) return socket;
    outside.add(socket);
    return socket.once('close', () => outside.delete(socket));
  };
  let strangers = 0;
  /** Anybody on this machine can connect: the first of those who do not know the word are in the ledger. */
  const stranger = (method: string, host: string): AppError => {
    const error = unknownWord();
    strangers += 1;
    if (strangers <= mostStrangers) tell(keeperFor(new URL('https://nowhere.invalid/'), method, host.slice(0, 300)), error);
    return error;
  };
  const failed = (error: unknown, url: URL, host: string, gone: AbortSignal): AppError => {
    const known = toNetError(error, url, gone);
    if (!gone.aborted) options.onRefused?.({ host, code: known.code, message: known.message });
    return known;
  };

  const tunnel: ForwardProxy['tunnel'] = (socket, target, { refuse, opened } = {}) => {
    const host = `${target.host}:${target.port}`;
    const url = new URL(`https://${isIP(target.host) === 6 ? `[${target.host}]` : target.host}:${target.port}/`);
    const keeper = keeperFor(url, 'CONNECT', host);
    const gone = new AbortController();
    const left = (): void => gone.abort();
    socket.once('close', left);
    // Read a little ahead, or who goes before it is connected is only seen to be gone when that has come about.
    socket.once('end', left).read(0);
    const upstream = upstreamFor(url, keeper);
    const dialing: DialOptions = { permission: options.permission, resolve, signal: gone.signal, keeper };
    const made = (upstream === undefined ? dial(url, dialing) : dialThrough(url, upstream, dialing)).then((each) =>
      out(each, url, upstream),
    );
    made.then(
      (far) => {
        far.on('error', () => socket.destroy());
        far.once('close', () => {
          keeper.row.bytes = far.bytesRead;
          tell(keeper);
          socket.destroySoon();
        });
        if (gone.signal.aborted) {
          far.destroy();
          return;
        }
        socket.off('end', left).once('close', () => far.destroy());
        opened?.();
        far.pipe(socket);
        socket.pipe(far);
      },
      (cause: unknown) => {
        const error = failed(cause, url, host, gone.signal);
        tell(keeper, error);
        // Read on, or its end is never seen and it counts as open for ever.
        socket.resume();
        socket.end(refuse?.(error) ?? '');
      },
    );
  };

  const forward = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const given = request.url ?? '';
    const url = URL.canParse(given) ? new URL(given) : new URL('http://nowhere.invalid/');
    if (!knows(request, options.token)) {
      const error = stranger(request.method ?? 'GET', url.host);
      response.writeHead(statusOf(error), refusalHeaders(error)).end(`Orrery: ${error.message}\n`);
      return;
    }
    const keeper = keeperFor(url, request.method ?? 'GET', URL.canParse(given) ? url.host : (request.headers.host ?? ''));
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const target = checkUrl(given, options.permission);
      const upstream = upstreamFor(target, keeper);
      const dialing = { permission: options.permission, resolve, signal: gone.signal, keeper };
      const far = out(await reach(target, upstream, dialing), target, upstream);
      const answer = await send(request, target, far, upstream, gone.signal);
      keeper.row.status = answer.statusCode ?? 502;
      if (answer.statusCode === 407 && asksWhole(upstream, target)) {
        // Handed on it would be taken for an answer of ours, or of the target.
        far.destroy();
        throw notSignedIn(upstream);
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
      await new Promise<void>((done) => response.once('close', () => done()));
      far.destroy();
      keeper.row.bytes = far.bytesRead;
      tell(keeper);
    } catch (cause) {
      const error = failed(cause, url, keeper.row.host, gone.signal);
      tell(keeper, error);
      if (!response.headersSent) response.writeHead(statusOf(error), refusalHeaders(error));
      response.end(`Orrery: ${error.message}\n`);
    }
  };

  const server = http.createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => void forward(request, response));
  server.on('connect', (request: http.IncomingMessage, socket: Socket, head: Buffer) => {
    if (!keep(socket)) return;
    const target = targetOf(request.url ?? '');
    if (!knows(request, options.token)) {
      const error = stranger('CONNECT', request.url ?? '');
      socket.resume();
      socket.end(refusal(error));
      return;
    }
    if (target === undefined) {
      socket.resume();
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return;
    }
    if (head.length > 0) socket.unshift(head);
    tunnel(socket, target, {
      refuse: refusal,
      opened: () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'),
    });
  });
  server.on('connection', (socket: Socket) => void keep(socket));
  server.on('clientError', (_error, socket) => socket.destroy());
  return {
    server,
    keep,
    tunnel,
    endOutside() {
      for (const each of outside) each.destroy();
    },
    end() {
      for (const socket of sockets) socket.destroy();
      for (const each of outside) each.destroy();
      return new Promise((done) => {
        if (untold.size === 0) done();
        else allTold = done;
      });
    },
  };
}

/** The person's proxy is given the request itself, with its whole address; SOCKS carries it as it carries anything. */
const asksWhole = (upstream: Upstream | undefined, url: URL): upstream is Upstream =>
  upstream !== undefined && upstream.socks === undefined && url.protocol === 'http:';

/** What a plain request is sent over. Some programs ask for `https:` so as well; then the TLS is ours. */
async function reach(url: URL, upstream: Upstream | undefined, dialing: DialOptions): Promise<Socket> {
  if (url.protocol !== 'https:')
    return upstream === undefined
      ? dial(url, dialing)
      : asksWhole(upstream, url)
        ? dialProxy(url, upstream, dialing)
        : dialThrough(url, upstream, dialing);
  return secured(await (upstream === undefined ? dial(url, dialing) : dialThrough(url, upstream, dialing)), url, dialing.signal);
}

function send(
  request: http.IncomingMessage,
  url: URL,
  socket: Socket,
  upstream: Upstream | undefined,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !unwanted.test(name)));
  const asksProxy = asksWhole(upstream, url);
  const auth = asksProxy ? upstream.authorization : undefined;
  return new Promise((resolve, reject) => {
    const made = http.request({
      createConnection: () => socket,
      method: request.method ?? 'GET',
      path: asksProxy ? url.href : `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host, connection: 'close', ...(auth === undefined ? {} : { 'proxy-authorization': auth }) },
      setHost: false,
      maxHeaderSize: 64 * 1024,
      signal,
    });
    made.on('response', resolve);
    made.on('error', reject);
    request.pipe(made);
  });
}
