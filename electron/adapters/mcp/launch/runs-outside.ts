// What may be run outside of the sandbox while a start is planned: to ask a Node for its version, a version manager for its choice, to
// install a package. A server's working folder is its own to write (and may be anybody's before it was ever started), and the version
// files in it can name a program in any folder. Such a program may be what is started, inside the sandbox; nothing of it is run before.

import { realpathSync } from 'node:fs';
import { delimiter, join, relative, resolve, sep } from 'node:path';
import type { SearchContext } from './search-context.ts';

const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is gone since; whoever runs it will be told so
  }
};

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === resolve(path));
}

/** In the folder that the server runs in, by its name or by where it leads. A folder around the whole home says nothing. */
export function isInServersFolder(path: string, { cwd, home }: Pick<SearchContext, 'cwd' | 'home'>): boolean {
  if (cwd === undefined || isInside(real(cwd), real(home))) return false;
  return [cwd, real(cwd)].some((folder) => isInside(folder, path) || isInside(folder, real(path)));
}

/** For installers and what they start in turn: the same without the folders on PATH that lie in the server's own. */
export function withoutServersFolder(context: SearchContext): SearchContext {
  const kept = (folders: readonly string[]): string[] => folders.filter((folder) => !isInServersFolder(folder, context));
  const { loginPath, env } = context;
  const name = env.PATH === undefined ? 'Path' : 'PATH';
  return {
    ...context,
    env: { ...env, ...(env[name] === undefined ? {} : { [name]: kept(env[name].split(delimiter)).join(delimiter) }) },
    ...(loginPath === undefined ? {} : { loginPath: kept(loginPath) }),
  };
}

/** Written by the system or its administrator. */
const systemTrees = [
  '/usr',
  '/bin',
  '/opt',
  '/nix/store',
  '/gnu/store',
  '/home/linuxbrew',
  '/snap',
  '/Library',
  '/System',
  '/Applications',
];

/** Where version managers keep what they install, beside a folder that their shim lies in. */
const managerFolders = ({ home, env }: SearchContext): string[] => [
  ...['VOLTA_HOME', 'ASDF_DATA_DIR', 'ASDF_DIR', 'MISE_DATA_DIR', 'PYENV_ROOT', 'NODENV_ROOT', 'RBENV_ROOT'].flatMap(
    (name) => env[name] ?? [],
  ),
  ...['.volta', '.asdf', '.local/share/mise', '.pyenv', '.nodenv', '.rbenv'].map((each) => join(home, each)),
];

/**
 * `path` is what a version manager says that `shown`, found on PATH, stands for; the same where it is no shim. What a manager names
 * must be one of its own installations or a program of the system: `path:` in a version file is a way to name any other.
 */
export function mayRunOutside(path: string, shown: string, context: SearchContext): boolean {
  if (isInServersFolder(path, context)) return false;
  if (path === shown) return true;
  return [...systemTrees, resolve(shown, '../..'), ...managerFolders(context)].some((folder) => isInside(folder, resolve(path)));
}
