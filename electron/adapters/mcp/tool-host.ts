// The ToolHost port: built-in servers and child-process servers behind one face. Knows nothing of policy; the runtime decides
// before it calls.

import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { ServerConfig, ServerStatus } from '../../../shared/model/tool.ts';
import type { Log, ServerRequests, ToolHost, Vault } from '../../runtime/ports.ts';
import type { ServerDefinition, ServerPorts } from '../../tool-servers/define-server.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type DefinitionStore, forgetfulDefinitions } from './accepted-tools.ts';
import { BuiltInServer } from './built-in.ts';
import { ChildServer } from './child-server.ts';
import { programsBefore, suggestReach } from './contain.ts';
import { looksOf } from './definitions.ts';
import type { InstallerNet } from './launch/installer-net.ts';
import { defaultTimes, type ToolHostTimes } from './limits.ts';
import { createProcessGuard } from './process-guard.ts';
import { createServerMemory } from './server-memory.ts';
import { StartTurns } from './start-turns.ts';
import { defaultRestartPolicy, type RestartPolicy } from './supervise.ts';
import type { SignInVault } from './token-store.ts';
import { defaultWatchLimits, type WatchLimits } from './watchdog.ts';

export interface ToolHostOptions {
  definitions: readonly ServerDefinition[];
  /** The ports that built-in servers may be given; each gets those it names in `needs`. */
  ports: ServerPorts;
  vault: Pick<Vault, 'redact'> & SignInVault;
  log: Log;
  /** Absolute; servers without a folder of their own run in `servers/<id>` below it. */
  dataFolder: string;
  version: string;
  now?: () => number;
  times?: Partial<ToolHostTimes>;
  restarts?: Partial<RestartPolicy>;
  watch?: Partial<WatchLimits>;
  /** Contains servers that others wrote. Without it they run with the person's own rights, and say so. */
  sandbox?: Sandbox;
  /** The version of Node that could be fetched for servers and is not. */
  offeredNode?: () => string | undefined;
  /** The offline switch and the ledger, for installers. */
  installers?: InstallerNet;
  /** What a person accepted of their tools, and which are set aside; without it that is forgotten when the app ends. */
  kept?: DefinitionStore;
}

/** What is counted of a server is shown this old at most, in milliseconds. */
const statusesMs = 500;

/** Must be made on the main thread: the kernel's death signal on Linux follows the thread that starts a child. */
export function createToolHost(options: ToolHostOptions): ToolHost {
  const { log, vault, dataFolder, version } = options;
  const now = options.now ?? Date.now;
  const listeners = new Set<() => void>();
  let announced = false;
  // Asked for several times in each call of a tool: made again when something changed, and from time to time for what is counted.
  let statuses: ServerStatus[] | undefined;
  let isAgeing = false;
  // Output of a server can come in thousands of pieces: listeners hear of it once per turn of the loop.
  const changed = () => {
    statuses = undefined;
    if (announced) return;
    announced = true;
    setImmediate(() => {
      announced = false;
      for (const listener of listeners) listener();
    });
  };
  const guard = createProcessGuard(log);
  const builtIn = new Map(
    options.definitions.map((each) => [each.id, new BuiltInServer(each, options.ports, { version, log, now, changed })]),
  );
  const children = new Map<string, ChildServer>();
  let requests: ServerRequests | undefined;
  const resourceListeners = new Set<(server: ServerId, uri: string) => void>();
  const memory = createServerMemory(dataFolder);
  const childOptions = {
    vault,
    net: options.ports.net,
    dataFolder,
    version,
    log,
    guard,
    now,
    changed,
    times: { ...defaultTimes, ...options.times },
    restarts: { ...defaultRestartPolicy, ...options.restarts },
    watch: { ...defaultWatchLimits, ...options.watch },
    sandbox: options.sandbox,
    offeredNode: options.offeredNode,
    installers: options.installers,
    definitions: options.kept ?? forgetfulDefinitions(),
    builtInNames: new Set(options.definitions.flatMap((each) => each.tools.map((tool) => looksOf(`${each.id}.${tool.name}`)))),
    memory,
    requests: () => requests,
  };
  const make = (config: ServerConfig): ChildServer =>
    new ChildServer(config, {
      ...childOptions,
      onResource: (uri) => {
        for (const listener of resourceListeners) listener(config.id, uri);
      },
    });
  const add = (config: ServerConfig): ChildServer => {
    const server = make(config);
    children.set(config.id, server);
    return server;
  };
  let closed = false;
  const turns = new StartTurns();
  const mustBeOpen = (): void => {
    if (closed) throw new AppError('server-not-running', 'The app is closing.', { hint: 'Start it again first.' });
  };
  /** Stopped for them where they need a new start. What was removed meanwhile must not run unseen. */
  async function giveSettings(server: ChildServer, config: ServerConfig): Promise<void> {
    const mustBeKept = (): void => {
      mustBeOpen();
      if (children.get(config.id) === server) return;
      throw new AppError('server-not-found', `The tool server “${config.title}” was removed meanwhile.`, { hint: 'Reload the list.' });
    };
    // Somebody else may have had it started anew by then.
    while (!isSameToIt(server.config, config)) {
      await server.stop();
      mustBeKept();
      if (server.state === 'stopped') server.config = config;
    }
    await server.takeOver(config);
    mustBeKept();
  }

  const find = (id: string): BuiltInServer | ChildServer => {
    const server = builtIn.get(id) ?? children.get(id);
    if (server === undefined)
      throw new AppError('server-not-found', `There is no tool server “${id}”.`, {
        hint: 'Add it on the Tools page, or choose another tool.',
      });
    return server;
  };

  /** Built-in servers offer tools alone. */
  const findChild = (id: string, what: string): ChildServer => {
    const server = find(id);
    if (server instanceof ChildServer) return server;
    throw new AppError('not-offered', `“${server.definition.title}” is built in and does not offer ${what}.`, {
      hint: 'Its page says what it offers.',
    });
  };

  return {
    containment: {
      get available() {
        return options.sandbox?.available ?? noSandbox;
      },
      suggest: suggestReach,
      programs: (config) => programsBefore(config, { sandbox: options.sandbox, dataFolder }),
    },
    servers() {
      if (statuses === undefined) {
        statuses = [...builtIn.values(), ...children.values()].map((server) => server.status());
        // Their figures change all the time; a call asks for them several times, and a clock too would be asked as often.
        if (!isAgeing)
          setTimeout(() => {
            isAgeing = false;
            statuses = undefined;
          }, statusesMs).unref();
        isAgeing = true;
      }
      return statuses;
    },
    tools(id) {
      if (id !== undefined) return (builtIn.get(id) ?? children.get(id))?.tools ?? [];
      return [...builtIn.values(), ...children.values()].flatMap((each) => each.tools);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    prepare(config) {
      if (closed || builtIn.has(config.id) || children.has(config.id)) return;
      const server = add(config);
      const tools = memory.tools(config);
      if (tools !== undefined) server.sleep(tools);
      else void server.start(turns.next());
    },
    async start(config: ServerConfig) {
      mustBeOpen();
      const own = builtIn.get(config.id);
      if (own !== undefined)
        throw new AppError('server-exists', `“${config.id}” is the name of a built-in tool server.`, { hint: 'Choose another name.' });
      let server = children.get(config.id);
      if (server === undefined) server = add(config);
      else await giveSettings(server, config);
      await server.start();
      return server.status();
    },
    async stop(id) {
      const server = find(id);
      if (server instanceof BuiltInServer)
        throw new AppError('server-built-in', `“${server.definition.title}” is built in and always runs.`, {
          hint: 'Leave its tools out of agents that should not use them.',
        });
      await server.stop();
    },
    async remove(id) {
      const server = children.get(id);
      children.delete(id);
      await server?.stop();
      changed();
    },
    call(id, tool, args, call) {
      try {
        return find(id).call(tool, args, call);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    resources: async (id, signal) => (builtIn.has(id) ? [] : findChild(id, 'resources').resources(signal)),
    readResource: (id, uri, signal) => findChild(id, 'resources').ask({ about: 'read', uri }, signal),
    subscribe: (id, uri, signal) => findChild(id, 'resources').subscribe(uri, signal),
    onResource(listener) {
      resourceListeners.add(listener);
      return () => resourceListeners.delete(listener);
    },
    async prompts(id, signal) {
      if (builtIn.has(id)) return [];
      const found = await findChild(id, 'prompts').ask({ about: 'prompts' }, signal);
      return found.map((each) => ({ ...each, server: id }));
    },
    getPrompt: (id, name, args, signal) => findChild(id, 'prompts').ask({ about: 'prompt', name, args }, signal),
    complete: (id, request, signal) => findChild(id, 'completion').ask({ about: 'complete', request }, signal),
    logs(id) {
      const server = find(id);
      return server instanceof ChildServer ? server.logs() : [];
    },
    setLogLevel: (id, level) => findChild(id, 'to set the level of its log').setLogLevel(level),
    acceptChanges: (id) => findChild(id, 'changed tools').acceptChanges(),
    release: (id) => findChild(id, 'to be released').release(),
    async signIn(id, signal) {
      const server = findChild(id, 'a sign-in');
      if (server.signIn === undefined)
        throw new AppError('not-offered', `“${server.config.title}” is a program on this machine; nobody signs in at it.`, {
          hint: 'Give it its keys in its environment.',
        });
      const { url, done } = await server.signIn.begin(signal);
      const started = done.then(async () => {
        if (!closed && server.state !== 'ready') await server.start();
      });
      // Whoever asked may have left; the status says how it went.
      started.catch((error: unknown) => log.warn('A sign-in at a tool server ended', { server: id, error: String(error) }));
      return { url, done: started };
    },
    async signOut(config) {
      const server = children.get(config.id) ?? make(config);
      await server.stop();
      await server.signIn?.signOut();
    },
    serve(given) {
      requests = given;
    },
    async close() {
      closed = true;
      turns.close();
      await Promise.all([...children.values()].map((server) => server.stop()));
      await Promise.all([...builtIn.values()].map((server) => server.close()));
      guard.close();
    },
  };
}

const noSandbox = { ok: false, words: 'This host has no sandbox: it runs with your own rights, and can read and change whatever you can.' };

const withoutTold = ({ reach, ...config }: ServerConfig): string =>
  JSON.stringify({ ...config, reach: { ...reach, roots: [], samplingTokens: 0 } });

/** Roots are told over the protocol, tokens are counted on our side; everything else needs a new start. */
const isSameToIt = (a: ServerConfig, b: ServerConfig): boolean => withoutTold(a) === withoutTold(b);
