// The client end on a host's local socket (`serveLocalSocket`): how the command line talks to a host that is already running.

import { type ClientContext, createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket as Socket } from 'ws';
import type { Contract } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { wireTypes } from '../../shared/model/kept-rows.ts';
import { MAX_MESSAGE } from './guard.ts';
import { checkOwner, gaveWay } from './local-place.ts';

export { localSocketPath } from './local-place.ts';

export type HostClient = ContractRouterClient<Contract>;
export interface Attached {
  client: HostClient;
  /** Settles when the host has gone; `gaveWay`: another one takes the data folder now. */
  closed: Promise<{ gaveWay: boolean }>;
  close(): void;
}

/** One that starts, or works on a machine with too much to do, answers late: 3 s were too short for it. One that hangs is told so all the same. */
const busyMs = 10_000;

/** Throws `host-unreachable` when nobody answers there within `timeoutMs`. Errors of calls: see shared/wire-error.ts. */
export async function attachToHost(socketPath: string, timeoutMs = busyMs): Promise<Attached> {
  checkOwner(socketPath);
  const socket = new Socket(`ws+unix:${socketPath}:/wire`, { handshakeTimeout: timeoutMs, maxPayload: 16 * MAX_MESSAGE });
  const closed = new Promise<{ gaveWay: boolean }>((resolve) => socket.once('close', (code) => resolve({ gaveWay: code === gaveWay })));
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
