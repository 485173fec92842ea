// The contract for those who come by the local socket: what stands behind it once the host is built.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { CallContext } from '../runtime/api/base.ts';
import { MAX_MESSAGE } from '../wires/guard.ts';
import { gaveWay } from '../wires/local-place.ts';
import type { WireServer } from '../wires/serve.ts';
import { socketTransport } from '../wires/socket-wire.ts';

/** How long those who are attached have to hear that the host gives way, before they are cut off. */
const goodbyeMs = 500;

export interface LocalWireOptions {
  server: WireServer;
  context: CallContext;
  onOpen?: (() => void) | undefined;
}

export interface LocalWire {
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  close(why?: { gaveWay: boolean }): Promise<void>;
}

export function makeLocalWire(options: LocalWireOptions): LocalWire {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  return {
    upgrade(request, stream, head) {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        options.onOpen?.();
        options.server.serve(socketTransport(socket), options.context);
      });
    },
    async close(why) {
      if (why?.gaveWay === true) await sayGoodbye([...sockets.clients]);
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/** Those who are attached then wait for the next host instead of taking the folder before it does. */
async function sayGoodbye(clients: readonly WebSocket[]): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, goodbyeMs).unref());
  const gone = clients.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
  for (const socket of clients) socket.close(gaveWay);
  await Promise.race([Promise.all(gone), late]);
}
