// The headless host's door around a host that is already built: the contract and the built pages on 127.0.0.1. The caller builds the
// host and closes in the order: this, then the host. `orrery serve` opens the door first and builds then (cli/serve.ts).

import { addressOf, type Headless, openFront } from './open-front.ts';
import { type ServedHost, standBehind } from './stand-behind.ts';

export { serveLocalSocket } from './local-socket.ts';
export type { Headless } from './open-front.ts';
export { readPageSecret } from './page-secret.ts';
export type { ServedHost } from './stand-behind.ts';

/** Throws `renderer-missing`, `port-taken`, `cannot-listen`. Without a port: 4317, or any free one when that is taken. */
export async function startHeadless(options: {
  host: ServedHost;
  rendererFolder: string;
  port?: number | undefined;
  /** Token and sessions follow from it; one for this start alone when left out. */
  secret?: string | undefined;
}): Promise<Headless> {
  const front = await openFront(options);
  return { ...addressOf(front), close: standBehind(front, options.host) };
}
