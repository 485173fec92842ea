// What installers (npm, uv, pip) have to do with the network: they make their own connections, with the person's own settings for it,
// so the guarded client does not see them. Here the offline switch is asked before one runs, and each run is a row of the ledger.

import { kindOf } from '../../net/address.ts';
import type { ConnectionRow } from '../../net/connection-row.ts';
import type { PackageAsk } from './package-ask.ts';
import { npmRegistryOf } from './registry.ts';
import type { SearchContext } from './search-context.ts';
import { StartError } from './start-error.ts';

export interface InstallerNet {
  isOffline(): boolean;
  onConnection(row: ConnectionRow & { server?: string }): void;
}

type Asked = Pick<PackageAsk, 'kind' | 'spec' | 'name' | 'index'>;

/** Where the installer asks, as `host` or `host:port`, and whether that is this machine. */
function registryOf({ kind, index, name }: Asked, env: Record<string, string>, home: string): { host: string; isHere: boolean } {
  const scoped = kind === 'npm' && name.startsWith('@') ? env[`npm_config_${name.split('/')[0]}:registry`] : undefined;
  const address =
    kind === 'npm' ? (scoped ?? npmRegistryOf({ env, home })) : (index ?? env.UV_DEFAULT_INDEX ?? env.UV_INDEX_URL ?? env.PIP_INDEX_URL);
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : new URL('https://pypi.org/simple');
  const name_ = url.hostname.replace(/^\[|\]$/g, '');
  return { host: url.host, isHere: name_ === 'localhost' || kindOf(name_) === 'loopback' };
}

/**
 * Runs an installer, told to keep off the network where Orrery is offline and the registry is elsewhere. Throws StartError
 * `not-cached` when what it wants is not on this machine then, and what the work throws.
 */
export async function withInstaller<T>(
  ask: Asked,
  where: { env: Record<string, string>; context: Pick<SearchContext, 'home'>; net: InstallerNet | undefined; server?: string },
  work: (isOffline: boolean) => Promise<T>,
): Promise<T> {
  const { net } = where;
  if (net === undefined) return work(false);
  const { host, isHere } = registryOf(ask, where.env, where.context.home);
  const isOffline = net.isOffline() && !isHere;
  const [at, started] = [Date.now(), performance.now()];
  const tell = (error?: string): void =>
    net.onConnection({
      at,
      host,
      address: '',
      method: ask.kind === 'npm' ? 'npm' : 'pip',
      purpose: `fetching the package ${ask.spec}`,
      ...(where.server === undefined ? {} : { by: { actor: { kind: 'app', name: 'Orrery' }, server: where.server } }),
      status: undefined,
      bytes: 0,
      ms: Math.round(performance.now() - started),
      error,
    });
  try {
    if (isOffline && ask.kind === 'python') throw offline(ask);
    const done = await work(isOffline);
    // From npm's own cache: nothing was asked.
    if (!isOffline) tell();
    return done;
  } catch (error) {
    tell(isOffline ? 'offline' : error instanceof StartError ? `installer-${error.failure.cause}` : 'installer-failed');
    throw isOffline ? offline(ask) : error;
  }
}

const offline = ({ spec }: Asked): StartError =>
  new StartError(
    'not-cached',
    `“${spec}” is not kept on this machine yet, and Orrery is offline, so it is not fetched.`,
    'Turn “Offline” off in the status bar or in Settings › Network and start it once; after that it starts offline.',
  );
