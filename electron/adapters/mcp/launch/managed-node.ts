// What the runtime needs of the Node for tool servers: what there is, what can be fetched, and whether a command would find none.

import { AppError, cancelled } from '../../../../shared/errors.ts';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { ManagedNodes, Net } from '../../../runtime/ports.ts';
import { fetchNode, removeKeptNode } from './fetch-node.ts';
import { keptNodes } from './kept-nodes.ts';
import { sharedLoginPath } from './login-shell.ts';
import type { NodeBuild } from './pinned-node.ts';
import { npmRegistryOf } from './registry.ts';
import { chooseNode, findNpm, managedFolders } from './runtimes.ts';
import { findCommand, realSearchContext, type SearchContext } from './search-path.ts';

export interface ManagedNodeOptions {
  dataFolder: string;
  build: () => NodeBuild | undefined;
  net: Pick<Net, 'fetchFor'>;
  /** Otherwise that of this process, with PATH as the login shell has it. */
  context?: SearchContext;
}

export interface KeptAndOffered extends ManagedNodes {
  /** The version that could be fetched and is not here. */
  missing(): string | undefined;
  /** The host closes: a fetch that runs is ended, and what it had of it is gone. */
  close(): Promise<void>;
}

export function createManagedNodes({ dataFolder, build, net, context: given }: ManagedNodeOptions): KeptAndOffered {
  const ended = new AbortController();
  const running = new Set<Promise<unknown>>();
  const look = async (): Promise<SearchContext> => {
    const base: SearchContext = { ...(given ?? realSearchContext()), managed: managedFolders(dataFolder) };
    if (given !== undefined) return base;
    return { ...base, loginPath: (await sharedLoginPath(base)).path };
  };
  const offer = () => {
    const found = build();
    if (found === undefined) return undefined;
    const { node, npm } = found;
    return {
      version: node.version,
      npm: npm.version,
      bytes: node.bytes + npm.bytes,
      unpackedBytes: node.unpackedBytes + npm.unpackedBytes,
      host: new URL(npmRegistryOf(given ?? realSearchContext())).host,
    };
  };
  return {
    offer,
    missing() {
      const version = build()?.node.version;
      return keptNodes(dataFolder).some((each) => each.version === version) ? undefined : version;
    },
    async look() {
      const [found, used] = [offer(), await chooseNode(await look(), undefined)];
      return {
        ...(found === undefined ? {} : { offer: found }),
        kept: keptNodes(dataFolder).map(({ version, npm, bytes, at, folder }) => ({ version, npm, bytes, at, folder })),
        ...(used === undefined ? {} : { used: { version: used.version, path: used.path, by: used.by } }),
      };
    },
    async lacks(config) {
      const command = nodeCommand(config);
      if (command === undefined) return false;
      const context = await look();
      if ((await chooseNode(context, undefined)) === undefined) return true;
      return command !== 'node' && findCommand(command, context) === undefined && findNpm(context) === undefined;
    },
    async fetch(signal, onProgress) {
      const found = build();
      if (found === undefined)
        throw new AppError(
          'node-not-offered',
          `There is no build of Node that Orrery can fetch for ${process.platform} on ${process.arch}.`,
          {
            hint: 'Install Node.js with your system’s package manager.',
          },
        );
      const until = AbortSignal.any([signal, ended.signal]);
      if (until.aborted) throw cancelled();
      const registry = npmRegistryOf(given ?? realSearchContext());
      const work = fetchNode({ dataFolder, build: found, net, registry, signal: until, onProgress });
      running.add(work);
      await work.finally(() => running.delete(work));
    },
    remove: (version) => removeKeptNode(dataFolder, version),
    async close() {
      ended.abort();
      await Promise.allSettled(running);
    },
  };
}

/** The bare command of Node's that it starts with; undefined for any other. */
function nodeCommand({ command, transport }: Pick<ServerConfig, 'command' | 'transport'>): string | undefined {
  if ((transport ?? 'stdio') !== 'stdio') return undefined;
  return /^(node|npx|npm)(\.exe|\.cmd)?$/i.exec(command.trim())?.[1]?.toLowerCase();
}
