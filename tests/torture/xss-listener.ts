// Somebody elsewhere: listens for HTTP and for UDP, and says what came. A connection on which nothing was asked counts as well.

import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  http: number;
  udp: number;
  /** Paths of requests, `udp` for a packet. */
  heard: string[];
  /** Connections, those with requests among them. */
  connections(): number;
  close(): Promise<void>;
}

export async function openListener(): Promise<Listener> {
  const heard: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    heard.push(request.url ?? '/');
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/plain', connection: 'close' }).end('x');
  });
  server.on('upgrade', (request, socket) => {
    heard.push(request.url ?? '/');
    socket.destroy();
  });
  server.on('connection', () => {
    connections += 1;
  });
  const udp = createSocket('udp4');
  udp.on('message', () => void heard.push('udp'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  return {
    http: (server.address() as AddressInfo).port,
    udp: udp.address().port,
    heard,
    connections: () => connections,
    close: async () => {
      udp.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
