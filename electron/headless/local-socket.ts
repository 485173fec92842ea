// The contract on a socket file (a named pipe on Windows) that only this person's programs can open: how the command line
// attaches to a host that is already running. A browser cannot reach it; who can open the file has the person's rights.

import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { AppError } from '../../shared/errors.ts';
import type { CallContext } from '../runtime/api/base.ts';
import { MAX_MESSAGE } from '../wires/guard.ts';
import type { WireServer } from '../wires/serve.ts';
import { socketTransport } from '../wires/socket-wire.ts';

const isPipe = (path: string): boolean => path.startsWith('\\\\');

/** Throws `host-running` when another host listens there; a file left by one that died is replaced. */
export async function serveLocalSocket(options: {
  path: string;
  server: WireServer;
  context: CallContext;
  onOpen?: (() => void) | undefined;
}): Promise<{ close(): Promise<void> }> {
  if (await answers(options.path))
    throw new AppError('host-running', 'Another host already listens for the command line here.', { hint: 'End it first.' });
  if (!isPipe(options.path)) rmSync(options.path, { force: true });
  const http = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    if (request.url !== '/wire' || request.headers.origin !== undefined) return void stream.destroy();
    sockets.handleUpgrade(request, stream, head, (socket) => {
      options.onOpen?.();
      options.server.serve(socketTransport(socket), options.context);
    });
  });
  await listen(http, options.path);
  return {
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

/** The file is made 0600 from its first moment: the mask is narrowed while it is bound, which happens at once. */
async function listen(http: ReturnType<typeof createServer>, path: string): Promise<void> {
  const mask = isPipe(path) ? undefined : process.umask(0o177);
  const listening = new Promise<void>((resolve, reject) => {
    http.once('error', (cause) => reject(new AppError('cannot-listen', `The host cannot listen at ${path}: ${cause.message}`, { cause })));
    http.listen(path, resolve);
  });
  if (mask !== undefined) process.umask(mask);
  await listening;
  if (!isPipe(path)) chmodSync(path, 0o600);
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
