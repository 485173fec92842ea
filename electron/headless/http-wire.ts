// What stands behind the front door: the contract on the WebSocket `/wire`, webhooks, and programs at `/mcp`. Who comes here was let
// in by the door already; webhooks and programs have keys of their own, which are checked here.

import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { AccessEvent } from '../host/access-records.ts';
import type { CallContext } from '../runtime/api/base.ts';
import type { Log } from '../runtime/ports.ts';
import type { Clients } from '../runtime/serve/client-session.ts';
import { MAX_MESSAGE } from '../wires/guard.ts';
import type { WireServer } from '../wires/serve.ts';
import { socketTransport } from '../wires/socket-wire.ts';
import { type Door, WIRE_PROTOCOL } from './door.ts';
import type { BehindTheDoor } from './front-door.ts';
import { type HookCall, Hooks } from './hooks.ts';
import { McpDoor } from './mcp-door.ts';

const PING_MS = 30_000;

export function makeHttpWire(options: {
  server: WireServer;
  context: CallContext;
  door: Door;
  /** What webhooks call; without it there are none. */
  hook?: HookCall | undefined;
  log: Log;
  /** Told who came in or was turned away. */
  access?: ((event: AccessEvent) => void) | undefined;
  /** Programs that come with a token of their own; without it there is no `/mcp`. */
  clients?: Clients | undefined;
  version?: string | undefined;
}): BehindTheDoor {
  const { door, log, clients } = options;
  const hooks = options.hook === undefined ? undefined : new Hooks(options.hook, door, log);
  const mcp = clients === undefined ? undefined : new McpDoor({ clients, door, log, version: options.version ?? '0.0.0' });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    clientTracking: true,
    // Never the key that is offered beside it.
    handleProtocols: (offered) => (offered.has(WIRE_PROTOCOL) ? WIRE_PROTOCOL : false),
  });
  // Keeps half-dead connections from holding streams open.
  const pings = setInterval(() => {
    for (const socket of sockets.clients) socket.ping();
  }, PING_MS);
  pings.unref();
  return {
    log,
    access: options.access,
    async answer(request, response) {
      const by = Hooks.isHook(request.url) ? hooks : McpDoor.isMcp(request.url) ? mcp : undefined;
      await by?.answer(request, response);
      return by !== undefined;
    },
    upgrade(request, stream: Duplex, head, pass) {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        options.access?.({
          by: 'page',
          outcome: 'allowed',
          what: 'GET /wire',
          reason: `Let in by its ${pass.by === 'session' ? 'session and key' : 'token'}.`,
        });
        options.server.serve(socketTransport(socket), options.context);
      });
    },
    async close() {
      clearInterval(pings);
      await mcp?.close();
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}
