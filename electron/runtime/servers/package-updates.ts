// Whether a newer version of the package that a server starts from is there, and the way to it: a person's word each time, the same
// server afterwards, and its tools held against what was accepted as after every start.

import { AppError } from '../../../shared/errors.ts';
import type { PackageUpdate } from '../../../shared/model/server-import.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { type Consent, confirmed, packageProposal, serverProposal } from '../policy/proposals.ts';
import type { KeptPackages, Ports } from '../ports.ts';

export interface PackageUpdates {
  /** Throws `package-not-found`, `offline`, and what is wrong with the registry in words. */
  check(config: ServerConfig, signal: AbortSignal): Promise<PackageUpdate>;
  /** Throws the same, and `package-newest`, `not-confirmed`. What was there stays when it fails. */
  update(config: ServerConfig, consent: Consent | undefined, signal: AbortSignal): Promise<{ before: string; after: string }>;
}

export function createPackageUpdates({
  packages,
  store,
  tools,
}: { packages: KeptPackages } & Pick<Ports, 'store' | 'tools'>): PackageUpdates {
  const kept = (config: ServerConfig) => {
    const found = packages.of(config);
    if (found !== undefined) return found;
    throw new AppError('package-not-found', `No package is kept for “${config.title}”.`, { hint: 'Start it once; that installs it.' });
  };
  /** A server that was asked to run runs again; one that was stopped stays so. */
  const again = async (config: ServerConfig, wasStopped: boolean): Promise<void> => {
    await tools.remove(config.id);
    if (config.enabled && !wasStopped) await tools.start(config);
  };

  return {
    async check(config, signal) {
      const { name, kind, version: before } = kept(config);
      const newest = await packages.newest(config, signal);
      // What an earlier version left that was changed while its server was stopped.
      packages.sweep(config, store.servers.list());
      const isNewer = newest !== undefined && newest !== before;
      return { name, kind, before, canTell: newest !== undefined, ...(isNewer ? { after: newest } : {}) };
    },
    async update(config, consent, signal) {
      const { name, version: before } = kept(config);
      const newest = await packages.newest(config, signal);
      if (newest === before)
        throw new AppError('package-newest', `${name} ${before} is the newest there is.`, { hint: 'Nothing is to be done.' });
      const wasStopped = tools.servers().find((each) => each.id === config.id)?.state === 'stopped';
      const named = newest === undefined ? undefined : packages.named(config, newest);
      await confirmed(consent, packageProposal(config, name, before, newest));
      if (named !== undefined && newest !== undefined) {
        // Its own command names the version, so that is what changes; the newer one is fetched as it starts.
        await confirmed(consent, serverProposal(named, config, tools.containment?.available, await tools.containment?.programs?.(named)));
        store.servers.put(named);
        await again(named, wasStopped);
        packages.sweep(named, store.servers.list());
        return { before, after: newest };
      }
      // The one that was shown: another may be the newest by now.
      const after = await packages.update(config, signal, newest);
      await again(config, wasStopped);
      return { before, after };
    },
  };
}
