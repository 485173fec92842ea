// Where version managers keep their Nodes, and which of them a person chose: nvm, fnm, volta, asdf, mise, nodenv, n. Reads their
// folders and their small text files; runs none of them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SearchContext } from './search-context.ts';
import { compareVersions } from './semver.ts';
import { pinnedVersion } from './version-pins.ts';

type Where = Pick<SearchContext, 'home' | 'env' | 'platform' | 'cwd'>;

export interface InstalledNode {
  version: string;
  /** The folder that holds `node`. */
  folder: string;
  by: string;
}

const names = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return []; // this manager is not there
  }
};
const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').slice(0, 4096).trim();
  } catch {
    return undefined; // most people have none of these files
  }
};

const nvmFolder = ({ env, home }: Where): string => env.NVM_DIR ?? join(home, '.nvm');
const fnmFolders = ({ env, home }: Where): string[] => [
  ...(env.FNM_DIR === undefined ? [] : [env.FNM_DIR]),
  join(home, '.local/share/fnm'),
  join(home, 'Library/Application Support/fnm'),
  join(home, '.fnm'),
];
const asdfFolder = ({ env, home }: Where): string => env.ASDF_DATA_DIR ?? join(home, '.asdf');
const miseFolder = ({ env, home }: Where): string => env.MISE_DATA_DIR ?? join(home, '.local/share/mise');

/** Every Node that a manager keeps, newest first. */
export function installedNodes(where: Where): InstalledNode[] {
  const { home, platform, env } = where;
  const bin = platform === 'win32' ? '' : 'bin';
  const kept: [by: string, root: string, below: string][] = [
    ['nvm', join(nvmFolder(where), 'versions/node'), bin],
    ...fnmFolders(where).map((folder): [string, string, string] => ['fnm', join(folder, 'node-versions'), join('installation', bin)]),
    ['volta', join(env.VOLTA_HOME ?? join(home, '.volta'), 'tools/image/node'), bin],
    ['asdf', join(asdfFolder(where), 'installs/nodejs'), bin],
    ['mise', join(miseFolder(where), 'installs/node'), bin],
    ['nodenv', join(env.NODENV_ROOT ?? join(home, '.nodenv'), 'versions'), bin],
    ['n', '/usr/local/n/versions/node', bin],
    ['n', join(home, 'n/n/versions/node'), bin],
  ];
  return kept
    .flatMap(([by, root, below]) =>
      names(root)
        .filter((name) => /^v?\d+\.\d+\.\d+$/.test(name))
        .map((name) => ({ version: name.replace(/^v/, ''), folder: join(root, name, below), by })),
    )
    .sort((a, b) => compareVersions(b.version, a.version));
}

/** The newest of a manager's Nodes that a short name like `20`, `v22.1` or `22.1.0` means. */
const newestOf = (nodes: readonly InstalledNode[], wanted: string): InstalledNode | undefined => {
  const version = wanted.replace(/^(node-|nodejs-)?v?/, '');
  if (!/^\d+(\.\d+){0,2}$/.test(version)) return undefined;
  return nodes.find((each) => each.version === version || each.version.startsWith(`${version}.`));
};

/** nvm's aliases name other aliases: `default` → `lts/*` → `lts/jod` → `v22.1.0`. */
function nvmAlias(where: Where, alias: string, nodes: readonly InstalledNode[], depth = 0): InstalledNode | undefined {
  if (depth > 8 || alias.includes('..')) return undefined;
  if (alias === 'node' || alias === 'stable') return nodes[0];
  const direct = newestOf(nodes, alias);
  if (direct !== undefined) return direct;
  const next = textOf(join(nvmFolder(where), 'alias', alias));
  return next === undefined || next === '' ? undefined : nvmAlias(where, next, nodes, depth + 1);
}

function nvmDefault(where: Where): string[] {
  const nodes = installedNodes(where).filter((each) => each.by === 'nvm');
  const alias = textOf(join(nvmFolder(where), 'alias/default'));
  // The person said that the system's own is their default.
  if (alias === 'system') return [];
  const chosen = (alias === undefined ? undefined : nvmAlias(where, alias, nodes)) ?? nodes[0];
  return chosen === undefined ? [] : [chosen.folder];
}

/** Folders that managers put first in a shell: the default version of each, and the shims of those that decide at each start. */
export function defaultNodeFolders(where: Where): string[] {
  const { home, env } = where;
  return [
    join(env.VOLTA_HOME ?? join(home, '.volta'), 'bin'),
    join(asdfFolder(where), 'shims'),
    join(home, '.asdf/bin'),
    join(miseFolder(where), 'shims'),
    ...fnmFolders(where).map((folder) => join(folder, 'aliases/default/bin')),
    ...nvmDefault(where),
    join(env.NODENV_ROOT ?? join(home, '.nodenv'), 'shims'),
  ];
}

/** The Node that a version file in the server's folder, or above it, asks for; empty when there is no such file or no such Node. */
export function chosenNodeFolders(where: Where): string[] {
  if (where.cwd === undefined) return [];
  const nodes = installedNodes(where);
  if (nodes.length === 0) return [];
  const asked = pinnedVersion(where.cwd);
  if (asked === undefined) return [];
  const nvm = nodes.filter((each) => each.by === 'nvm');
  const found = newestOf(nodes, asked) ?? nvmAlias(where, asked, nvm);
  return found === undefined ? [] : [found.folder];
}
