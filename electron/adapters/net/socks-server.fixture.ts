// A SOCKS 5 server that others wrote, for tests: the library that comes with the sandbox.

import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Server } from 'node:net';

export interface SocksPlan {
  /** Whether it carries what is asked for; told of every target. */
  carries?: (host: string, port: number) => boolean;
  /** Every name is one of this machine. */
  leadsHere?: boolean;
  /** Wanted, when it is there. */
  user?: { name: string; password: string };
}

interface Theirs {
  listen(port: number, host: string, ready: () => void): unknown;
  setRulesetValidator(judge: (connection: { destAddress: string; destPort: number }) => boolean): void;
  setAuthHandler(judge: (connection: { username: string; password: string }) => boolean): void;
  /** Theirs, and said to be private. */
  server: Server;
}

const outer = createRequire(import.meta.url);
const { Socks5Server } = createRequire(outer.resolve('@anthropic-ai/sandbox-runtime'))('@pondwader/socks5-server') as {
  Socks5Server: new () => Theirs;
};

export async function freePort(): Promise<number> {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  await new Promise<void>((done) => free.close(() => done()));
  return port;
}

export async function socksServer({ carries, leadsHere, user }: SocksPlan = {}): Promise<{ port: number; close(): void }> {
  const made = new Socks5Server();
  made.setRulesetValidator((asked) => {
    const may = carries?.(asked.destAddress, asked.destPort) ?? true;
    if (leadsHere === true) asked.destAddress = '127.0.0.1';
    return may;
  });
  if (user !== undefined) made.setAuthHandler(({ username, password }) => username === user.name && password === user.password);
  const port = await freePort();
  await new Promise<void>((done) => made.listen(port, '127.0.0.1', done));
  return { port, close: () => made.server.close() };
}
