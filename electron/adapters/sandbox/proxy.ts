// The only way out of a sandbox with a network: one proxy for each contained program, with that program's own list of hosts. Each
// connection is resolved, checked and made to the checked address, as every connection of the app is, and told to the ledger.

import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createForwardProxy } from '../net/forward-proxy.ts';
import { mainSocket, socketFolderPrefix } from './left-sockets.ts';
import { listening, onLoopback } from './listen.ts';
import type { Door } from './relay.ts';
import type { Refused, SandboxOptions, SandboxReach } from './sandbox-port.ts';

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
/** Names that get a loopback address of their own; programs reach the others through the proxy variables. */
const maxDoors = 48;

export type ProxyOptions = Pick<SandboxOptions, 'log' | 'onConnection' | 'resolve' | 'isOffline'> & {
  onRefused?: (refused: Refused) => void;
  /** Listens on loopback too, for who knows this word. */
  token?: string;
};

/**
 * Where the sockets lie: where no folder is ever granted to anybody. In the folder for temporary files one that was granted that folder
 * could put sockets and host names of its own in the place of another's.
 */
function socketFolder(): string {
  const mayUse = (path: string): boolean => {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false; // not there, or not ours
    }
  };
  return socketPlaces().find(mayUse) ?? tmpdir();
}

/** Wherever they may lie, those of starts in another session and of older versions too. */
export function socketPlaces(): string[] {
  if (process.platform !== 'linux') return [tmpdir()];
  const own = process.env.XDG_RUNTIME_DIR;
  return [...(own?.startsWith('/run/') === true ? [own] : []), '/dev/shm', tmpdir()];
}

/** Throws what the system says when no socket can be made. */
export async function openProxy(reach: SandboxReach, options: ProxyOptions): Promise<HostProxy> {
  const folder = mkdtempSync(join(socketFolder(), socketFolderPrefix));
  const proxy = createForwardProxy({
    permission: {
      hosts: reach.hosts,
      local: false,
      get offline() {
        return options.isOffline?.() === true;
      },
    },
    purpose: `tool server ${reach.id}`,
    onConnection: (row) => options.onConnection?.({ ...row, server: reach.id }),
    onRefused: options.onRefused,
    resolve: options.resolve,
    token: options.token,
  });
  const servers: Server[] = [proxy.server];
  await listening(proxy.server, join(folder, mainSocket));

  const named = exactHosts(reach.hosts).slice(0, maxDoors);
  const doors: Door[] = [{ address: '127.0.0.1', port: proxyPort, socket: mainSocket }];
  for (const [at, { host, ports, isHere }] of named.entries())
    for (const port of ports) {
      const address = isHere ? (host === 'localhost' ? '127.0.0.1' : host) : `127.77.0.${at + 1}`;
      if (doors.some((each) => each.address === address && each.port === port)) continue;
      const door = createServer({ pauseOnConnect: true }, (socket) => {
        if (proxy.keep(socket)) proxy.tunnel(socket, { host, port });
      });
      servers.push(door);
      doors.push({ address, port, socket: `${address}-${port}.sock` });
      await listening(door, join(folder, `${address}-${port}.sock`));
    }
  const hostsFile = join(folder, 'hosts');
  const lines = named.flatMap(({ host, isHere }, at) => (isHere ? [] : [`127.77.0.${at + 1} ${host}`]));
  writeFileSync(hostsFile, ['127.0.0.1 localhost', '::1 localhost ip6-localhost', ...lines, ''].join('\n'));
  let port: number | undefined;
  if (options.token !== undefined) port = await onLoopback(proxy.server, servers);
  return {
    folder,
    hostsFile,
    doors,
    env: proxyVariables(`http://127.0.0.1:${proxyPort}`),
    ...(port === undefined ? {} : { port }),
    endOutside: proxy.endOutside,
    async close() {
      const told = proxy.end();
      await Promise.all([told, ...servers.map((server) => new Promise<void>((done) => server.close(() => done())))]);
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
