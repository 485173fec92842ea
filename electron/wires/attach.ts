// The client end on a host's local socket (`serveLocalSocket`): how the command line talks to a host that is already running.

import { lstatSync } from 'node:fs';
import { type ClientContext, createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket as Socket } from 'ws';
import type { Contract } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { wireTypes } from '../../shared/model/kept-rows.ts';
import { MAX_MESSAGE } from './guard.ts';

export type HostClient = ContractRouterClient<Contract>;
export interface Attached {
  client: HostClient;
  /** Settles when the host has gone. */
  closed: Promise<void>;
  close(): void;
}

/** Throws `host-unreachable` when nobody answers there within `timeoutMs`. Errors of calls: see shared/wire-error.ts. */
export async function attachToHost(socketPath: string, timeoutMs = 3_000): Promise<Attached> {
  checkOwner(socketPath);
  const socket = new Socket(`ws+unix:${socketPath}:/wire`, { handshakeTimeout: timeoutMs, maxPayload: 16 * MAX_MESSAGE });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', (cause) =>
      reject(
        new AppError('host-unreachable', 'The running host does not answer.', {
          hint: 'If it was ended just now, try again; otherwise end it and start it anew.',
          retryable: true,
          cause,
        }),
      ),
    );
  });
  // The socket of `ws` has the web's interface; its type only differs in the classes of its events.
  const link = new RPCLink<ClientContext>({ websocket: socket as unknown as WebSocket, ...wireTypes });
  return { client: createORPCClient(link), closed, close: () => socket.close() };
}

/** In the shared temporary folder another user could have put a socket of that name: what is not ours is not spoken to. */
function checkOwner(socketPath: string): void {
  // Of the name itself: a link of another user's could be turned elsewhere after the look.
  const owner = process.platform === 'win32' ? undefined : lstatSync(socketPath, { throwIfNoEntry: false })?.uid;
  if (owner !== undefined && owner !== process.getuid?.())
    throw new AppError('host-not-ours', `${socketPath} belongs to another user.`, { hint: 'Use a data folder with a shorter path.' });
}

/** Where a host listens for the command line: beside its data, or a pipe of that name on Windows. */
export function localSocketPath(dataFolder: string, hashOfFolder: string, platform: NodeJS.Platform, temporaryFolder: string): string {
  if (platform === 'win32') return `\\\\.\\pipe\\orrery-${hashOfFolder.slice(0, 32)}`;
  const beside = `${dataFolder}/host.sock`;
  // A socket's path has room for 103 bytes (macOS); a deep data folder gets a short name of its own instead.
  return Buffer.byteLength(beside) <= 100 ? beside : `${temporaryFolder}/orrery-${hashOfFolder.slice(0, 16)}.sock`;
}
