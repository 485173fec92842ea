// The wire over a WebSocket: for a page in a browser, to the host that served it, and for tests.

import { RPCLink } from '@orpc/client/websocket';
import { wireTypes } from '../../shared/model/kept-rows.ts';
import type { Dial, Wire } from './connection.ts';
import { type Enter, type OpenSocket, openPageSocket, openSocket } from './page-socket.ts';

const wireOver = ({ socket, closed }: OpenSocket): Wire => ({
  link: new RPCLink({ websocket: socket, ...wireTypes }),
  closed,
  close: () => socket.close(),
});

export const dialSocket =
  (address: string, enter: Enter = async () => []): Dial =>
  async () =>
    wireOver(await openSocket(address, enter));

/** To the host that served this page, over the socket that its entry asked for. */
export const dialPage: Dial = async () => wireOver(await openPageSocket());
