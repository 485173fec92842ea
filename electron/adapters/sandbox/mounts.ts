// Which folders a contained program sees. Everything else is not there: the list names what is, not what is hidden. Reads the disk
// to find out what exists and where links lead; changes nothing.

import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import type { ProgramFolders } from '../../../shared/model/tool.ts';
import { isSamePlace, type LedTo } from '../files/granted-folders.ts';
import { readSmallText } from '../small-file.ts';
import { personalPlaces } from './personal-places.ts';
import type { Launchable, SandboxReach } from './sandbox-port.ts';

export interface Mounts {
  /** Places of the system, read only. */
  system: string[];
  /** Links at the root of the disk, such as `/bin` to `usr/bin`. */
  links: { at: string; to: string }[];
  /** In this order, so that what comes later lies over what came before. */
  layers: { path: string; mode: 'read' | 'write' | 'empty' | 'blank' }[];
  /** Of the layers: what it reads since its program lies there, and nobody granted. */
  programs: ProgramFolders;
  /** Folders that were asked for and are not given, with the reason. */
  left: { path: string; why: string }[];
}

/** Whole trees of programs. */
const systemTrees = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix/store', '/gnu/store', '/home/linuxbrew'];
/** Of `/etc` only what libraries and runtimes read; nothing that is anyone's secret. */
const systemFiles = [
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'ssl', 'pki', 'ca-certificates', 'ca-certificates.conf', 'crypto-policies'],
  ...['localtime', 'timezone', 'locale.alias', 'locale.conf', 'passwd', 'group', 'nsswitch.conf', 'hosts', 'host.conf', 'gai.conf'],
  ...['services', 'protocols', 'mime.types', 'magic', 'fonts', 'alternatives', 'os-release', 'terminfo', 'java', 'python3'],
].map((name) => `/etc/${name}`);
/** Lies in trees above, and is nobody's business. */
const systemSecrets = ['/etc/ssl/private', '/etc/pki/tls/private'];
/** Never opened as a granted folder: they are the machine itself, or doors of other programs. */
const neverGranted = ['/', '/proc', '/sys', '/dev', '/run', '/var/run', '/boot', '/etc'];
/** Folders of version managers: a program in one of them runs programs from elsewhere in it. */
const managers = [
  ...['.nvm', '.volta', '.fnm', '.local/share/fnm', '.asdf', '.local/share/mise', '.nodenv', '.pyenv', '.rbenv', '.local/share/uv'],
  ...['.local/share/pnpm', '.bun', '.deno'],
];

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const real = (path: string): string | undefined => {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // not there, or not ours to see
  }
};
const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/** Decides; see the type for what comes out. */
export function planMounts(plan: Launchable, reach: SandboxReach, closed: readonly string[], ledTo: LedTo = () => undefined): Mounts {
  const home = homedir();
  // What was granted to it, not what the path was granted for to others since.
  const ownLed: LedTo = (path) => ledTo(path, `server:${reach.id}`);
  const shut = closed.map((path) => real(path) ?? path);
  const layers: Mounts['layers'] = [];
  const left: Mounts['left'] = [];
  const seen = new Set<string>();
  const add = (path: string, mode: Mounts['layers'][number]['mode']) => {
    if (seen.has(`${mode} ${path}`)) return;
    seen.add(`${mode} ${path}`);
    layers.push({ path, mode });
  };
  const granted: string[] = [];
  for (const { path, write } of [...reach.folders].sort((one, other) => one.path.length - other.path.length)) {
    const found = isAbsolute(path) ? real(path) : undefined;
    const why = found === undefined ? 'it is not there' : (ledElsewhere(path, found, ownLed) ?? refusal(found, shut));
    if (why !== undefined || found === undefined) {
      left.push({ path, why: why ?? 'it is not there' });
      continue;
    }
    granted.push(found);
    add(found, write ? 'write' : 'read');
    if (found !== path) add(path, write ? 'write' : 'read');
  }
  const programs = programFolders(plan, reach, home, shut).filter((path) => !granted.some((folder) => isWithin(path, folder)));
  const isShut = (path: string) => shut.some((folder) => isWithin(path, folder));
  for (const path of programs.filter((each) => !isShut(each))) add(path, 'read');
  if (!isWithin(plan.cwd, reach.home)) addWorkingFolder(plan.cwd, { home, shut, granted, add, left, ledTo: ownLed });
  const secret = [...shut, ...personalPlaces(home).flatMap((each) => real(each) ?? [])].filter((path) => !granted.includes(path));
  for (const { at, path } of secretsIn(layers, secret)) add(at, isFolder(path) ? 'empty' : 'blank');
  // One that lies in a shut folder (a package kept by the app) is there all the same.
  for (const path of programs.filter(isShut)) add(path, 'read');
  add(reach.home, 'write');
  const own = programFolders(withoutPath(plan), reach, home, shut);
  return { ...system(), layers, programs: parted(programs, own), left };
}

/**
 * Where each of these real places is to be seen in what was opened so far. One that is opened by a link (a home folder that is one)
 * shows them under that name as well.
 */
function secretsIn(layers: Mounts['layers'], secret: readonly string[]): { at: string; path: string }[] {
  const open = layers.map(({ path }) => ({ at: path, leads: real(path) ?? path }));
  return secret
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      open.filter(({ leads }) => isWithin(path, leads)).map(({ at, leads }) => ({ at: join(at, path.slice(leads.length)), path })),
    );
}

/** What `planMounts` would open by itself for a program: where it, its interpreter and its package lie. */
export function programsOf(plan: Launchable, closed: readonly string[]): ProgramFolders {
  const shut = closed.map((path) => real(path) ?? path);
  const reach: SandboxReach = { id: '', home: plan.cwd, folders: [], hosts: [] };
  const find = (of: Launchable): string[] => programFolders(of, reach, homedir(), shut).filter((path) => isAbsolute(path));
  return parted(find(plan), find(withoutPath(plan)));
}

const withoutPath = (plan: Launchable): Launchable => ({ ...plan, env: { ...plan.env, PATH: '' } });
const parted = (all: readonly string[], own: readonly string[]): ProgramFolders => ({
  own: all.filter((path) => own.some((each) => isWithin(each, path))),
  path: all.filter((path) => !own.some((each) => isWithin(each, path))),
});

/** A granted folder that was replaced by a link since is not followed. */
function ledElsewhere(path: string, found: string, ledTo: LedTo): string | undefined {
  const was = ledTo(path);
  return was === undefined || isSamePlace(was, found)
    ? undefined
    : `it leads to ${found} now, and led to ${was} when it was granted; if that is right, take it out on its page and grant it again`;
}

function refusal(path: string, shut: readonly string[]): string | undefined {
  if (neverGranted.includes(path) || ['/proc', '/sys', '/dev', '/run', '/var/run'].some((each) => isWithin(path, each)))
    return 'it belongs to the system';
  if (shut.some((folder) => isWithin(path, folder))) return 'it belongs to Orrery';
  return undefined;
}

function addWorkingFolder(
  cwd: string,
  to: {
    home: string;
    shut: readonly string[];
    granted: readonly string[];
    add(path: string, mode: 'write' | 'empty'): void;
    left: Mounts['left'];
    ledTo: LedTo;
  },
): void {
  if (to.granted.some((folder) => isWithin(cwd, folder))) return;
  const found = real(cwd) ?? cwd;
  const why =
    ledElsewhere(cwd, found, to.ledTo) ??
    refusal(found, to.shut) ??
    (personalPlaces(to.home).some((each) => isWithin(found, real(each) ?? each))
      ? 'keys or passwords of yours may lie in it; if that is right, allow that folder'
      : undefined) ??
    (isWithin(to.home, found) ? 'it holds your whole home folder' : undefined);
  if (why === undefined) to.add(cwd, 'write');
  else {
    to.left.push({ path: cwd, why });
    to.add(cwd, 'empty');
  }
}

/** Where the program, its interpreter, its package and what its arguments name as a program lie. Read only. */
function programFolders(plan: Launchable, reach: SandboxReach, home: string, shut: readonly string[]): string[] {
  const found = new Set<string>();
  const isOpen = (path: string) => systemTrees.some((tree) => isWithin(path, tree));
  const tooWide = (path: string) =>
    path === '/' ||
    isWithin(home, path) ||
    ['.local', '.config', '.cache'].some((each) => path === join(home, each)) ||
    neverGranted.includes(path);
  const add = (path: string) => {
    if (!isOpen(path) && existsSync(path)) found.add(path);
  };
  const writable = [reach.home, plan.cwd, ...reach.folders.flatMap(({ path, write }) => (write ? [path] : []))]
    .filter((path) => !isWithin(home, path))
    .flatMap((path) => [path, real(path) ?? path]);
  const isWritable = (path: string) => writable.some((folder) => isWithin(path, folder));
  // A link that the program can put there itself opens no folder: at its next start it would read what the link leads to.
  const mayFollow = (file: string, target: string) =>
    !isWritable(file) ||
    isWritable(target) ||
    isOpen(target) ||
    managers.some((each) => isWithin(target, join(home, each))) ||
    (basename(dirname(target)) === 'bin' && isFolder(join(dirname(target), '../lib')));
  const addFolderOf = (file: string) => {
    const target = real(file) ?? file;
    for (const path of new Set(mayFollow(file, target) ? [file, target] : [file])) {
      const manager = managers.map((each) => join(home, each)).find((each) => isWithin(path, each));
      const folder = dirname(path);
      const above = dirname(folder);
      if (manager !== undefined) add(manager);
      else if (basename(folder) === 'bin' && !tooWide(above) && isFolder(join(above, 'lib')) && !shut.includes(above)) add(above);
      else add(tooWide(folder) || shut.includes(folder) ? path : folder);
      for (const each of venvHome(above)) if (!tooWide(each) && !shut.includes(each)) add(each);
      for (const each of packageFolders(path, tooWide, shut)) add(each);
    }
  };
  addFolderOf(plan.file);
  for (const arg of plan.args) {
    const path = arg.startsWith('file://') ? arg.slice(7) : arg;
    if (isAbsolute(path) && isProgramFile(path)) addFolderOf(path);
  }
  // An interpreter is often found by name: `#!/usr/bin/env node`.
  for (const folder of (plan.env.PATH ?? '').split(delimiter))
    if (isAbsolute(folder) && !isOpen(folder) && !tooWide(folder)) {
      const manager = managers.map((each) => join(home, each)).find((each) => isWithin(folder, each));
      if (manager !== undefined) add(manager);
      else if (basename(folder) === 'bin' && !tooWide(dirname(folder)) && isFolder(join(dirname(folder), 'lib'))) add(dirname(folder));
      else if (/(^|[\\/])(\.?bin|shims)$/.test(folder)) add(folder);
    }
  for (const path of reach.programs ?? []) add(path);
  const all = [...found];
  return all.filter((path) => !all.some((other) => other !== path && isWithin(path, other)));
}

const isProgramFile = (path: string): boolean => {
  try {
    const facts = statSync(path);
    if (!facts.isFile()) return false;
    const name = basename(path);
    // Without an ending only what may be run is one: else a key or a list of passwords would open its folder.
    return /\.(m?js|cjs|m?ts|py|rb|pl|php|jar|sh|lua|wasm|exe)$/i.test(name) || (!name.includes('.') && (facts.mode & 0o111) !== 0);
  } catch {
    return false;
  }
};

/** The package that a file belongs to, and folders of packages beside and above it, as Node looks for them. */
function packageFolders(file: string, tooWide: (path: string) => boolean, shut: readonly string[]): string[] {
  const found: string[] = [];
  let own = false;
  for (let folder = dirname(file); folder !== dirname(folder) && !tooWide(folder) && !shut.includes(folder); folder = dirname(folder)) {
    if (basename(folder) === 'node_modules') {
      found.push(folder);
      continue;
    }
    if (!own && ['package.json', 'pyproject.toml', 'setup.py', 'Cargo.toml', 'go.mod'].some((name) => existsSync(join(folder, name)))) {
      own = true;
      found.push(folder);
    }
    if (isFolder(join(folder, 'node_modules'))) found.push(join(folder, 'node_modules'));
  }
  return found;
}

/** The file is the package's own and may name any folder: one that holds no Python is not opened for it. */
function isPythonHome(home: string): boolean {
  const found = isAbsolute(home) ? real(home) : undefined;
  return (
    found !== undefined &&
    basename(found) === 'bin' &&
    isFolder(join(dirname(found), 'lib')) &&
    readdirSync(found).some((name) => /^(python|pypy)[\d.]*$/.test(name))
  );
}

/** A Python environment names the interpreter that it is made of. */
function venvHome(folder: string): string[] {
  try {
    const home = /^home\s*=\s*(.+)$/m.exec(readSmallText(join(folder, 'pyvenv.cfg'), 16_384))?.[1]?.trim();
    return home === undefined ? [] : [folder, ...(isPythonHome(home) ? [dirname(home)] : [])];
  } catch {
    return []; // not an environment
  }
}

function system(): Pick<Mounts, 'system' | 'links'> {
  const links: Mounts['links'] = [];
  const places: string[] = [];
  for (const tree of systemTrees) {
    try {
      if (lstatSync(tree).isSymbolicLink()) links.push({ at: tree, to: readlinkSync(tree) });
      else places.push(tree);
    } catch {
      // not on this system
    }
  }
  return { links, system: [...places, ...systemFiles.filter((path) => existsSync(path))] };
}

/** Folders inside the system's own that are covered. */
export const coveredSystem = (): string[] =>
  systemSecrets.filter((path) => {
    try {
      return readdirSync(path).length >= 0;
    } catch {
      return false; // not there, or shut by its permissions already
    }
  });
