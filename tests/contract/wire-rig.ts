// What the wire tests share: a router that implements the whole contract with handlers that record every call, and the three
// carriers, each with a real client on one end and a raw sender beside it.

import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RPCLink } from '@orpc/client/message-port';
import { WebSocket as RawSocket, WebSocketServer } from 'ws';
import { api, type CallContext } from '../../electron/runtime/api/base.ts';
import type { Log } from '../../electron/runtime/ports.ts';
import { MAX_MESSAGE } from '../../electron/wires/guard.ts';
import { type MainPort, portTransport } from '../../electron/wires/port-wire.ts';
import type { AnyRouter, WireServer, WireSession } from '../../electron/wires/serve.ts';
import { socketTransport } from '../../electron/wires/socket-wire.ts';
import type { Dial } from '../../renderer/api/connection.ts';
import { dialSocket } from '../../renderer/api/socket-dial.ts';
import { contract } from '../../shared/contract/index.ts';
import { wireTypes } from '../../shared/model/kept-rows.ts';

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, recent: () => [] };
export const testContext: CallContext = { log: silentLog, client: 'page' };

export type Handle = (args: { input: never; signal?: AbortSignal | undefined }) => unknown;

/** Every call of the contract, recorded; `handlers` answers some of them by `area.name`. */
export function recordingRouter(handlers: Record<string, Handle> = {}): { router: AnyRouter; executed: string[] } {
  const executed: string[] = [];
  const implementers = api as unknown as Record<string, Record<string, { handler(handle: Handle): unknown }>>;
  const router = Object.fromEntries(
    Object.entries(contract).map(([area, calls]) => [
      area,
      Object.fromEntries(
        Object.keys(calls).map((name) => [
          name,
          implementers[area]?.[name]?.handler((args) => {
            executed.push(`${area}.${name}`);
            return handlers[`${area}.${name}`]?.(args);
          }),
        ]),
      ),
    ]),
  );
  return { router: router as AnyRouter, executed };
}

export interface RawEnd {
  send(payload: unknown): void;
  session: WireSession;
  /** Settles when everything sent so far has been looked at and answered. */
  settled(): Promise<void>;
  close(): void;
}
export interface Carrier {
  dial: Dial;
  raw(): Promise<RawEnd>;
  close(): Promise<void>;
}
export type MakeCarrier = (server: WireServer) => Promise<Carrier>;

const waitUntil = async (isTrue: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 30_000; !isTrue(); await new Promise((resolve) => setTimeout(resolve, 2)))
    if (Date.now() > deadline) throw new Error('The wire no longer answers.');
};

/** A port that has only what Electron's MessagePortMain has, over a real one. */
function asMainPort(port: MessagePort): MainPort {
  const events = new EventEmitter();
  port.addEventListener('message', (event) => events.emit('message', { data: event.data, ports: [] }));
  port.addEventListener('close', () => events.emit('close'));
  return Object.assign(events, {
    postMessage: (message: unknown) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  }) as unknown as MainPort;
}

const portCarrier =
  (wrap: (port: MessagePort) => MainPort | MessagePort): MakeCarrier =>
  async (server) => {
    const open = (): { port: MessagePort; session: WireSession } => {
      const { port1, port2 } = new MessageChannel();
      return { port: port2, session: server.serve(portTransport(wrap(port1)), testContext) };
    };
    return {
      dial: async () => {
        const { port } = open();
        const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve()));
        const link = new RPCLink({ port, ...wireTypes });
        port.start();
        return { link, closed, close: () => port.close() };
      },
      raw: async () => {
        const { port, session } = open();
        const answered = new Set<string | undefined>();
        port.addEventListener('message', (event) => void answered.add(markIn(event.data)));
        port.start();
        return {
          send: (payload) => port.postMessage(payload),
          session,
          settled: async () => {
            const mark = nextMark();
            port.postMessage(markCall(mark));
            // Its own answer, not one of a payload before: only then has everything before it been looked at.
            await waitUntil(() => answered.has(mark) && session.open === 0);
          },
          close: () => port.close(),
        };
      },
      close: async () => server.close(),
    };
  };

let marks = 0;
const nextMark = (): string => `mark${marks++}`;
const markCall = (id: string): string => JSON.stringify({ i: id, p: { u: '/memory/listTags', b: {} } });
/** Which mark a frame answers, if any. */
const markIn = (frame: unknown): string | undefined => /"i":"(mark\d+)"/.exec(String(frame))?.[1];

const socketCarrier: MakeCarrier = async (server) => {
  const sessions: WireSession[] = [];
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  sockets.on('connection', (socket) => sessions.push(server.serve(socketTransport(socket), testContext)));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/wire`;
  return {
    dial: dialSocket(address),
    raw: async () => {
      const socket = new RawSocket(address);
      await new Promise((resolve) => socket.once('open', resolve));
      await waitUntil(() => sessions.length > 0);
      const session = sessions.at(-1) as WireSession;
      const answered = new Set<string | undefined>();
      socket.on('message', (data) => void answered.add(markIn(data)));
      return {
        // A socket carries text and bytes only; other values go as the bytes of their text.
        send: (payload) =>
          socket.send(typeof payload === 'string' || payload instanceof Uint8Array ? payload : Buffer.from(String(payload))),
        session,
        settled: async () => {
          const mark = nextMark();
          socket.send(markCall(mark));
          // Its own answer, not one of a payload before: only then has everything before it been looked at.
          await waitUntil(() => answered.has(mark) && session.open === 0);
        },
        close: () => socket.terminate(),
      };
    },
    close: async () => {
      server.close();
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => http.close(resolve));
    },
  };
};

export const carriers: Record<string, MakeCarrier> = {
  'in memory': portCarrier((port) => port),
  'Electron message port': portCarrier(asMainPort),
  WebSocket: socketCarrier,
};
