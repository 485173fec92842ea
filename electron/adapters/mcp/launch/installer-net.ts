// What installers (npm, uv, pip) have to do with the network. While one runs, its only way out is a proxy of ours: the offline switch
// and the address checks hold for it, and each of its connections is a row of the ledger.

import type { Resolver } from '../../net/connect.ts';
import type { ConnectionRow } from '../../net/connection-row.ts';
import type { Unreached } from '../../net/forward-proxy.ts';
import { isThisMachine, plainHost } from '../../net/policy.ts';
import { givenUp } from './given-up.ts';
import { type InstallerProxy, openInstallerProxy } from './installer-proxy.ts';
import { type InstallerAsk, type InstallerSettings, npmSettings, pythonSettings } from './installer-settings.ts';
import { notAsked } from './own-proxy.ts';
import type { PackageTools } from './package-tools.ts';
import type { SearchContext } from './search-context.ts';
import { StartError } from './start-error.ts';

export interface InstallerNet {
  isOffline(): boolean;
  onConnection(row: ConnectionRow): void;
  /** Hosts that a person allowed in the settings; `*` opens nothing here. */
  allowedHosts?(): readonly string[];
  resolve?: Resolver;
  /** Those that are open now. */
  open?: Set<InstallerProxy>;
  /** Aborted when the host closes. */
  ended?: AbortSignal;
  /** Installers that run now, to be waited for then. */
  running?: Set<Promise<unknown>>;
}

export interface Installers extends InstallerNet {
  /** The offline switch was turned: connections of installers that run, to anything but this machine, end. */
  endOutside(): void;
  /** Ends the installers that run, and settles when nothing of them is left. */
  close(): Promise<void>;
}

/** One for a host. */
export function createInstallers(net: Omit<InstallerNet, 'open' | 'ended' | 'running'>): Installers {
  const open = new Set<InstallerProxy>();
  const running = new Set<Promise<unknown>>();
  const ended = new AbortController();
  return {
    ...net,
    open,
    running,
    ended: ended.signal,
    endOutside() {
      for (const each of open) each.endOutside();
    },
    async close() {
      ended.abort();
      // What was broken off is taken away before the host is gone.
      await Promise.allSettled([...running]);
      await Promise.all([...open].map((each) => each.close()));
    },
  };
}

export interface InstallerWork {
  /** It may use what is on this machine alone. */
  isOffline: boolean;
  env: Record<string, string>;
  signal?: AbortSignal;
  /** No registry was reached: what is kept on this machine may do. */
  isUnreached?: () => boolean;
}

export interface InstallerPlace {
  env: Record<string, string>;
  context: SearchContext;
  net: InstallerNet | undefined;
  tools: PackageTools;
  /** Install scripts run. */
  scripts?: boolean;
  server?: string;
  signal?: AbortSignal | undefined;
}

/**
 * Runs an installer with the environment it gets here. Throws StartError `not-cached` when Orrery is offline and what it wants is not on
 * this machine, `unreachable` when it wanted a host that it may not reach, AppError `cancelled` when it was given up, and what the work throws.
 */
export async function withInstaller<T>(ask: InstallerAsk, where: InstallerPlace, work: (given: InstallerWork) => Promise<T>): Promise<T> {
  const running = where.net?.running;
  const all = runInstaller(ask, where, work);
  running?.add(all);
  try {
    return await all;
  } finally {
    running?.delete(all);
  }
}

async function runInstaller<T>(ask: InstallerAsk, where: InstallerPlace, work: (given: InstallerWork) => Promise<T>): Promise<T> {
  const { net, env } = where;
  const signals = [where.signal, net?.ended].filter((each) => each !== undefined);
  const given = signals.length === 0 ? undefined : AbortSignal.any(signals);
  const signal = given === undefined ? {} : { signal: given };
  givenUp(ask, given);
  if (net === undefined) return work({ isOffline: false, env, ...signal });
  const settings = await settingsOf(ask, { ...where, ...signal });
  givenUp(ask, given);
  const { registry } = settings;
  const isHere = isThisMachine(plainHost(registry));
  const isOffline = net.isOffline() && !isHere;
  const tell = (error: string | undefined, purpose = purposeOf(ask)): void => {
    const [method, by] = [ask.kind === 'npm' ? 'npm' : 'pip', byOf(where.server)];
    net.onConnection({ at: Date.now(), host: registry.host, address: '', method, purpose, by, status: undefined, bytes: 0, ms: 0, error });
  };
  if (isOffline && ask.kind === 'python') {
    tell('offline');
    throw offline(ask);
  }
  const other = notAsked(settings);
  if (other !== undefined && !isHere) {
    const done = await work({ isOffline, env, ...signal });
    // The person's proxy speaks what ours does not: then what it carries is not seen, and the row says so.
    if (!isOffline) tell(undefined, `${purposeOf(ask)}, through your proxy ${other}, which Orrery cannot look into`);
    return done;
  }
  const proxy = await openInstallerProxy({
    settings,
    allowed: (net.allowedHosts?.() ?? []).filter((host) => host !== '*'),
    scripts: where.scripts === true,
    purpose: purposeOf(ask),
    by: byOf(where.server),
    isOffline: net.isOffline,
    onConnection: net.onConnection,
    resolve: net.resolve,
  });
  net.open?.add(proxy);
  try {
    const isUnreached = () => proxy.unreached.some(({ code }) => code === 'net-unreachable');
    return await work({ isOffline, env: proxy.environment(env), isUnreached, ...signal });
  } catch (error) {
    givenUp(ask, given);
    if (isOffline) tell('offline');
    if (isOffline || proxy.unreached.some(({ code }) => code === 'offline')) throw offline(ask);
    throw refusal(ask, proxy.unreached, where.server) ?? unreached(ask, proxy.unreached, error) ?? error;
  } finally {
    net.open?.delete(proxy);
    await proxy.close();
  }
}

const purposeOf = ({ spec }: InstallerAsk): string => `fetching the package ${spec}`;
const byOf = (server: string | undefined): NonNullable<ConnectionRow['by']> => ({
  actor: { kind: 'app', name: 'Orrery' },
  ...(server === undefined ? {} : { server }),
});

async function settingsOf(ask: InstallerAsk, { env, context, tools, signal }: InstallerPlace): Promise<InstallerSettings> {
  if (ask.kind === 'npm') return npmSettings(ask, await tools.npm(), env, { home: context.home, signal });
  return pythonSettings(ask, (await tools.python()).uv !== undefined, env, context);
}

/** What the installer says of it is that its registry answers 403; here it is said what it was. */
function refusal({ spec }: InstallerAsk, unreached: readonly Unreached[], server: string | undefined): StartError | undefined {
  const found = unreached.find(({ code }) =>
    ['host-not-allowed', 'address-not-allowed', 'proxy-refused', 'net-certificate'].includes(code),
  );
  if (found === undefined) return undefined;
  const host = found.host.replace(/:(443|80)$/, '');
  switch (found.code) {
    case 'host-not-allowed':
      return new StartError(
        'unreachable',
        `“${spec}” was not installed: its registry gives files out from ${host}, which nobody has allowed.`,
        server === undefined
          ? `If you trust ${host}, add it to the allowed hosts in Settings › Network, then try again.`
          : `If you trust ${host}, allow it on the server’s page, or with: orrery tools hosts --allow ${host} --start ${server}`,
        { wantsHost: host },
      );
    case 'address-not-allowed':
      return new StartError(
        'unreachable',
        `“${spec}” was not installed: ${found.message}`,
        'Check the registry in your npm or pip settings, and what your network says of its name.',
      );
    case 'net-certificate':
      return new StartError(
        'unreachable',
        `“${spec}” was not installed: ${found.message}`,
        'If it is your network’s own proxy, name the file of its certificate in your npm or pip settings (cafile, cert), then start it again.',
      );
    default:
      return new StartError('unreachable', `“${spec}” was not installed: ${found.message}`, 'Check the proxy of your npm or pip settings.');
  }
}

/** From the proxy's answer an installer guesses that it has to sign in. */
function unreached({ spec }: InstallerAsk, all: readonly Unreached[], error: unknown): StartError | undefined {
  const found = all.find(({ code }) => code === 'net-unreachable');
  const isGuess = error instanceof StartError && ['not-authorized', 'unknown'].includes(error.failure.cause);
  if (found === undefined || !isGuess) return undefined;
  return new StartError(
    'not-cached',
    `“${spec}” is not kept on this machine yet, and could not be fetched: ${found.message}`,
    'Connect to the network and start it once; after that it starts offline.',
  );
}

const offline = ({ spec }: InstallerAsk): StartError =>
  new StartError(
    'not-cached',
    `“${spec}” is not kept on this machine yet, and Orrery is offline, so it is not fetched.`,
    'Turn “Offline” off in the status bar or in Settings › Network and start it once; after that it starts offline.',
  );
