// The carriers that have a door of their own, as the product opens them, beside those of the wire tests: the headless host's WebSocket and
// the local socket of the command line.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { openFrontDoor } from '../../electron/headless/front-door.ts';
import { makeHttpWire } from '../../electron/headless/http-wire.ts';
import { serveLocalSocket } from '../../electron/headless/local-socket.ts';
import type { WireServer, WireSession } from '../../electron/wires/serve.ts';
import { carriers, type RawEnd, silentLog, testContext } from '../contract/wire-rig.ts';

export interface TortureCarrier {
  /** A new connection; what was sent that ends one only ends that one. */
  raw(): Promise<RawEnd & { isOpen(): boolean }>;
  close(): Promise<void>;
}

const waitUntil = async (isTrue: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 60_000; !isTrue(); await new Promise((resolve) => setTimeout(resolve, 2)))
    if (Date.now() > deadline) throw new Error('The wire no longer answers.');
};

/** The sessions that the server opens, in order: who listens behind a door is not told of them. */
function watchSessions(server: WireServer): WireSession[] {
  const sessions: WireSession[] = [];
  const serve = server.serve.bind(server);
  server.serve = (...args) => {
    const session = serve(...args);
    sessions.push(session);
    return session;
  };
  return sessions;
}

let marks = 0;

async function socketEnd(
  address: string,
  headers: Record<string, string>,
  sessions: WireSession[],
): Promise<RawEnd & { isOpen(): boolean }> {
  const before = sessions.length;
  const socket = new WebSocket(address, { headers, maxPayload: 64_000_000 });
  socket.on('error', () => socket.terminate());
  await waitUntil(() => socket.readyState !== socket.CONNECTING && (sessions.length > before || socket.readyState === socket.CLOSED));
  const session = sessions[before];
  if (session === undefined) throw new Error(`${address} let nobody in.`);
  const answered = new Set<string>();
  socket.on('message', (data) => {
    const mark = /"i":"(seen\d+)"/.exec(data.toString())?.[1];
    if (mark !== undefined) answered.add(mark);
  });
  return {
    send: (payload) => socket.send(typeof payload === 'string' || payload instanceof Uint8Array ? payload : Buffer.from(String(payload))),
    session,
    isOpen: () => socket.readyState === socket.OPEN,
    settled: async () => {
      const mark = `seen${marks++}`;
      socket.send(JSON.stringify({ i: mark, p: { u: '/memory/listTags', b: {} } }));
      await waitUntil(() => answered.has(mark) && session.open === 0);
    },
    close: () => socket.terminate(),
  };
}

async function headlessSocket(server: WireServer): Promise<TortureCarrier> {
  const sessions = watchSessions(server);
  const front = await openFrontDoor({ files: new Map(), secret: 'a secret of the torture', ports: [0] });
  front.attach(makeHttpWire({ server, context: testContext, door: front.door, log: silentLog }));
  return {
    raw: () => socketEnd(`ws://127.0.0.1:${front.port}/wire`, { authorization: `Bearer ${front.token}` }, sessions),
    close: () => front.close(),
  };
}

async function localSocket(server: WireServer): Promise<TortureCarrier> {
  const sessions = watchSessions(server);
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-ipc-'));
  const file = process.platform === 'win32' ? `\\\\.\\pipe\\orrery-ipc-${process.pid}` : path.join(folder, 'host.sock');
  const local = await serveLocalSocket({ path: file, server, context: testContext });
  return {
    raw: () => socketEnd(`ws+unix:${file}:/wire`, {}, sessions),
    async close() {
      await local.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const known =
  (name: string) =>
  async (server: WireServer): Promise<TortureCarrier> => {
    const carrier = await (carriers[name] as (typeof carriers)[string])(server);
    return { raw: async () => ({ ...(await carrier.raw()), isOpen: () => true }), close: () => carrier.close() };
  };

export const tortureCarriers: Record<string, (server: WireServer) => Promise<TortureCarrier>> = {
  'in memory': known('in memory'),
  'Electron message port': known('Electron message port'),
  'WebSocket of the headless host': headlessSocket,
  'local socket': localSocket,
};
