// The wire in a browser: a WebSocket to the host that served the page. The session cookie, which the page cannot read, lets it in.

import { RPCLink } from '@orpc/client/websocket';
import { connectionLost, connectionRefused, type Dial } from './connection.ts';

const OPEN_TIMEOUT_MS = 10_000;

export const dialSocket =
  (address: string): Dial =>
  async () => {
    const socket = new WebSocket(address);
    const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
    const link = new RPCLink({ websocket: socket });
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
      // A browser does not say why an upgrade failed, so ask the same door by plain HTTP.
      throw (await isLetIn(address)) ? connectionLost() : connectionRefused();
    }
    return { link, closed, close: () => socket.close() };
  };

async function isLetIn(address: string): Promise<boolean> {
  const url = new URL('/session', address.replace(/^ws/, 'http'));
  try {
    const answer = await fetch(url, { cache: 'no-store', credentials: 'same-origin' });
    return answer.status !== 401 && answer.status !== 403;
  } catch {
    // Nobody answers: that is "lost", not "refused".
    return true;
  }
}
