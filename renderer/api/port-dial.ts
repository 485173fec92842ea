// The wire inside the desktop app: a message port whose other end the preload hands to the main process.

import { RPCLink } from '@orpc/client/message-port';
import { wireTypes } from '../../shared/model/kept-rows.ts';
import { PORT_HANDSHAKE } from '../../shared/port-handshake.ts';
import type { Dial } from './connection.ts';

export const dialPort: Dial = async () => {
  const { port1, port2 } = new MessageChannel();
  const closed = new Promise<void>((resolve) => port1.addEventListener('close', () => resolve(), { once: true }));
  window.postMessage(PORT_HANDSHAKE, window.location.origin === 'null' ? '*' : window.location.origin, [port2]);
  const link = new RPCLink({ port: port1, ...wireTypes });
  port1.start();
  return { link, closed, close: () => port1.close() };
};
