// The kept packages as the runtime asks for them: which one a server starts from, whether npm has a newer one, and the way to it.

import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { KeptPackages } from '../../../runtime/ports.ts';
import { type InstallerNet, withInstaller } from './installer-net.ts';
import { installerEnvironment } from './launch-environment.ts';
import { packageTools, updateKeptPackage } from './launch-package.ts';
import { sharedLoginPath } from './login-shell.ts';
import { installFailure } from './npm-install.ts';
import { packageAsk } from './package-ask.ts';
import { type CachedPackage, findPackage, listPackages } from './package-cache.ts';
import { runTool } from './run-tool.ts';
import { managedFolders } from './runtimes.ts';
import { realSearchContext, type SearchContext, searchFolders } from './search-path.ts';
import { compareVersions } from './semver.ts';
import { StartError } from './start-error.ts';

/** What the registry says goes into a command: versions only, no address and no other package. */
const version = z
  .string()
  .max(100)
  .regex(/^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/);
/** One version for an exact or open spec, a list for a range: npm's own answers. */
const answer = z.union([version, z.array(version).min(1)]);
const askMs = 60_000;

export function createKeptPackages({ dataFolder, ...net }: { dataFolder: string } & InstallerNet): KeptPackages {
  const keptOf = (config: ServerConfig): CachedPackage | undefined => {
    const ask = packageAsk(config.command, config.args);
    return ask === undefined ? undefined : findPackage(dataFolder, ask);
  };
  const mustKeep = (config: ServerConfig): CachedPackage => {
    const kept = keptOf(config);
    if (kept !== undefined) return kept;
    throw new AppError('package-not-found', `No package is kept for “${config.title}”.`, { hint: 'Start it once; that installs it.' });
  };
  const context = async (): Promise<SearchContext> => {
    const base: SearchContext = { ...realSearchContext(), managed: managedFolders(dataFolder) };
    return { ...base, loginPath: (await sharedLoginPath(base)).path };
  };
  const mayConnect = (): void => {
    if (!net.isOffline()) return;
    throw new AppError('offline', 'Orrery is offline, so no registry is asked.', {
      hint: 'Turn “Offline” off in the status bar or in Settings › Network, then try again.',
    });
  };

  return {
    of(config) {
      const kept = keptOf(config);
      if (kept === undefined) return undefined;
      const { id, kind, name, spec, version, installedAt: at } = kept;
      return { id, kind, name, spec, version, at };
    },
    async newest(config, signal) {
      const kept = mustKeep(config);
      if (kept.kind === 'python') return undefined;
      mayConnect();
      const where = await context();
      const env = installerEnvironment(config, where, searchFolders(where));
      const tools = packageTools(where, env);
      const tool = await inWords(() => tools.npm());
      // One that is named with its version never changes by itself: then the newest of all is what a person may want.
      const spec = isExact(kept) ? kept.name : kept.spec;
      const args = [tool.npm, 'view', spec, 'version', '--json', '--loglevel=error'];
      const place = { env, context: where, net, tools, server: config.id, signal };
      const result = await inWords(() =>
        withInstaller({ ...kept, spec }, place, async (given) => {
          const asked = await runTool(tool.node, args, { ...given, cwd: kept.root, timeoutMs: askMs });
          // Thrown in here, so that what the proxy refused is what is said.
          if (asked.code !== 0 && !signal.aborted) throw installFailure({ kind: 'npm', name: kept.name, spec, args: [] }, asked, 'npm');
          return asked;
        }),
      );
      signal.throwIfAborted();
      const found = answer.safeParse(parsed(result.stdout));
      if (!found.success) return undefined;
      const newest = [found.data].flat().sort(compareVersions).at(-1);
      // A registry that names an older one has nothing newer: nobody is led back to what was mended.
      return newest !== undefined && compareVersions(newest, kept.version) < 0 ? kept.version : newest;
    },
    async update(config, signal, wanted) {
      const kept = mustKeep(config);
      mayConnect();
      const where = await context();
      const env = installerEnvironment(config, where, searchFolders(where));
      const scripts = kept.scripts === 'run';
      const { after } = await inWords(() =>
        withInstaller(kept, { env, context: where, net, tools: packageTools(where, env), scripts, server: config.id, signal }, (given) =>
          updateKeptPackage(dataFolder, kept.id, {
            ...{ ...given, context: where, config, scripts },
            ...(wanted === undefined ? {} : { version: wanted }),
          }),
        ),
      );
      return after.version;
    },
    sweep(config, servers) {
      const own = keptOf(config);
      if (own === undefined) return;
      const used = new Set([config, ...servers].flatMap((each) => keptOf(each)?.root ?? []));
      for (const each of listPackages(dataFolder))
        if (each.kind === own.kind && each.name === own.name && !used.has(each.root)) take(dirname(each.root));
    },
    named(config, version) {
      const kept = keptOf(config);
      if (kept === undefined || kept.kind !== 'npm' || !isExact(kept)) return undefined;
      const args = config.args.map((arg) => (arg === kept.spec ? `${kept.name}@${version}` : arg));
      return {
        ...config,
        args,
        ...(config.source === undefined
          ? {}
          : { source: { ...config.source, ref: config.source.ref.replace(kept.spec, `${kept.name}@${version}`) } }),
      };
    },
  };
}

/** What a program still holds open, on Windows, goes the next time. */
function take(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (!/^(EBUSY|EPERM|ENOTEMPTY)$/.test(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

const isExact = ({ name, spec }: Pick<CachedPackage, 'name' | 'spec'>): boolean =>
  spec.startsWith(`${name}@`) && /^v?\d+\.\d+\.\d+/.test(spec.slice(name.length + 1));

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // nothing of use: nobody can tell
  }
};

/** What keeps a server from starting, as what a person reads. */
async function inWords<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StartError)
      throw new AppError(`package-${error.failure.cause}`, error.failure.message, { hint: error.failure.hint });
    throw error;
  }
}
