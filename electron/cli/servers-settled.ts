import type { ServerStatus } from '../../shared/model/tool.ts';
import type { HostClient } from '../wires/attach.ts';

/** Servers that are starting get a while to be ready, so that a fresh process lists what is really there. */
export async function settled(client: HostClient): Promise<ServerStatus[]> {
  const until = Date.now() + 15_000;
  for (;;) {
    const servers = await client.tools.listServers();
    if (!servers.some((server) => server.state === 'starting' || server.state === 'restarting') || Date.now() > until) return servers;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
