// Other programs that use Orrery over MCP.

import type { SessionEvent } from '../../../shared/model/client.ts';
import { confirmed } from '../policy/proposals.ts';
import type { Clients } from '../serve/client-session.ts';
import { Channel } from '../util/channel.ts';
import { api } from './base.ts';

const never = new AbortController().signal;

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
    letIn: api.clients.letIn.handler(({ input }) => clients.letIn(input.name)),
    session: api.clients.session.handler(async function* ({ input, signal }) {
      const session = clients.open({ name: input.client, token: input.token, origin: input.origin ?? { process: 0, programs: [] } });
      const id = clients.idOf(session);
      const channel = new Channel<SessionEvent>();
      streams.set(id, channel);
      const stop = session.onEvent((event) => channel.send(event));
      const following = channel.follow(signal === undefined ? session.ended : AbortSignal.any([signal, session.ended]));
      try {
        yield { type: 'open' as const, session: id, client: session.client, proven: session.isProven };
        yield* following;
      } finally {
        stop();
        streams.delete(id);
        await session.close();
      }
    }),
    listTools: api.clients.listTools.handler(({ input }) => clients.find(input.session).tools()),
    callTool: api.clients.callTool.handler(({ input: { session, call, name, args }, signal }) =>
      clients.find(session).call(name, args, {
        call,
        signal: signal ?? never,
        progress: (progress) => streams.get(session)?.send({ type: 'progress', call, ...progress }),
        log: (level, text) => streams.get(session)?.send({ type: 'log', call, level, text }),
      }),
    ),
    cancelCall: api.clients.cancelCall.handler(({ input }) => clients.find(input.session).cancel(input.call)),
    listResources: api.clients.listResources.handler(({ input }) => clients.find(input.session).resources()),
    readResource: api.clients.readResource.handler(({ input, signal }) =>
      clients.find(input.session).readResource(input.uri, signal ?? never),
    ),
    listPrompts: api.clients.listPrompts.handler(({ input }) => clients.find(input.session).prompts()),
    getPrompt: api.clients.getPrompt.handler(({ input, signal }) =>
      clients.find(input.session).prompt(input.name, input.args, signal ?? never),
    ),
    complete: api.clients.complete.handler(({ input }) => clients.find(input.session).complete(input.prompt, input.argument, input.typed)),
  };
}
