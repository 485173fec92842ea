// Puts a built host behind the front door.

import type { AccessEvent } from '../host/access-records.ts';
import type { CallContext } from '../runtime/api/base.ts';
import type { Clients } from '../runtime/serve/client-session.ts';
import type { WireServer } from '../wires/serve.ts';
import type { FrontDoor } from './front-door.ts';
import type { HookCall } from './hooks.ts';
import { makeHttpWire } from './http-wire.ts';
import { originOf } from './open-front.ts';

/** The part of a built host that its carriers need. */
export interface ServedHost {
  wires: WireServer;
  context(client: CallContext['client']): CallContext;
  /** Called by webhooks; without it there are none. */
  hook?: HookCall;
  /** Programs that come with a token of their own; without it there is no `/mcp`. */
  clients?: Clients;
  version?: string;
  /** Told who came in or was turned away. */
  access?(event: AccessEvent): void;
  /** Told where hooks listen, and when they no longer do. */
  setHookOrigin?(origin: string | undefined): void;
}

/** What waited at the door is answered now. Gives what closes the door again; the host is closed by its owner afterwards. */
export function standBehind(front: FrontDoor, host: ServedHost): () => Promise<void> {
  const context = host.context('page');
  host.setHookOrigin?.(originOf(front));
  front.attach(
    makeHttpWire({
      server: host.wires,
      context,
      door: front.door,
      hook: host.hook,
      log: context.log,
      access: host.access,
      clients: host.clients,
      version: host.version,
    }),
  );
  return async () => {
    host.setHookOrigin?.(undefined);
    await front.close();
  };
}
