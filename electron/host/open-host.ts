// One data folder, one writer: takes the folder and builds a host on it, or says who holds it and where that host listens for
// the command line.

import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HostKind } from '../../shared/model/system.ts';
import { sha256 } from '../adapters/hash.ts';
import { serveLocalSocket } from '../headless/local-socket.ts';
import { localSocketPath } from '../wires/attach.ts';
import { type BuildOptions, buildHost, type Host } from './build-host.ts';
import { type DataFolder, defaultDataFolder, type Holder, openDataFolder } from './data-folder.ts';

export interface OpenedHost extends Host {
  folder: DataFolder;
  /** Where a browser reaches it, for others that find the folder held. */
  publish: DataFolder['publish'];
}

export interface HeldFolder {
  holder: Holder;
  message: string;
  /** Where the holder listens for the command line. */
  socket: string;
}

const kinds: Record<HostKind, string> = { desktop: 'the desktop app', headless: 'the headless host', cli: 'a command' };

export type OpenOptions = Omit<BuildOptions, 'folder'> & { dataFolder?: string | undefined };

export async function openHost(options: OpenOptions): Promise<{ host: OpenedHost } | HeldFolder> {
  const wanted = path.resolve(options.dataFolder ?? defaultDataFolder());
  const folder = await openDataFolder(wanted, options.kind);
  const socket = localSocketPath(wanted, sha256(wanted), process.platform, tmpdir());
  if (folder.holder !== undefined)
    return {
      holder: folder.holder,
      socket,
      message: `${wanted} is in use by ${kinds[folder.holder.host]} (process ${folder.holder.pid}).`,
    };
  try {
    const host = buildHost({ ...options, folder: folder.path });
    const local = await serveLocalSocket({
      path: socket,
      server: host.wires,
      context: host.context('cli'),
      onOpen: () => host.access({ by: 'cli', outcome: 'allowed', what: 'GET /wire', reason: 'It could open this person’s socket file.' }),
    }).catch((error: unknown) => {
      // Without it the command line cannot attach; the host itself works.
      host.log.warn('The command line cannot attach to this host', { error: String(error) });
      return undefined;
    });
    return {
      host: {
        ...host,
        folder,
        publish: folder.publish,
        async close() {
          try {
            await local?.close();
            await host.close();
          } finally {
            folder.release();
          }
        },
      },
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}
