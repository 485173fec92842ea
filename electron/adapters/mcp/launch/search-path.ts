// Where commands are looked for. An app started from a dock or a menu has a bare PATH: what the person's login shell and their
// version managers would add is added here. Looks at folders only; `login-shell.ts` is what asks the shell.

import { accessSync, constants, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { realSearchContext, type SearchContext } from './search-context.ts';
import { chosenNodeFolders, defaultNodeFolders } from './version-managers.ts';

export { realSearchContext, type SearchContext } from './search-context.ts';

const systemFolder = /^\/(?:usr\/(?:local\/)?)?(?:s?bin|games)\/?$|^\/usr\/local\/games$|^\/snap\/bin$|^\/var\/lib\/flatpak\/exports\/bin$/;

/** PATH as this process was given it. */
export const givenFolders = (context: SearchContext): string[] =>
  (context.env.PATH ?? context.env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));

/**
 * A PATH with more than the system's own folders was made by a shell: the app was started from a terminal, and the person who did
 * that chose what comes first. A bare one is what docks, menus and services give.
 */
export const hasChosenPath = (context: SearchContext): boolean => givenFolders(context).some((folder) => !systemFolder.test(folder));

/** Folders to search, in order, without doubles; only absolute ones, since `.` would depend on where the app was started. */
export function searchFolders(context: SearchContext): string[] {
  const given = givenFolders(context);
  const login = context.loginPath ?? [];
  const common = context.platform === 'win32' ? windowsPlaces(context) : posixPlaces(context);
  // The app's own Node serves `node` servers where nothing else does; in a packaged desktop app there is none.
  const own = /^node(\.exe)?$/i.test(basename(context.execPath)) ? [dirname(context.execPath)] : [];
  const first = hasChosenPath(context) ? [...given, ...login] : [...login, ...given];
  return [
    ...new Set(
      [...chosenNodeFolders(context), ...first, ...common, ...own, ...(context.managed ?? [])].filter((folder) => isAbsolute(folder)),
    ),
  ];
}

function posixPlaces(context: SearchContext): string[] {
  const { home } = context;
  return [
    join(home, '.local/bin'),
    join(home, 'bin'),
    '/usr/local/bin',
    '/opt/homebrew/bin',
    '/opt/homebrew/sbin',
    '/home/linuxbrew/.linuxbrew/bin',
    join(home, '.linuxbrew/bin'),
    ...defaultNodeFolders(context),
    join(home, '.bun/bin'),
    join(home, '.deno/bin'),
    join(home, '.cargo/bin'),
    join(home, 'go/bin'),
    join(context.env.PYENV_ROOT ?? join(home, '.pyenv'), 'shims'),
    join(context.env.RBENV_ROOT ?? join(home, '.rbenv'), 'shims'),
    context.env.PNPM_HOME ?? join(home, context.platform === 'darwin' ? 'Library/pnpm' : '.local/share/pnpm'),
    join(home, '.yarn/bin'),
    join(home, '.npm-global/bin'),
    join(context.env.N_PREFIX ?? join(home, 'n'), 'bin'),
    '/usr/bin',
    '/bin',
    '/usr/sbin',
    '/sbin',
    '/snap/bin',
    '/var/lib/flatpak/exports/bin',
    join(home, '.local/share/flatpak/exports/bin'),
    '/opt/local/bin',
    '/opt/local/sbin',
  ];
}

function windowsPlaces({ env, home }: SearchContext): string[] {
  const appData = env.APPDATA ?? join(home, 'AppData/Roaming');
  const local = env.LOCALAPPDATA ?? join(home, 'AppData/Local');
  const programs = env.ProgramFiles ?? 'C:\\Program Files';
  return [
    ...(env.NVM_SYMLINK === undefined ? [] : [env.NVM_SYMLINK]),
    join(programs, 'nodejs'),
    join(appData, 'npm'),
    join(local, 'Volta/bin'),
    join(appData, 'fnm/aliases/default'),
    join(local, 'mise/shims'),
    env.PNPM_HOME ?? join(local, 'pnpm'),
    join(local, 'Yarn/bin'),
    join(home, '.pyenv/pyenv-win/shims'),
    join(home, 'scoop/shims'),
    join(home, '.bun/bin'),
    join(home, '.deno/bin'),
    join(home, '.local/bin'),
    join(home, '.cargo/bin'),
    join(env.SystemRoot ?? 'C:\\Windows', 'System32'),
  ];
}

/** File names that a command can have: on Windows one for each of PATHEXT. */
export function commandNames(command: string, context: SearchContext): string[] {
  if (context.platform !== 'win32') return [command];
  const extensions = (context.env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD')
    .toLowerCase()
    .split(';')
    .filter((each) => each.startsWith('.'));
  if (/\.(ps1|[cm]?js)$/i.test(command) || extensions.some((extension) => command.toLowerCase().endsWith(extension))) return [command];
  // What stands behind the last dot may be a version. A name without an ending is no program: npm puts shell scripts beside its own.
  return [...extensions.map((extension) => command + extension), ...(/\.[^.\\/]+$/.test(command) ? [command] : [])];
}

export const exists = (path: string): boolean => {
  try {
    accessSync(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
};

/** The full path of a command, or undefined. A file that may not be run is passed over while another may follow it. */
export function findCommand(command: string, context: SearchContext = realSearchContext()): string | undefined {
  let second: string | undefined;
  for (const folder of searchFolders(context))
    for (const name of commandNames(command, context)) {
      const path = join(folder, name);
      if (!exists(path) || statSync(path).isDirectory()) continue;
      try {
        accessSync(path, context.platform === 'win32' ? constants.F_OK : constants.X_OK);
        return path;
      } catch {
        second ??= path;
      }
    }
  return second;
}
