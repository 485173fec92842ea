// Tool servers as the person sees and changes them. Storing a server runs nothing but its start.

import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { ProgramFolders, ServerConfig, ServerStatus } from '../../../shared/model/tool.ts';
import { callProposal, confirmed, serverProposal } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import { refuseStale } from '../servers/settings-changed.ts';
import type { Services } from '../services.ts';
import type { ServerReads } from '../tools/server-reads.ts';
import { Channel, watched } from '../util/channel.ts';
import { api } from './base.ts';

type ToolPorts = Pick<Ports, 'store' | 'tools'>;

const stopped = (config: ServerConfig): ServerStatus => ({
  id: config.id,
  title: config.title,
  kind: 'child',
  state: 'stopped',
  config,
  restarts: 0,
  toolCount: 0,
  stderr: [],
});

/** Stores first: a server that does not start is still there to be mended. */
export async function keepServer(ports: ToolPorts, config: ServerConfig): Promise<ServerStatus> {
  ports.store.servers.put(config);
  return startKept(ports, config.id);
}

/** With what is kept by now: while its last process ended it may have been changed again, or removed. */
async function startKept({ store, tools }: ToolPorts, id: ServerId): Promise<ServerStatus> {
  const config = store.servers.list().find((each) => each.id === id);
  if (config === undefined) throw new AppError('server-not-found', 'The tool server was removed meanwhile.', { hint: 'Reload the list.' });
  if (config.enabled) return tools.start(config);
  // Nothing of it runs; those who watch the list are told.
  await tools.remove(config.id);
  return stopped(config);
}

/** Folders that a server would read by itself; none where nothing contains it. */
export const programsOf = async (tools: Pick<Ports['tools'], 'containment'>, config: ServerConfig): Promise<ProgramFolders> =>
  (await tools.containment?.programs?.(config)) ?? { own: [], path: [] };

/** What the host knows, and stored servers that were not started since it began. Their settings are those that are kept. */
export function listServers({ store, tools }: ToolPorts): ServerStatus[] {
  const known = tools.servers();
  const ids = new Set<string>(known.map((server) => server.id));
  const kept = new Map<string, ServerConfig>(store.servers.list().map((config) => [config.id, config]));
  return [
    ...known.map((server) => {
      const config = server.config === undefined ? undefined : kept.get(server.id);
      return config === undefined || config === server.config ? server : { ...server, config };
    }),
    ...[...kept.values()].filter((config) => !ids.has(config.id)).map(stopped),
  ];
}

/** At the start of a host: every stored server that is enabled. Never throws; a failure is that server's status. */
export function startStoredServers({ store, tools }: ToolPorts): void {
  for (const config of store.servers.list()) if (config.enabled) tools.prepare(config);
}

export function toolsApi({ ports, belt, reads }: { ports: ToolPorts; belt: Services['belt']; reads: ServerReads }) {
  const { store, tools } = ports;
  const changes = new Channel<undefined>();
  const progress = new Channel<{ follow: string; at: { done: number; total?: number; note?: string } }>();
  /** The newest of each server; one that is over is stopped without effect. */
  const signingIn = new Map<ServerId, { stop: AbortController; ended: Promise<void> }>();
  tools.onChange(() => changes.send(undefined));

  const stored = (id: ServerId): ServerConfig => {
    const config = store.servers.list().find((each) => each.id === id);
    if (config !== undefined) return config;
    if (tools.servers().some((server) => server.id === id && server.kind === 'built-in'))
      throw new AppError('server-built-in', `The tool server “${id}” is built in.`, {
        hint: 'Leave its tools out of agents that should not use them.',
      });
    throw new AppError('server-not-found', `There is no tool server “${id}”.`, { hint: 'Reload the list.' });
  };
  const statusOf = (id: ServerId): ServerStatus => {
    const status = listServers(ports).find((server) => server.id === id);
    if (status === undefined) throw new AppError('server-not-found', `There is no tool server “${id}”.`, { hint: 'Reload the list.' });
    return status;
  };

  /** A call that nobody follows sends none. */
  const progressTo = (follow: string | undefined) =>
    follow === undefined
      ? {}
      : {
          progress: ({ done = 0, ...more }: { done?: number; total?: number; note?: string }) =>
            progress.send({ follow, at: { done, ...more } }),
        };

  return {
    listServers: api.tools.listServers.handler(() => listServers(ports)),
    watchServers: api.tools.watchServers.handler(({ signal }) => watched(() => listServers(ports), changes.follow(signal), 100)),
    listTools: api.tools.listTools.handler(({ input }) => tools.tools(input.server)),
    addServer: api.tools.addServer.handler(async ({ input, context }) => {
      if (listServers(ports).some((server) => server.id === input.config.id))
        throw new AppError('server-exists', `There is already a tool server “${input.config.id}”.`, {
          hint: 'Choose another name.',
          place: 'config.id',
        });
      // What it may touch stands in the question; one that says nothing of it gets the folders that its arguments name, and no network.
      const isProgram = (input.config.transport ?? 'stdio') === 'stdio';
      const reach = input.config.reach ?? (isProgram ? tools.containment?.suggest(input.config) : undefined);
      const config = reach === undefined ? input.config : { ...input.config, reach };
      await confirmed(context.consent, serverProposal(config, undefined, tools.containment?.available, await programsOf(tools, config)));
      return keepServer(ports, config);
    }),
    updateServer: api.tools.updateServer.handler(async ({ input, context }) => {
      const before = stored(input.config.id);
      refuseStale(input.was, before);
      // A form that does not know of it must not widen it.
      const reach = input.config.reach ?? before.reach;
      const config = reach === undefined ? input.config : { ...input.config, reach };
      await confirmed(context.consent, serverProposal(config, before, tools.containment?.available, await programsOf(tools, config)));
      // What was asked about is the difference to what was kept before the question.
      refuseStale(before, stored(config.id));
      store.servers.put(config);
      await tools.remove(config.id);
      return startKept(ports, config.id);
    }),
    removeServer: api.tools.removeServer.handler(async ({ input }) => {
      stored(input.id);
      store.servers.remove(input.id);
      await tools.remove(input.id);
      changes.send(undefined);
    }),
    startServer: api.tools.startServer.handler(async ({ input }) => tools.start(stored(input.id))),
    stopServer: api.tools.stopServer.handler(async ({ input }) => {
      stored(input.id);
      if (tools.servers().some((server) => server.id === input.id)) await tools.stop(input.id);
      return statusOf(input.id);
    }),
    call: api.tools.call.handler(async ({ input, signal, context }) => {
      await confirmed(context.consent, callProposal(input.server, input.tool, input.args));
      return belt.call({
        actor: { kind: 'person' },
        server: input.server,
        tool: input.tool,
        args: input.args,
        run: undefined,
        step: 'person',
        source: { kind: 'person' },
        // The person asks by calling: nothing waits for an answer, so there is nothing to journal.
        context: { signal: orNever(signal), waiting: async () => undefined, answered: async () => undefined, ...progressTo(input.follow) },
      });
    }),
    watchCall: api.tools.watchCall.handler(({ input, signal }) => progressOf(progress.follow(signal), input.follow)),
    listResources: api.tools.listResources.handler(({ input, signal }) => tools.resources(input.server, orNever(signal))),
    readResource: api.tools.readResource.handler(({ input, signal }) => reads.resource(input.server, input.uri, orNever(signal))),
    watchResource: api.tools.watchResource.handler(({ input, signal }) =>
      watchResource({ tools, reads }, input.server, input.uri, orNever(signal)),
    ),
    listPrompts: api.tools.listPrompts.handler(({ input, signal }) => tools.prompts(input.server, orNever(signal))),
    getPrompt: api.tools.getPrompt.handler(({ input, signal }) => reads.prompt(input.server, input.name, input.args, orNever(signal))),
    complete: api.tools.complete.handler(({ input, signal }) => tools.complete(input.server, input.request, orNever(signal))),
    watchLogs: api.tools.watchLogs.handler(({ input, signal }) => watched(() => tools.logs(input.server), changes.follow(signal), 200)),
    setLogLevel: api.tools.setLogLevel.handler(({ input }) => tools.setLogLevel(input.server, input.level)),
    acceptChanges: api.tools.acceptChanges.handler(({ input }) => {
      stored(input.id);
      tools.acceptChanges(input.id);
    }),
    releaseServer: api.tools.releaseServer.handler(({ input }) => {
      const config = stored(input.id);
      tools.release(input.id);
      return config.enabled ? tools.start(config) : statusOf(input.id);
    }),
    signIn: api.tools.signIn.handler(async ({ input }) => {
      const config = stored(input.id);
      if (!tools.servers().some((server) => server.id === input.id)) await tools.start(config);
      // It goes on when the page that asked has left; its own time ends it.
      const stop = new AbortController();
      const { url, done } = await tools.signIn(input.id, stop.signal);
      const ended = done.then(
        () => undefined,
        () => undefined, // said in the server's status and log
      );
      signingIn.set(input.id, { stop, ended });
      return { url };
    }),
    stopSignIn: api.tools.stopSignIn.handler(async ({ input }) => {
      stored(input.id);
      const { stop, ended } = signingIn.get(input.id) ?? {};
      stop?.abort();
      await ended;
      return statusOf(input.id);
    }),
    signOut: api.tools.signOut.handler(async ({ input }) => {
      await tools.signOut(stored(input.id));
      return statusOf(input.id);
    }),
  };
}

const orNever = (signal: AbortSignal | undefined): AbortSignal => signal ?? new AbortController().signal;

async function* progressOf<T>(all: AsyncIterable<{ follow: string; at: T }>, follow: string): AsyncGenerator<T> {
  for await (const each of all) if (each.follow === follow) yield each.at;
}

interface Reading {
  tools: Ports['tools'];
  reads: ServerReads;
}

async function* watchResource({ tools, reads }: Reading, server: ServerId, uri: string, signal: AbortSignal) {
  const changes = new Channel<true>();
  const leave = tools.onResource((from, changed) => {
    // A server may tell of a part of what is followed.
    if (from === server && changed.startsWith(uri)) changes.send(true);
  });
  let letGo: (() => Promise<void>) | undefined;
  try {
    const updates = changes.follow(signal);
    letGo = await tools.subscribe(server, uri, signal);
    // One entry for all that a server may tell of: it must not fill the log.
    let isFirst = true;
    const read = () => {
      const now = isFirst ? reads.resource : reads.again;
      isFirst = false;
      return now(server, uri, signal);
    };
    yield* watched(read, updates, 100);
  } finally {
    leave();
    await letGo?.();
  }
}
