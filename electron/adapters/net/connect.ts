// Node's HTTP with one difference: the name is resolved here, every address is checked, and the connection is made to a checked
// address and no other. There is no second lookup that could answer differently.

import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { AppError, cancelled } from '../../../shared/errors.ts';
import type { ConnectionRow } from './connection-row.ts';
import { checkAddress, type Permission, plainHost } from './policy.ts';
import type { RowKeeper } from './row-keeper.ts';

/** All addresses of a name. */
export type Resolver = (host: string) => Promise<string[]>;
export const systemResolver: Resolver = async (host) => (await lookup(host, { all: true, verbatim: true })).map((each) => each.address);

/** What every request of this client needs. */
export interface NetParts {
  resolve: Resolver;
  onConnection: (row: ConnectionRow) => void;
  isOffline: () => boolean;
  /** All that are open or being opened. */
  sockets: Set<Socket>;
}

export interface Connection {
  response: http.IncomingMessage;
  /** Address that was connected to. */
  address: string;
}

export interface ConnectOptions {
  url: URL;
  method: string;
  headers: Record<string, string>;
  permission: Permission;
  resolve: Resolver;
  signal: AbortSignal;
  agent?: http.Agent;
  /** Told of the socket as soon as there is one. */
  keeper?: RowKeeper;
  sockets?: Set<Socket>;
  /** Ends the request's body; called once the request object is there. */
  send(request: http.ClientRequest): void;
}

/** Failures of a kept connection that the other side had closed just then: the request never arrived and may be sent again. */
export const staleErrors = new WeakSet<AppError>();

function guardedLookup(url: URL, permission: Permission, resolve: Resolver): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname)
      .then((addresses) => {
        if (addresses.length === 0) throw Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' });
        const allowed: string[] = [];
        let refusal: unknown;
        for (const address of addresses) {
          try {
            checkAddress(address, url, permission);
            allowed.push(address);
          } catch (error) {
            refusal ??= error;
          }
        }
        if (allowed.length === 0) throw refusal;
        const found = allowed.map((address) => ({ address, family: isIP(address) }));
        const first = found[0] as { address: string; family: number };
        if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      })
      .catch((error: NodeJS.ErrnoException) => callback(error, '', 0));
  };
}

/** Sends one request, follows nothing. Throws AppError; resolves with the head of the response. */
export function connect(options: ConnectOptions): Promise<Connection> {
  const { url, permission, signal } = options;
  return new Promise<Connection>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request({
      protocol: url.protocol,
      hostname: plainHost(url),
      port: url.port === '' ? undefined : url.port,
      path: `${url.pathname}${url.search}`,
      method: options.method,
      // The host as the URL says it, not as it was compared.
      headers: { host: url.host, ...options.headers },
      lookup: guardedLookup(url, permission, options.resolve),
      agent: options.agent ?? false,
      signal,
      maxHeaderSize: 64 * 1024,
      setHost: false,
    });
    request.on('socket', (socket: Socket) => {
      socket.setNoDelay(true);
      const { sockets } = options;
      if (sockets !== undefined && !sockets.has(socket)) {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      }
      const check = () => {
        try {
          if (socket.remoteAddress !== undefined) checkAddress(socket.remoteAddress, url, permission);
        } catch (error) {
          request.destroy(error as Error);
        }
      };
      const { keeper } = options;
      if (!socket.connecting) {
        keeper?.connected(socket, request.reusedSocket);
        check();
        return;
      }
      // An address needs no lookup, so its attempt began before anybody could listen.
      if (isIP(plainHost(url)) !== 0) keeper?.tried(plainHost(url));
      socket.on('connectionAttempt', (address: string) => keeper?.tried(address));
      socket.once('connect', () => {
        keeper?.connected(socket, false);
        check();
      });
    });
    request.on('response', (response) => resolve({ response, address: response.socket.remoteAddress ?? '' }));
    request.on('error', (error) => {
      const known = toNetError(error, url, signal);
      if (request.reusedSocket && known.details?.code === 'ECONNRESET') staleErrors.add(known);
      reject(known);
    });
    options.send(request);
  });
}

/** What went wrong, in words. */
export function toNetError(error: unknown, url: URL, signal: AbortSignal): AppError {
  if (error instanceof AppError) return error;
  if (signal.aborted) return signal.reason instanceof AppError ? signal.reason : cancelled('The request was stopped.');
  const code = (error as NodeJS.ErrnoException).code ?? (error as { errors?: NodeJS.ErrnoException[] }).errors?.[0]?.code ?? '';
  const host = url.host;
  const unreachable = (message: string, hint: string) =>
    new AppError('net-unreachable', message, { hint, retryable: true, details: { host, code } });
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(`The host “${host}” was not found.`, 'Check its name and your connection.');
    case 'ECONNREFUSED':
      return unreachable(`Nothing answers at ${host}.`, 'Check that the server is running and that the port is right.');
    case 'ECONNRESET':
    case 'EPIPE':
      return unreachable(`${host} ended the connection in the middle.`, 'Try again.');
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return unreachable(`${host} cannot be reached.`, 'Check your connection.');
    default:
      if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
        return new AppError('net-certificate', `The certificate of ${host} cannot be trusted (${code}).`, {
          hint: 'Do not send anything there; tell those who run it.',
        });
      return unreachable(`The request to ${host} failed: ${error instanceof Error ? error.message : String(error)}`, 'Try again.');
  }
}
