// Both ends in one process: what the command line uses when it is the host itself, and tests.

import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { wireTypes } from '../../shared/model/kept-rows.ts';
import type { CallContext } from '../runtime/api/base.ts';
import { portTransport } from './port-wire.ts';
import type { WireServer, WireSession } from './serve.ts';

export interface MemoryWire {
  link: ClientLink<ClientContext>;
  session: WireSession;
  /** Must be called: an open port keeps the process alive. */
  close(): void;
}

export function connectInMemory(server: WireServer, context: CallContext): MemoryWire {
  const { port1, port2 } = new MessageChannel();
  const session = server.serve(portTransport(port1), context);
  const link = new RPCLink<ClientContext>({ port: port2, ...wireTypes });
  port2.start();
  return {
    link,
    session,
    close: () => {
      port2.close();
      session.close();
    },
  };
}
