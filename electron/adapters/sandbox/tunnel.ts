// One connection out of a sandbox: resolve, check every address, connect to a checked one and no other, check what was reached.

import { isIP, connect as open, type Socket } from 'node:net';
import { AppError, toAppError } from '../../../shared/errors.ts';
import { kindOf } from '../net/address.ts';
import { type Resolver, toNetError } from '../net/connect.ts';
import { checkAddress, checkUrl, type Permission, plainHost } from '../net/policy.ts';
import type { Refused, SandboxConnection } from './sandbox-port.ts';

export interface Target {
  host: string;
  port: number;
  /** What the program is told when it is refused, where its protocol has words for that. */
  refuse?: (message: string) => string;
}

export interface Destroyable {
  destroy(): void;
}

export interface TunnelOptions {
  permission: Permission;
  resolve: Resolver;
  /** Connections to anything but this machine, which the offline switch ends. */
  outside: Set<Destroyable>;
  onRefused?: (refused: Refused) => void;
  told(row: Omit<SandboxConnection, 'server' | 'purpose'>): void;
  opened?: (() => void) | undefined;
}

const connectMs = 30_000;

/** What is asked for each connection anew: the hosts it was given, and the offline switch as it is now. */
export const permissionNow = (hosts: readonly string[], isOffline: (() => boolean) | undefined): Permission => ({
  hosts,
  local: false,
  offline: isOffline?.() === true,
});

export const refusedWord = () =>
  new AppError('not-authorized', 'This program was not given the word for the proxy.', { hint: 'Start it as a tool server.' });

/** Never throws: what fails is told and ends the socket. */
export function openTunnel(socket: Socket, target: Target, options: TunnelOptions): void {
  const started = performance.now();
  const row = { at: Date.now(), host: `${target.host}:${target.port}`, address: '', method: 'CONNECT', status: undefined };
  const gone = new AbortController();
  let bytes = 0;
  let isTold = false;
  const tell = (error?: string) => {
    if (isTold) return;
    isTold = true;
    options.told({ ...row, bytes, ms: Math.round(performance.now() - started), error });
  };
  socket.once('close', () => {
    gone.abort();
    tell();
  });
  reach(target, options, gone.signal).then(
    ({ out, address }) => {
      row.address = address;
      if (kindOf(address) !== 'loopback') keepOutside(options.outside, out);
      out.on('error', () => socket.destroy());
      out.once('close', () => socket.destroySoon());
      socket.once('close', () => out.destroy());
      out.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      options.opened?.();
      out.pipe(socket);
      socket.pipe(out);
    },
    (cause: unknown) => {
      const error = toAppError(cause);
      tell(error.code);
      if (!gone.signal.aborted) options.onRefused?.({ host: row.host, code: error.code, message: error.message });
      // Read on, or its end is never seen and it counts as open for ever.
      socket.resume();
      socket.end(target.refuse?.(error.message) ?? '');
    },
  );
}

/** Until it is closed. */
export function keepOutside(
  outside: Set<Destroyable>,
  connection: Destroyable & { once(event: 'close', listener: () => void): unknown },
): void {
  outside.add(connection);
  connection.once('close', () => outside.delete(connection));
}

async function reach(target: Target, options: TunnelOptions, signal: AbortSignal): Promise<{ out: Socket; address: string }> {
  const name = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
  const url = checkUrl(`https://${name}:${target.port}/`, options.permission);
  const host = plainHost(url);
  const addresses =
    isIP(host) === 0 ? await options.resolve(host).catch((error: unknown) => Promise.reject(toNetError(error, url, signal))) : [host];
  let refusal: unknown;
  for (const address of addresses)
    try {
      checkAddress(address, url, options.permission);
      return { out: await connected(address, target.port, url, signal), address };
    } catch (error) {
      refusal ??= error;
    }
  throw refusal ?? new AppError('net-unreachable', `The host “${host}” was not found.`, { hint: 'Check its name and your connection.' });
}

function connected(address: string, port: number, url: URL, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const out = open({ host: address, port });
    out.setNoDelay(true);
    const leave = () => out.destroy(new AppError('cancelled', 'The program closed the connection first.'));
    signal.addEventListener('abort', leave, { once: true });
    out.once('close', () => signal.removeEventListener('abort', leave));
    const timer = setTimeout(() => out.destroy(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })), connectMs);
    out.once('error', (error) => {
      clearTimeout(timer);
      reject(toNetError(error, url, signal));
    });
    out.once('connect', () => {
      clearTimeout(timer);
      resolve(out);
    });
  });
}
