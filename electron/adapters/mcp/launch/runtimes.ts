// The Nodes of this machine and their versions: the person's own first, then those that their version managers keep, then the one
// that belongs to the app. Chooses one that fits what a package asks for.

import { execFile } from 'node:child_process';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { keptNodes, notedVersion } from './kept-nodes.ts';
import { isInServersFolder, mayRunOutside } from './runs-outside.ts';
import { commandNames, exists, type SearchContext, searchFolders } from './search-path.ts';
import { compareVersions, satisfies } from './semver.ts';
import { behindShim } from './shims.ts';
import { installedNodes } from './version-managers.ts';

export interface NodeRuntime {
  version: string;
  /** The program itself. */
  path: string;
  /** Who put it there: `PATH`, a version manager, or `Orrery`. */
  by: string;
}

/** Versions that were asked for once; a program that was replaced is asked again. */
const asked = new Map<string, string>();
const stampOf = (path: string): string => {
  const { mtimeMs, size } = statSync(path);
  return `${realpathSync(path)} ${mtimeMs} ${size}`;
};

/** Without running it: from what Orrery noted of it, its own headers, or from when it was asked before. */
function writtenVersion(path: string): string | undefined {
  try {
    return notedVersion(join(dirname(path), '..'));
  } catch {
    // Not one that Orrery fetched.
  }
  try {
    const before = asked.get(stampOf(path));
    if (before !== undefined) return before;
    const header = readFileSync(join(dirname(realpathSync(path)), '../include/node/node_version.h'), 'utf8');
    const part = (name: string) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(header)?.[1];
    const [major, minor, patch] = [part('MAJOR'), part('MINOR'), part('PATCH')];
    return major === undefined || minor === undefined || patch === undefined ? undefined : `${major}.${minor}.${patch}`;
  } catch {
    return undefined; // many come without headers
  }
}

/** `node --version`, asked once for each program; undefined when it does not answer within five seconds. */
export async function versionOf(path: string): Promise<string | undefined> {
  let stamp: string;
  try {
    stamp = stampOf(path);
  } catch {
    return undefined;
  }
  const known = path === process.execPath ? process.versions.node : writtenVersion(path);
  if (known !== undefined) return known;
  const said = await new Promise<string>((resolve) => {
    // A shim may ask in vain for a version that nobody chose; then it says nothing of use.
    execFile(
      path,
      ['--version'],
      // Volta's on Windows looks for its folder by several of the system's names.
      {
        ...{ timeout: 5_000, killSignal: 'SIGKILL', windowsHide: true },
        env: process.platform === 'win32' ? process.env : { PATH: dirname(path), HOME: process.env.HOME ?? '/' },
      },
      (_error, stdout) => resolve(stdout),
    );
  });
  const version = /^v(\d+\.\d+\.\d+)/.exec(said.trim())?.[1];
  if (version !== undefined) asked.set(stamp, version);
  return version;
}

function onPath(context: SearchContext): string[] {
  const seen = new Set<string>();
  return searchFolders(context)
    .flatMap((folder) => commandNames('node', context).map((name) => join(folder, name)))
    .filter((path) => {
      if (!exists(path) || statSync(path).isDirectory() || isInServersFolder(path, context)) return false;
      const real = realpathSync(path);
      return !seen.has(real) && seen.add(real) !== undefined;
    });
}

const kept = (context: SearchContext): NodeRuntime[] =>
  installedNodes(context)
    .map(({ version, folder, by }) => ({ version, by, path: join(folder, context.platform === 'win32' ? 'node.exe' : 'node') }))
    .filter((each) => exists(each.path));

const withoutDoubles = (nodes: NodeRuntime[]): NodeRuntime[] => {
  const seen = new Set<string>();
  return nodes.filter(({ path }) => {
    const real = realpathSync(path);
    return !seen.has(real) && seen.add(real) !== undefined;
  });
};

const byOf = (path: string, context: SearchContext): string =>
  context.managed?.includes(dirname(path)) || (path === context.execPath && /^node(\.exe)?$/i.test(basename(path))) ? 'Orrery' : 'PATH';

/** Those whose version is known without running them. In the order in which they would be used. */
export const knownNodes = (context: SearchContext): NodeRuntime[] =>
  withoutDoubles([
    ...onPath(context).flatMap((path) => {
      const version = writtenVersion(path);
      return version === undefined ? [] : [{ version, path, by: byOf(path, context) }];
    }),
    ...kept(context),
  ]);

/** All of them; runs each that does not say its version in another way, once. Shims stand for what their manager chooses now. */
export async function allNodes(context: SearchContext): Promise<NodeRuntime[]> {
  const found = await Promise.all(
    onPath(context).map(async (shown) => {
      const path = await behindShim(shown, context);
      const version = mayRunOutside(path, shown, context) ? await versionOf(path) : undefined;
      return version === undefined ? [] : [{ version, path, by: byOf(path, context) }];
    }),
  );
  return withoutDoubles([...found.flat(), ...kept(context)]);
}

/** What no kit for MCP servers in JavaScript runs on any more: a server that says nothing of it is not run by an older one if it can be helped. */
export const oldestNode = '>=18';

/** The person's first one if it fits, otherwise the newest that does; the first one with `fits: false` when none does. */
export async function chooseNode(
  context: SearchContext,
  engines: string | undefined,
  notes?: string[],
): Promise<(NodeRuntime & { fits: boolean }) | undefined> {
  for (const shown of onPath(context)) {
    const path = await behindShim(shown, context, notes);
    if (!mayRunOutside(path, shown, context)) {
      notes?.push(
        `“${path}”, which the server’s folder names, was passed over: no program of such a folder is run outside of the sandbox.`,
      );
      continue;
    }
    const version = await versionOf(path);
    if (version === undefined) continue;
    const first: NodeRuntime = { version, path, by: byOf(path, context) };
    const range = engines ?? oldestNode;
    if (satisfies(version, range)) return { ...first, fits: true };
    const others = (await allNodes(context)).filter((each) => satisfies(each.version, range));
    const best = others.sort((a, b) => compareVersions(b.version, a.version))[0];
    return best === undefined ? { ...first, fits: engines === undefined } : { ...best, fits: true };
  }
  const [newest] = kept(context);
  return newest === undefined ? undefined : { ...newest, fits: engines === undefined || satisfies(newest.version, engines) };
}

/** Folders of a Node that belongs to the app: beside its resources, in the data folder, or among its packages. */
export function managedFolders(dataFolder: string): string[] {
  const resources = (process as { resourcesPath?: string }).resourcesPath;
  const inPackages = (() => {
    try {
      return [join(dirname(createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin')];
    } catch {
      return []; // not among the packages of this build
    }
  })();
  return [
    ...(resources === undefined ? [] : [join(resources, 'node/bin'), join(resources, 'node')]),
    // Fetched ones, newest first; then one that the person put there.
    ...keptNodes(dataFolder).map((each) => each.bin),
    join(dataFolder, 'runtimes/node/bin'),
    ...inPackages,
  ].filter((folder) => exists(join(folder, process.platform === 'win32' ? 'node.exe' : 'node')));
}

/** npm's own program, to be run by a Node: beside one of the Nodes, or where a Linux package keeps it. */
export function findNpm(context: SearchContext): string | undefined {
  const places = [
    ...onPath(context).flatMap((path) => beside(dirname(path)).concat(beside(dirname(realpathSync(path))))),
    ...kept(context).flatMap((each) => beside(dirname(each.path))),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
    '/usr/share/npm/bin/npm-cli.js',
    '/opt/homebrew/lib/node_modules/npm/bin/npm-cli.js',
    '/usr/local/lib/node_modules/npm/bin/npm-cli.js',
    '/usr/lib/node_modules/npm/bin/npm-cli.js',
  ];
  return places.find(exists);
}

/** npm of a Node that Orrery fetched goes with that Node; any other with the one that is used first. */
export async function nodeOfNpm(npm: string, context: SearchContext): Promise<NodeRuntime | undefined> {
  const own = context.managed?.find((folder) => beside(folder).includes(npm));
  const path = own === undefined ? undefined : join(own, context.platform === 'win32' ? 'node.exe' : 'node');
  const version = path === undefined ? undefined : await versionOf(path);
  return path === undefined || version === undefined ? chooseNode(context, undefined) : { version, path, by: 'Orrery' };
}

const beside = (folder: string): string[] => [
  join(folder, '../lib/node_modules/npm/bin/npm-cli.js'),
  join(folder, 'node_modules/npm/bin/npm-cli.js'),
];
