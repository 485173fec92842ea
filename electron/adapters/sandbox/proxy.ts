// The only way out of a sandbox with a network: one proxy for each contained program, with that program's own list of hosts. Each
// connection is resolved, checked and made to the checked address, as every connection of the app is, and told to the ledger.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toAppError } from '../../../shared/errors.ts';
import { kindOf } from '../net/address.ts';
import { connect, systemResolver } from '../net/connect.ts';
import { checkUrl } from '../net/policy.ts';
import { listening, onLoopback } from './listen.ts';
import type { Door } from './relay.ts';
import type { Refused, SandboxConnection, SandboxOptions, SandboxReach } from './sandbox-port.ts';
import { type Destroyable, keepOutside, openTunnel, permissionNow, refusedWord, type Target } from './tunnel.ts';

export interface HostProxy {
  /** Holds the sockets; shown to the program. */
  folder: string;
  hostsFile: string;
  doors: Door[];
  env: Record<string, string>;
  /** Of the listener on loopback, where there is one (macOS). */
  port?: number;
  /** The offline switch was turned. */
  endOutside(): void;
  close(): Promise<void>;
}

export const proxyPort = 3128;
/** Connections of one program at a time. */
const maxOpen = 128;
/** Names that get a loopback address of their own; programs reach the others through the proxy variables. */
const maxDoors = 48;

export type ProxyOptions = Pick<SandboxOptions, 'log' | 'onConnection' | 'resolve' | 'isOffline'> & {
  onRefused?: (refused: Refused) => void;
  /** Listens on loopback too, for who knows this word. */
  token?: string;
};

/** Throws what the system says when no socket can be made. */
export async function openProxy(reach: SandboxReach, options: ProxyOptions): Promise<HostProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-net-'));
  const permission = () => permissionNow(reach.hosts, options.isOffline);
  const outside = new Set<Destroyable>();
  const sockets = new Set<Socket>();
  const servers: (Server | http.Server)[] = [];
  const keep = (socket: Socket): boolean => {
    // The other side may go at any moment; what matters is that it is gone.
    socket.on('error', () => undefined);
    if (sockets.size >= maxOpen) {
      socket.destroy();
      return false;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return true;
  };
  const told = (row: Omit<SandboxConnection, 'server' | 'purpose'>) =>
    options.onConnection?.({ ...row, server: reach.id, purpose: `tool server ${reach.id}` });
  const tunnel = (socket: Socket, target: Target, opened?: () => void) =>
    openTunnel(socket, target, { ...options, permission: permission(), outside, resolve: options.resolve ?? systemResolver, told, opened });

  const proxy = http.createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => void forward(request, response));
  const forward = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const started = performance.now();
    const row = { at: Date.now(), host: '', address: '', method: request.method ?? 'GET', status: undefined as number | undefined };
    let bytes = 0;
    let error: string | undefined;
    const abort = new AbortController();
    response.once('close', () => abort.abort());
    try {
      if (options.token !== undefined && !knows(request, options.token)) throw refusedWord();
      row.host = URL.canParse(request.url ?? '') ? new URL(request.url ?? '').host : (request.headers.host ?? '');
      const allowed = permission();
      const url = checkUrl(request.url ?? '', allowed);
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !/^(proxy-|connection$|keep-alive$|host$|te$|upgrade$)/.test(name)),
      ) as Record<string, string>;
      const send = (out: http.ClientRequest) => request.pipe(out);
      const resolve = options.resolve ?? systemResolver;
      const answer = await connect({ url, method: row.method, headers, permission: allowed, resolve, signal: abort.signal, send });
      if (kindOf(answer.address) !== 'loopback') keepOutside(outside, answer.response);
      Object.assign(row, { address: answer.address, status: answer.response.statusCode });
      response.writeHead(answer.response.statusCode ?? 502, answer.response.headers);
      answer.response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.response.on('error', () => response.destroy());
      answer.response.pipe(response);
      await new Promise<void>((done) => response.once('close', () => done()));
    } catch (cause) {
      const known = toAppError(cause);
      error = known.code;
      options.onRefused?.({ host: row.host, code: known.code, message: known.message });
      if (!response.headersSent) response.writeHead(403, { 'content-type': 'text/plain' });
      response.end(`Orrery: ${known.message}\n`);
    } finally {
      told({ ...row, bytes, ms: Math.round(performance.now() - started), error });
    }
  };
  proxy.on('connect', (request: http.IncomingMessage, socket: Socket, head: Buffer) => {
    if (!keep(socket)) return;
    if (options.token !== undefined && !knows(request, options.token)) {
      socket.resume();
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const target = targetOf(request.url ?? '');
    if (target === undefined) {
      socket.resume();
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      return;
    }
    if (head.length > 0) socket.unshift(head);
    tunnel(
      socket,
      { ...target, refuse: (message) => `HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\n\r\nOrrery: ${message}\n` },
      () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'),
    );
  });
  proxy.on('connection', (socket: Socket) => void keep(socket));
  proxy.on('clientError', (_error, socket) => socket.destroy());
  servers.push(proxy);
  await listening(proxy, join(folder, 'proxy.sock'));

  const named = exactHosts(reach.hosts).slice(0, maxDoors);
  const doors: Door[] = [{ address: '127.0.0.1', port: proxyPort, socket: 'proxy.sock' }];
  for (const [at, { host, ports, isHere }] of named.entries())
    for (const port of ports) {
      const address = isHere ? (host === 'localhost' ? '127.0.0.1' : host) : `127.77.0.${at + 1}`;
      if (doors.some((each) => each.address === address && each.port === port)) continue;
      const door = createServer({ pauseOnConnect: true }, (socket) => keep(socket) && tunnel(socket, { host, port }));
      servers.push(door);
      doors.push({ address, port, socket: `${address}-${port}.sock` });
      await listening(door, join(folder, `${address}-${port}.sock`));
    }
  const hostsFile = join(folder, 'hosts');
  const lines = named.flatMap(({ host, isHere }, at) => (isHere ? [] : [`127.77.0.${at + 1} ${host}`]));
  writeFileSync(hostsFile, ['127.0.0.1 localhost', '::1 localhost ip6-localhost', ...lines, ''].join('\n'));
  let port: number | undefined;
  if (options.token !== undefined) port = await onLoopback(proxy, servers);
  return {
    folder,
    hostsFile,
    doors,
    env: proxyVariables(`http://127.0.0.1:${proxyPort}`),
    ...(port === undefined ? {} : { port }),
    endOutside() {
      for (const each of outside) each.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Understood by curl, Python, Go, npm and, from versions 22.21 and 24.5 on, by Node. */
function proxyVariables(url: string): Record<string, string> {
  const none = 'localhost,127.0.0.1,::1';
  return {
    ...{ HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url, ALL_PROXY: url, all_proxy: url },
    ...{ NO_PROXY: none, no_proxy: none, NODE_USE_ENV_PROXY: '1' },
  };
}

interface NamedHost {
  host: string;
  ports: number[];
  /** It is this machine, which programs ask at its own loopback address. */
  isHere: boolean;
}

/** Entries that name one host, with the ports they are likely asked at. */
function exactHosts(entries: readonly string[]): NamedHost[] {
  const found = new Map<string, Set<number>>();
  for (const entry of entries) {
    const match = /^([a-z0-9][a-z0-9.-]*?)(?::(\d{1,5}))?$/i.exec(entry.trim());
    if (match?.[1] === undefined) continue;
    const host = match[1].toLowerCase().replace(/\.+$/, '');
    const isHere = host === 'localhost' || host.startsWith('127.');
    // An address elsewhere is reached through the proxy.
    if (/^[\d.]+$/.test(host) && !isHere) continue;
    const ports = match[2] !== undefined ? [Number(match[2])] : isHere ? [] : [443, 80];
    const known = found.get(host) ?? new Set<number>();
    for (const port of ports) known.add(port);
    found.set(host, known);
  }
  return [...found].map(([host, ports]) => ({ host, ports: [...ports], isHere: host === 'localhost' || host.startsWith('127.') }));
}

function targetOf(text: string): Target | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s/@]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || !(port > 0 && port < 65_536) ? undefined : { host, port };
}

function knows(request: http.IncomingMessage, token: string): boolean {
  const [, given = ''] = /^Basic (.+)$/i.exec(request.headers['proxy-authorization'] ?? '') ?? [];
  return Buffer.from(given, 'base64').toString().split(':').includes(token);
}
