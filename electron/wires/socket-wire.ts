// A WebSocket as a carrier, for the page of the headless host and for the command line on its local socket.

import type { WebSocket as Socket } from 'ws';
import type { Transport } from './serve.ts';

/** What may wait for a reader that does not read, in bytes; more than that ends its connection. */
const MAX_WAITING = 64 * 1024 * 1024;

export function socketTransport(socket: Socket): Transport {
  return {
    send: (text) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_WAITING) {
        socket.terminate();
        return;
      }
      socket.send(text);
    },
    onMessage: (listener) => {
      socket.on('message', (data, isBinary) => listener(isBinary ? data : data.toString()));
      // A broken frame or one above maxPayload ends in 'close'; without a listener it would end the process.
      socket.on('error', () => socket.terminate());
    },
    onClose: (listener) => {
      socket.on('close', listener);
    },
    close: () => socket.close(),
  };
}
