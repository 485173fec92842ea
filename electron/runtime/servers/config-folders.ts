// What a server of another program's configuration needs of the disk, as far as its arguments and variables say it: folders that the plan
// proposes, and paths that its sandbox keeps from it, which the plan says. Pure; nobody looks whether they are there.

import type { ServerReach } from '../../../shared/model/tool.ts';

export interface NamedFolders {
  folders: ServerReach['folders'];
  /** What names a path, and the path, that none of the folders reaches. */
  out: { name: string; path: string }[];
}

const isPath = (text: string): boolean => /^(\/(?!\/)|[A-Za-z]:\\)[^\0\n]*$/.test(text);
const isProgram = (text: string): boolean => /\.(m?js|cjs|ts|py|sh|exe|cmd)$/i.test(text);
const isFile = (text: string): boolean => /[^/]\.[A-Za-z0-9]{1,8}$/.test(text);
/** Every program has these; what is in them is no request for a folder. Lists of paths are none either. */
const ownVariables = /^(PATH|HOME|PWD|SHELL|TMP|TEMP|TMPDIR|XDG_\w+|NODE_\w+|PYTHON\w*|VIRTUAL_ENV|JAVA_HOME|\w*_?LOG_?(FILE|PATH|DIR)?)$/i;
/** The sandbox has a /tmp of its own: what lies in the other one is not reached, so it is none of these. */
const ofTheSystem = /^\/(usr|bin|sbin|lib\w*|opt|etc|dev|proc|sys|run|nix|System|Library|Applications)(\/|$)/;

/**
 * Absolute paths among the arguments, to be read and written, as the other program let it; so too what a variable names below the home,
 * a file by the folder that it lies in. The home itself, and what is hidden in it, is never proposed because of a variable.
 */
export function namedFolders(args: readonly string[], env: Readonly<Record<string, string>>, home: string): NamedFolders {
  const whole = (text: string): string => (text.startsWith('~/') ? `${home}${text.slice(1)}` : text);
  const open = (text: string): boolean => text.includes('${');
  const given = args.map(whole).filter((arg) => isPath(arg) && !arg.includes('${secret:') && !isProgram(arg) && !/\.json$/i.test(arg));
  const named = Object.entries(env)
    .map(([name, text]) => ({ name, path: whole(text) }))
    .filter(({ name, path }) => path.startsWith('/') && isPath(path) && !open(path) && !path.includes(':') && !ownVariables.test(name));
  const ofVariables = named.flatMap(({ path }) => folderBelow(path, home));
  const folders = [...new Set([...given, ...ofVariables])].slice(0, 50);
  const isReached = (path: string): boolean =>
    folders.some((folder) => path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`)) || ofTheSystem.test(path);
  const inArgs = args.flatMap((arg, index) => {
    const [, flag, value] = /^(--?[A-Za-z][\w-]*)=(.+)$/s.exec(arg) ?? [];
    const path = whole(value ?? arg);
    const before = /^--?[A-Za-z][\w-]*$/.test(args[index - 1] ?? '') ? args[index - 1] : undefined;
    return path.startsWith('/') && isPath(path) && !open(path) && !isProgram(path)
      ? [{ name: flag ?? before ?? `argument ${index + 1}`, path }]
      : [];
  });
  return {
    folders: folders.map((path) => ({ path, write: true })),
    out: [...named, ...inArgs].filter(({ path }) => !isReached(path)).slice(0, 10),
  };
}

/** The folder of a path below the home, where nothing of it is hidden or leads back up; none otherwise. */
function folderBelow(path: string, home: string): string[] {
  if (home === '' || !path.startsWith(`${home}/`)) return [];
  const parts = path
    .slice(home.length + 1)
    .split('/')
    .filter((part) => part !== '');
  if (isFile(path)) parts.pop();
  return parts.length === 0 || parts.some((part) => part.startsWith('.')) ? [] : [`${home}/${parts.join('/')}`];
}
