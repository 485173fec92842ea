// The wire over a WebSocket: for a page in a browser, to the host that served it, and for tests.

import { RPCLink } from '@orpc/client/websocket';
import { wireTypes } from '../../shared/model/kept-rows.ts';
import { connectionLost, type Dial } from './connection.ts';

const OPEN_TIMEOUT_MS = 10_000;

/** `enter` is asked first each time: it gives the protocols to open with, or throws why there is no way in. */
export const dialSocket =
  (address: string, enter: (address: string) => Promise<string[]> = async () => []): Dial =>
  async () => {
    const socket = new WebSocket(address, await enter(address));
    const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
    const link = new RPCLink({ websocket: socket, ...wireTypes });
    const opened = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), OPEN_TIMEOUT_MS);
      const settle = (isOpen: boolean) => (): void => {
        clearTimeout(timer);
        resolve(isOpen);
      };
      socket.addEventListener('open', settle(true), { once: true });
      socket.addEventListener('close', settle(false), { once: true });
    });
    if (!(await opened)) {
      socket.close();
      // Whether we may come in was asked just before; the next try asks again.
      throw connectionLost();
    }
    return { link, closed, close: () => socket.close() };
  };
