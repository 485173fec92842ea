// Other programs that use Orrery over MCP.

import type { SessionEvent } from '../../../shared/model/client.ts';
import { confirmed } from '../policy/proposals.ts';
import type { Clients } from '../serve/client-session.ts';
import { Channel } from '../util/channel.ts';
import { api } from './base.ts';

export function clientsApi({ clients, address }: { clients: Clients; address: () => string | undefined }) {
  /** Where a session's own events go, by its id; filled while its stream is read. */
  const streams = new Map<string, Channel<SessionEvent>>();
  return {
    list: api.clients.list.handler(() => clients.list()),
    add: api.clients.add.handler(async ({ input, context }) => {
      await confirmed(context.consent, {
        title: `Let the program “${input.name}” use Orrery?`,
        lines: ['It gets a token. What it may do are its grants; everything else asks you.'],
        button: 'Let in',
        lasts: false,
      });
      const added = clients.add(input.name);
      const at = address();
      return { ...added, ...(at === undefined ? {} : { address: `${at}/mcp` }) };
    }),
    revoke: api.clients.revoke.handler(({ input }) => clients.revoke(input.name)),
    session: api.clients.session.handler(async function* ({ input, signal }) {
      const session = clients.open(input.client);
      const id = clients.idOf(session);
      const channel = new Channel<SessionEvent>();
      streams.set(id, channel);
      const stop = session.onEvent((event) => channel.send(event));
      const following = channel.follow(signal === undefined ? session.ended : AbortSignal.any([signal, session.ended]));
      try {
        yield { type: 'open' as const, session: id };
        yield* following;
      } finally {
        stop();
        streams.delete(id);
        await session.close();
      }
    }),
    listTools: api.clients.listTools.handler(({ input }) => clients.find(input.session).tools()),
    callTool: api.clients.callTool.handler(({ input, signal }) =>
      clients.find(input.session).call(input.name, input.args, {
        signal: signal ?? new AbortController().signal,
        progress: (progress) => streams.get(input.session)?.send({ type: 'progress', call: input.call, ...progress }),
      }),
    ),
    listResources: api.clients.listResources.handler(({ input }) => clients.find(input.session).resources()),
    readResource: api.clients.readResource.handler(({ input, signal }) =>
      clients.find(input.session).readResource(input.uri, signal ?? new AbortController().signal),
    ),
  };
}
