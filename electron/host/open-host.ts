// One data folder, one writer: takes the folder and builds a host on it, or says who holds it and where that host listens for
// the command line.

import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toAppError } from '../../shared/errors.ts';
import type { HostKind } from '../../shared/model/system.ts';
import { sha256 } from '../adapters/hash.ts';
import { prepareDatabase } from '../adapters/sqlite/prepare.ts';
import { openLocalSocket } from '../headless/local-socket.ts';
import type { LocalWire } from '../headless/local-wire.ts';
import { askToGiveWay, localSocketPath } from '../wires/local-place.ts';
import type { BuildOptions, Host } from './build-host.ts';
import { type DataFolder, defaultDataFolder, type Holder, openDataFolder } from './data-folder.ts';
import { loadHost } from './load-host.ts';

export interface OpenedHost extends Host {
  folder: DataFolder;
  /** Where a browser reaches it, for others that find the folder held. */
  publish: DataFolder['publish'];
  /** `gaveWay`: another host takes the folder now, and those who are attached are told so. */
  close(why?: { gaveWay: boolean }): Promise<void>;
}

export interface HeldFolder {
  holder: Holder;
  message: string;
  /** Where the holder listens for the command line. */
  socket: string;
}

const kinds: Record<HostKind, string> = { desktop: 'the desktop app', headless: 'the headless host', cli: 'a command' };

type ShellOptions = Pick<BuildOptions, 'shell' | 'can'>;

export type OpenOptions = Omit<BuildOptions, 'folder' | 'prepared' | keyof ShellOptions> & {
  dataFolder?: string | undefined;
  /**
   * The folder is ours and its database can be read: now is the time to show a page, which waits for the host. What it throws ends the
   * start. What still goes wrong afterwards is thrown by `openHost`, which closes all that it opened.
   */
  onReadable?: ((folder: DataFolder) => void | Promise<void>) | undefined;
  /** Called when another host wants the folder, which is closed with `gaveWay` then. Without it the folder is held until it is closed. */
  giveWay?: (() => void) | undefined;
  /** The shell, or how it is loaded once it is needed. */
} & (ShellOptions | { loadShell: () => Promise<ShellOptions> });

/** How long to wait for a holder that gives way: it ends its tool servers first. */
const giveWayMs = 15_000;

export const socketOf = (folder: string): string => localSocketPath(folder, sha256(folder), process.platform, tmpdir());

/**
 * Takes the folder, from `orrery mcp` too: that gives way and goes on through whoever took it. Says who holds it when that one does
 * not. Throws what `openDataFolder` throws.
 */
export async function claimDataFolder(
  wanted: string,
  kind: HostKind,
  waitMs = giveWayMs,
): Promise<Awaited<ReturnType<typeof openDataFolder>>> {
  let gives = false;
  for (const end = Date.now() + waitMs; ; await sleep(50)) {
    try {
      const opened = await openDataFolder(wanted, kind);
      if (opened.holder === undefined) return opened;
      gives = opened.holder.givesWay === true;
      if (!gives || Date.now() >= end) return opened;
    } catch (error) {
      // Between two holders nobody says who it is.
      if (!gives || toAppError(error).code !== 'data-folder-busy' || Date.now() >= end) throw error;
    }
    // It may have no socket yet, or no more: then it is asked again, or the folder is free.
    await askToGiveWay(socketOf(wanted));
  }
}

export async function openHost(options: OpenOptions): Promise<{ host: OpenedHost } | HeldFolder> {
  const wanted = path.resolve(options.dataFolder ?? defaultDataFolder());
  // A command attaches to whoever holds it; what a person opens wants it for itself.
  const folder =
    options.kind === 'cli'
      ? await openDataFolder(wanted, options.kind, { givesWay: options.giveWay !== undefined })
      : await claimDataFolder(wanted, options.kind);
  const socket = socketOf(wanted);
  if (folder.holder !== undefined)
    return {
      holder: folder.holder,
      socket,
      message: `${wanted} is in use by ${folder.holder.givesWay === true ? 'orrery mcp, for another program' : kinds[folder.holder.host]} (process ${folder.holder.pid}).`,
    };
  try {
    return { host: await buildOn(folder, socket, options) };
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** Opens what can refuse first, then lets pages in, and only then loads and builds the host, which takes most of a start. */
async function buildOn(folder: DataFolder, socket: string, options: OpenOptions): Promise<OpenedHost> {
  const prepared = prepareDatabase({ folder: folder.path });
  const { promise: behind, resolve, reject } = Promise.withResolvers<LocalWire>();
  // Also where nobody waits behind the socket, since it could not be opened.
  behind.catch(() => undefined);
  // Without it the command line cannot attach; the host itself works.
  let cannotAttach: unknown;
  const local = await openLocalSocket({ path: socket, behind, giveWay: options.giveWay }).catch((error: unknown) => {
    cannotAttach = error;
    return undefined;
  });
  try {
    await options.onReadable?.(folder);
    const { buildHost, makeLocalWire } = await loadHost();
    const shell = 'loadShell' in options ? await options.loadShell() : options;
    const host = buildHost({ ...options, ...shell, folder: folder.path, prepared });
    if (cannotAttach !== undefined) host.log.warn('The command line cannot attach to this host', { error: String(cannotAttach) });
    resolve(
      makeLocalWire({
        server: host.wires,
        context: host.context('cli'),
        onOpen: () =>
          host.access({ by: 'cli', outcome: 'allowed', what: 'GET /wire', reason: 'It came by the socket file, which only you can open.' }),
      }),
    );
    return {
      ...host,
      folder,
      publish: folder.publish,
      async close(why) {
        try {
          // What programs began goes on in the next host.
          host.clients.hostEnds();
          await local?.close(why);
          await host.close();
        } finally {
          folder.release();
        }
      },
    };
  } catch (error) {
    reject(error);
    await local?.close();
    prepared.close();
    throw error;
  }
}
