// The headless host's door: the contract and the built pages on 127.0.0.1. The caller builds the host, keeps the secret if
// pages are to come back after a restart, prints the address, and closes in the order: this, then the host.

import type { AccessEvent } from '../host/access-records.ts';
import { readStaticFiles } from '../host/static-files.ts';
import type { CallContext } from '../runtime/api/base.ts';
import type { Clients } from '../runtime/serve/client-session.ts';
import type { WireServer } from '../wires/serve.ts';
import { newSecret } from './door.ts';
import type { HookCall } from './hooks.ts';
import { openHttpWire } from './http-wire.ts';

export { serveLocalSocket } from './local-socket.ts';
export { readPageSecret } from './page-secret.ts';

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

export const DEFAULT_PORT = 4317;

export interface Headless {
  /** What the person opens: it carries the token, which the first load takes out of the address. */
  address: string;
  origin: string;
  port: number;
  token: string;
  close(): Promise<void>;
}

/** Throws `renderer-missing`, `port-taken`, `cannot-listen`. Without a port: 4317, or any free one when that is taken. */
export async function startHeadless(options: {
  host: ServedHost;
  rendererFolder: string;
  port?: number | undefined;
  /** Token and sessions follow from it; one for this start alone when left out. */
  secret?: string | undefined;
}): Promise<Headless> {
  const context = options.host.context('page');
  const wire = await openHttpWire({
    server: options.host.wires,
    context,
    files: readStaticFiles(options.rendererFolder),
    hook: options.host.hook,
    secret: options.secret ?? newSecret(),
    ports: options.port === undefined ? [DEFAULT_PORT, 0] : [options.port],
    log: context.log,
    access: options.host.access,
    clients: options.host.clients,
    version: options.host.version,
  });
  const origin = `http://127.0.0.1:${wire.port}`;
  options.host.setHookOrigin?.(origin);
  return {
    address: `${origin}/?token=${wire.token}`,
    origin,
    port: wire.port,
    token: wire.token,
    close: async () => {
      options.host.setHookOrigin?.(undefined);
      await wire.close();
    },
  };
}
