// The contract on a socket file (a named pipe on Windows) that only this person's programs can open: how the command line
// attaches to a host that is already running. A browser cannot reach it; who can open the file has the person's rights.

import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import type { LocalWire, LocalWireOptions } from './local-wire.ts';

const isPipe = (path: string): boolean => path.startsWith('\\\\');

export interface LocalSocket {
  close(why?: { gaveWay: boolean }): Promise<void>;
}

/** Around a host that is there already. Throws as `openLocalSocket`. */
export const serveLocalSocket = async (
  options: LocalWireOptions & {
    path: string;
    giveWay?: (() => void) | undefined;
  },
): Promise<LocalSocket> => {
  const { makeLocalWire } = await import('./local-wire.ts');
  return openLocalSocket({ path: options.path, giveWay: options.giveWay, behind: Promise.resolve(makeLocalWire(options)) });
};

/**
 * Listens from the first moment of a start; who attaches waits until the host is `behind` it, and is cut off when that fails. Throws
 * `host-running` when another host listens there; a file left by one that died is replaced.
 */
export async function openLocalSocket(options: {
  path: string;
  behind: Promise<LocalWire>;
  /** Another host wants the data folder, which its person opened; without it that is refused. Must not throw. */
  giveWay?: (() => void) | undefined;
}): Promise<LocalSocket> {
  if (await answers(options.path))
    throw new AppError('host-running', 'Another host already listens for the command line here.', { hint: 'End it first.' });
  if (!isPipe(options.path)) rmSync(options.path, { force: true });
  const { giveWay } = options;
  let wire: LocalWire | undefined;
  const behind = options.behind.then((there) => {
    wire = there;
    return there;
  });
  behind.catch(() => undefined);
  const http = createServer((request, response) => {
    const isAsked = request.method === 'POST' && request.url === '/give-way' && request.headers.origin === undefined;
    if (!isAsked || giveWay === undefined) return void response.writeHead(isAsked ? 409 : 404).end();
    response.writeHead(202, { connection: 'close' }).end();
    // One that is just starting gives way once it stands.
    response.once('close', () => void behind.then(giveWay, () => undefined));
  });
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    if (request.url !== '/wire' || request.headers.origin !== undefined) return void stream.destroy();
    behind.then((there) => there.upgrade(request, stream, head)).catch(() => stream.destroy());
  });
  await listen(http, options.path);
  return {
    close: async (why) => {
      // First nobody comes in any more: who hears that the host gives way must not find it still there.
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      await wire?.close(why);
      http.closeAllConnections();
      await closed;
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
