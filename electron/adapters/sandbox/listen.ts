// Listening, as a promise.

import { createServer, type Server, type Socket } from 'node:net';

export function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Hands connections at a free port of loopback to a server that listens elsewhere already. */
export async function onLoopback(to: Server, servers: Server[]): Promise<number> {
  const door = createServer((socket: Socket) => to.emit('connection', socket));
  servers.push(door);
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject);
    door.listen(0, '127.0.0.1', resolve);
  });
  const address = door.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}
