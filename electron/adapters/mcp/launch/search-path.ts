// Where commands are looked for. An app started from a dock or a menu has a bare PATH: what a login shell would add, such as
// Homebrew and the Node version managers, is added here.

import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';

export interface SearchContext {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
  execPath: string;
}
export const realSearchContext = (): SearchContext => ({
  env: process.env,
  home: homedir(),
  platform: process.platform,
  execPath: process.execPath,
});

/** Folders to search, in order, without doubles; only absolute ones, since `.` would depend on where the app was started. */
export function searchFolders(context: SearchContext): string[] {
  const given = (context.env.PATH ?? context.env.Path ?? '').split(delimiter);
  const common = context.platform === 'win32' ? windowsPlaces(context) : posixPlaces(context.home);
  // The app's own Node serves `node` servers where nothing else does; in a packaged desktop app there is none.
  const own = /^node(\.exe)?$/i.test(basename(context.execPath)) ? [dirname(context.execPath)] : [];
  return [...new Set([...given, ...common, ...own].filter((folder) => isAbsolute(folder)))];
}

function posixPlaces(home: string): string[] {
  return [
    join(home, '.local/bin'),
    join(home, 'bin'),
    '/usr/local/bin',
    '/opt/homebrew/bin',
    '/home/linuxbrew/.linuxbrew/bin',
    join(home, '.volta/bin'),
    join(home, '.asdf/shims'),
    join(home, '.local/share/mise/shims'),
    join(home, '.local/share/fnm/aliases/default/bin'),
    join(home, '.fnm/aliases/default/bin'),
    ...nvmPlaces(join(home, '.nvm/versions/node')),
    join(home, '.bun/bin'),
    join(home, '.deno/bin'),
    join(home, '.cargo/bin'),
    join(home, '.pyenv/shims'),
    '/usr/bin',
    '/bin',
    '/usr/sbin',
    '/sbin',
    '/snap/bin',
    '/opt/local/bin',
  ];
}

function windowsPlaces({ env, home }: SearchContext): string[] {
  const appData = env.APPDATA ?? join(home, 'AppData/Roaming');
  const local = env.LOCALAPPDATA ?? join(home, 'AppData/Local');
  const programs = env.ProgramFiles ?? 'C:\\Program Files';
  return [
    join(programs, 'nodejs'),
    join(appData, 'npm'),
    join(local, 'Volta/bin'),
    join(local, 'fnm_multishells'),
    join(home, 'scoop/shims'),
    join(home, '.local/bin'),
    join(home, '.cargo/bin'),
    join(env.SystemRoot ?? 'C:\\Windows', 'System32'),
  ];
}

/** nvm has no fixed place for its current version: the newest one is taken. */
function nvmPlaces(root: string): string[] {
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return []; // nvm is not there
  }
  const rank = (name: string) => name.replace(/^v/, '').split('.').map(Number);
  const newestFirst = names
    .filter((name) => /^v\d+\.\d+\.\d+$/.test(name))
    .sort((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      for (let i = 0; i < 3; i += 1) if (x[i] !== y[i]) return (y[i] ?? 0) - (x[i] ?? 0);
      return 0;
    });
  return newestFirst.slice(0, 1).map((name) => join(root, name, 'bin'));
}

/** File names that a command can have: on Windows one for each of PATHEXT. */
export function commandNames(command: string, context: SearchContext): string[] {
  if (context.platform !== 'win32' || /\.[a-z0-9]{2,4}$/i.test(command)) return [command];
  const extensions = (context.env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((each) => each !== '');
  return extensions.map((extension) => command + extension.toLowerCase());
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
