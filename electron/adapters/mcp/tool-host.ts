// The ToolHost port: built-in servers and child-process servers behind one face. Knows nothing of policy; the runtime decides
// before it calls.

import { AppError } from '../../../shared/errors.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import type { Log, ToolHost, Vault } from '../../runtime/ports.ts';
import type { ServerDefinition, ServerPorts } from '../../tool-servers/define-server.ts';
import { BuiltInServer } from './built-in.ts';
import { ChildServer } from './child-server.ts';
import { defaultTimes, type ToolHostTimes } from './limits.ts';
import { createProcessGuard } from './process-guard.ts';
import { defaultRestartPolicy, type RestartPolicy } from './supervise.ts';

export interface ToolHostOptions {
  definitions: readonly ServerDefinition[];
  /** The ports that built-in servers may be given; each gets those it names in `needs`. */
  ports: ServerPorts;
  vault: Pick<Vault, 'reveal' | 'redact'>;
  log: Log;
  /** Absolute; servers without a folder of their own run in `servers/<id>` below it. */
  dataFolder: string;
  version: string;
  now?: () => number;
  times?: Partial<ToolHostTimes>;
  restarts?: Partial<RestartPolicy>;
}

/** Must be made on the main thread: the kernel's death signal on Linux follows the thread that starts a child. */
export function createToolHost(options: ToolHostOptions): ToolHost {
  const { log, vault, dataFolder, version } = options;
  const now = options.now ?? Date.now;
  const listeners = new Set<() => void>();
  let announced = false;
  // Output of a server can come in thousands of pieces: listeners hear of it once per turn of the loop.
  const changed = () => {
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
  const childOptions = {
    vault,
    dataFolder,
    version,
    log,
    guard,
    now,
    changed,
    times: { ...defaultTimes, ...options.times },
    restarts: { ...defaultRestartPolicy, ...options.restarts },
  };
  let closed = false;

  const find = (id: string): BuiltInServer | ChildServer => {
    const server = builtIn.get(id) ?? children.get(id);
    if (server === undefined)
      throw new AppError('server-not-found', `There is no tool server “${id}”.`, {
        hint: 'Add it on the Tools page, or choose another tool.',
      });
    return server;
  };

  return {
    servers: () => [...builtIn.values(), ...children.values()].map((server) => server.status()),
    tools: (id) =>
      (id === undefined ? [...builtIn.values(), ...children.values()] : [builtIn.get(id) ?? children.get(id)]).flatMap(
        (each) => each?.tools ?? [],
      ),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start(config: ServerConfig) {
      if (closed) throw new AppError('server-not-running', 'The app is closing.', { hint: 'Start it again first.' });
      const own = builtIn.get(config.id);
      if (own !== undefined)
        throw new AppError('server-exists', `“${config.id}” is the name of a built-in tool server.`, { hint: 'Choose another name.' });
      let server = children.get(config.id);
      if (server === undefined) {
        server = new ChildServer(config, childOptions);
        children.set(config.id, server);
      } else if (JSON.stringify(server.config) !== JSON.stringify(config)) {
        await server.stop();
        server.config = config;
      }
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
    async call(id, tool, args, call) {
      return find(id).call(tool, args, call);
    },
    async close() {
      closed = true;
      await Promise.all([...children.values()].map((server) => server.stop()));
      await Promise.all([...builtIn.values()].map((server) => server.close()));
      guard.close();
    },
  };
}
