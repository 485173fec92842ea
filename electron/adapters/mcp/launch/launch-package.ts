// `npx …` and `uvx …` as a start from the kept packages: installed once, then run directly by the Node or Python that fits, with no
// network and no installer in between.

import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { withInstaller } from './installer-net.ts';
import { installerEnvironment } from './launch-environment.ts';
import { chosen, type Found, type LaunchOptions, nodeTip, notFound } from './launch-plan.ts';
import { programOf } from './npm-install.ts';
import type { PackageAsk } from './package-ask.ts';
import { type CachedPackage, findPackage, installPackage, updatePackage } from './package-cache.ts';
import type { PackageTools } from './package-tools.ts';
import { mayRunOutside, withoutServersFolder } from './runs-outside.ts';
import { chooseNode, findNpm, managedFolders, nodeOfNpm } from './runtimes.ts';
import { findCommand, realSearchContext, type SearchContext, searchFolders } from './search-path.ts';
import { behindShim } from './shims.ts';
import { StartError } from './start-error.ts';

interface Where extends LaunchOptions {
  context: SearchContext;
  cwd: string;
  notes: string[];
}

/** Throws StartError when it is not kept and cannot be fetched, or has no such program. */
export async function launchPackage(ask: PackageAsk, config: ServerConfig, where: Where): Promise<Found> {
  const kept = findPackage(where.dataFolder, ask);
  const wantsScripts = allowsScripts(config);
  // Allowed since: what its scripts would have made is missing, so it is installed again, at the version it is pinned to.
  const again = kept !== undefined && wantsScripts && kept.scripts === 'skipped' && kept.wanted.length > 0;
  const found = kept !== undefined && !again ? kept : await fetchOnce(ask, config, where, wantsScripts, again ? kept.version : undefined);
  where.notes.push(`${found.name} ${found.version} is run from the kept packages (${found.root}).`);
  if (found.scripts === 'skipped' && found.wanted.length > 0)
    where.notes.push(`Install scripts of ${found.wanted.slice(0, 5).join(', ')} were not run.`);
  const file = join(found.root, programOf(ask, found));
  const plan = {
    package: {
      id: found.id,
      name: found.name,
      version: found.version,
      scripts: found.scripts,
      wanted: found.wanted,
      ...(found.engines === undefined ? {} : { engines: found.engines }),
    },
    reads: [found.root],
  };
  if (ask.kind === 'python' || !isNodeScript(file)) return { file, args: ask.args, ...plan };
  const node = await chooseNode(where.context, found.engines, where.notes);
  if (node === undefined) throw notFound('node', where.context);
  return { file: node.path, args: [file, ...ask.args], ...plan, ...chosen(node, found.engines, where.notes) };
}

/** A person allows them by the names that npm and pip have for it, in the server's environment. */
function allowsScripts({ env }: Pick<ServerConfig, 'env'>): boolean {
  const text = (name: string): string | undefined => {
    const value = env[name];
    return value !== undefined && 'text' in value ? value.text.trim().toLowerCase() : undefined;
  };
  return text('npm_config_ignore_scripts') === 'false' || text('PIP_ONLY_BINARY') === ':none:';
}

async function fetchOnce(
  ask: PackageAsk,
  config: ServerConfig,
  where: Where,
  scripts: boolean,
  version: string | undefined,
): Promise<CachedPackage> {
  where.note?.(`Installing ${ask.spec} once; later starts need no network.`);
  const context = withoutServersFolder(where.context);
  const env = installerEnvironment(config, context, searchFolders(context));
  const tools = packageTools(context, env);
  const place = { env, context, net: where.installers, tools, scripts, server: config.id, signal: where.signal };
  return withInstaller(ask, place, (given) =>
    installPackage(where.dataFolder, ask, tools, {
      ...given,
      scripts,
      ...(where.guard === undefined ? {} : { guard: where.guard }),
      ...(version === undefined ? {} : { version }),
    }),
  );
}

function isNodeScript(file: string): boolean {
  const first = readFileSync(file).subarray(0, 200).toString('latin1').split('\n', 1)[0] ?? '';
  if (first.startsWith('#!')) return /\bnode\b/.test(first);
  return /\.[cm]?js$/i.test(file);
}

/** npm and Python of this machine. */
export function packageTools(given: SearchContext, env: Record<string, string>): PackageTools {
  const context = withoutServersFolder(given);
  return {
    async npm() {
      const npm = findNpm(context);
      const node = npm === undefined ? undefined : await nodeOfNpm(npm, context);
      if (npm === undefined || node === undefined)
        throw new StartError(
          'not-found',
          'npm was not found, which is needed once to install the server’s package.',
          nodeTip(context),
          context.offeredNode === undefined ? {} : { wantsNode: true },
        );
      // Whatever npm starts is run by the same Node.
      env.PATH = `${dirname(node.path)}${delimiter}${env.PATH ?? ''}`;
      return { npm, node: node.path };
    },
    async python() {
      const uv = findCommand('uv', context);
      const shown = findCommand('python3', context) ?? findCommand('python', context);
      // An environment that is made of a shim would name the shim: what it stands for is what servers are run by.
      const behind = shown === undefined ? undefined : await behindShim(shown, context);
      const python = behind !== undefined && shown !== undefined && mayRunOutside(behind, shown, context) ? behind : undefined;
      if (uv === undefined && python === undefined) throw notFound('uv', context);
      return { ...(uv === undefined ? {} : { uv }), ...(python === undefined ? {} : { python }) };
    },
  };
}

/** The explicit way to a newer version of a kept package, or to that one; `id` as in its list. Throws AppError, StartError. */
export function updateKeptPackage(
  dataFolder: string,
  id: string,
  options: {
    scripts?: boolean;
    signal?: AbortSignal;
    context?: SearchContext;
    config?: Pick<ServerConfig, 'env'>;
    version?: string;
    /** In place of what `config` and `context` make of it. */
    env?: Record<string, string>;
  } = {},
): Promise<{ before: string; after: CachedPackage }> {
  const context = options.context ?? { ...realSearchContext(), managed: managedFolders(dataFolder) };
  const env = options.env ?? installerEnvironment(options.config ?? { env: {} }, context, searchFolders(context));
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const version = options.version === undefined ? {} : { version: options.version };
  return updatePackage(dataFolder, id, packageTools(context, env), { env, scripts: options.scripts === true, ...signal, ...version });
}
