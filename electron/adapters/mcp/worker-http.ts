// How a server at an address is first reached, in its worker: Streamable HTTP, and where that is refused as an older server does,
// the form with two addresses (SSE), as the protocol says.

import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type AskedEvents, AskedTransport } from './asked-transport.ts';
import type { McpClient } from './mcp-client.ts';
import type { FoundTool, ServerAbout } from './worker-messages.ts';

export interface HttpConnection {
  connected: { tools: FoundTool[]; tasks: string[]; about: ServerAbout };
  /** Tells the server that the session is over. */
  leave(): Promise<void>;
}

export async function connectOverHttp(options: {
  carrier: { kind: 'http' | 'sse'; url: string };
  startMs: number;
  fetch: typeof globalThis.fetch;
  makeClient(): McpClient;
  events: AskedEvents;
}): Promise<HttpConnection> {
  const { carrier, startMs, fetch, makeClient, events } = options;
  const over = async (kind: 'http' | 'sse'): Promise<HttpConnection> => {
    const transport = new AskedTransport(kind, carrier.url, fetch, events);
    return { connected: await makeClient().connect(transport, startMs), leave: () => transport.leave() };
  };
  if (carrier.kind === 'sse') return over('sse');
  try {
    return await over('http');
  } catch (error) {
    const isOlder = error instanceof StreamableHTTPError && [400, 404, 405].includes(error.code ?? 0);
    if (!isOlder) throw error;
    const reached = await over('sse').catch(() => undefined);
    if (reached === undefined) throw error; // what the newer form said is the better word
    events.note('It speaks the older form of MCP over HTTP (SSE).');
    return reached;
  }
}
