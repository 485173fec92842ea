// The one way out of an installer (npm, uv, pip) while it runs: a proxy at a free port of this machine, for who knows its word, to
// the registries of the person's own settings. Each connection has a row of its own in the ledger.

import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { ConnectionBy } from '../../../runtime/ports.ts';
import type { Resolver } from '../../net/connect.ts';
import type { ConnectionRow } from '../../net/connection-row.ts';
import { createForwardProxy, type Unreached } from '../../net/forward-proxy.ts';
import type { InstallerSettings } from './installer-settings.ts';
import { ownProxy } from './own-proxy.ts';

export interface InstallerProxyOptions {
  settings: InstallerSettings;
  /** Further hosts that a person allowed, without `*`. */
  allowed: readonly string[];
  /** Install scripts run, which fetch from where they like: every public host, then. */
  scripts: boolean;
  purpose: string;
  by: ConnectionBy | undefined;
  isOffline(): boolean;
  onConnection(row: ConnectionRow): void;
  resolve?: Resolver | undefined;
}

export interface InstallerProxy {
  port: number;
  /** What was not allowed, or not reached, in order. */
  unreached: readonly Unreached[];
  /** The installer's environment with this as its only proxy. */
  environment(env: Record<string, string>): Record<string, string>;
  endOutside(): void;
  close(): Promise<void>;
}

/** Throws what the system says when it cannot listen. */
export async function openInstallerProxy(options: InstallerProxyOptions): Promise<InstallerProxy> {
  const { settings, isOffline } = options;
  const token = randomBytes(24).toString('base64url');
  const unreached: Unreached[] = [];
  const proxy = createForwardProxy({
    permission: {
      hosts: [...settings.hosts, ...options.allowed, ...(options.scripts ? ['*'] : [])],
      local: false,
      // A host that a person allowed by its full name is theirs as much as one of those settings.
      ownNetwork: [...settings.hosts, ...options.allowed],
      get offline() {
        return isOffline();
      },
    },
    purpose: options.purpose,
    by: options.by,
    onConnection: options.onConnection,
    onRefused: (refused) => unreached.push(refused),
    resolve: options.resolve,
    token,
    upstream: (target) => ownProxy(target, settings),
  });
  await new Promise<void>((resolve, reject) => {
    proxy.server.once('error', reject);
    proxy.server.listen(0, '127.0.0.1', () => {
      proxy.server.off('error', reject);
      resolve();
    });
  });
  const { port } = proxy.server.address() as AddressInfo;
  return {
    port,
    unreached,
    environment: (env) => withProxy(env, `http://orrery:${token}@127.0.0.1:${port}`),
    endOutside: proxy.endOutside,
    async close() {
      const told = proxy.end();
      await Promise.all([told, new Promise<void>((resolve) => proxy.server.close(() => resolve()))]);
    },
  };
}

const ofProxies = /^(?:npm_config_)?(?:https?[_-]?proxy|proxy|no_?proxy|all_proxy)$|^pip_proxy$/i;

/** No installer is left one of its own: names of theirs in any spelling go, and no host is excepted. */
function withProxy(env: Record<string, string>, url: string): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !ofProxies.test(name))),
    ...{ HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url, http_proxy: url, https_proxy: url, all_proxy: url },
    ...{ NO_PROXY: '', no_proxy: '' },
    // Before what its files say. An empty variable npm takes for none, so the exception that it gets is a host that there is not.
    ...{ npm_config_https_proxy: url, npm_config_proxy: url, npm_config_noproxy: 'none.invalid' },
    PIP_PROXY: url,
  };
}
