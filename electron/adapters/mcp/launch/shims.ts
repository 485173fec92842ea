// What a version manager's shim stands for: volta, asdf, mise, pyenv, nodenv and rbenv put small programs on PATH that look in the
// home folder, at each start, which version is meant. A contained server has another home folder, so the manager is asked here,
// outside, and the program itself is started. Changes nothing of a manager.

import { execFile } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { headerOf } from './executable.ts';
import { isInServersFolder } from './runs-outside.ts';
import { exists, findCommand, type SearchContext, searchFolders } from './search-path.ts';
import { pinnedTool } from './version-pins.ts';

interface Manager {
  name: string;
  /** Says to the manager where its folder is; a profile may have said so, and only PATH was asked of that. */
  rootVariable: string;
}

const managers: readonly Manager[] = [
  { name: 'volta', rootVariable: 'VOLTA_HOME' },
  { name: 'asdf', rootVariable: 'ASDF_DATA_DIR' },
  { name: 'mise', rootVariable: 'MISE_DATA_DIR' },
  { name: 'pyenv', rootVariable: 'PYENV_ROOT' },
  { name: 'nodenv', rootVariable: 'NODENV_ROOT' },
  { name: 'rbenv', rootVariable: 'RBENV_ROOT' },
];

/** Milliseconds a manager has to answer. */
const patience = 5_000;

const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is gone since; what starts it will say so
  }
};

function managerOf(path: string, { env, home }: SearchContext): Manager | undefined {
  const folder = dirname(path);
  const named = (name: string) => managers.find((each) => each.name === name);
  if (/^volta-shim(\.exe)?$/.test(basename(real(path)))) return named('volta');
  if (/^mise(\.exe)?$/.test(basename(real(path))) && basename(path) !== 'mise') return named('mise');
  const volta = env.VOLTA_HOME ?? join(home, '.volta');
  if (folder === join(volta, 'bin') && !basename(path).startsWith('volta')) return named('volta');
  if (basename(folder) !== 'shims') return undefined;
  return (
    managers.find((each) => env[each.rootVariable] !== undefined && join(env[each.rootVariable] as string, 'shims') === folder) ??
    managers.find((each) => basename(dirname(folder)).replace(/^\./, '').startsWith(each.name))
  );
}

/** Its own program: in its folder, or found as any command is. */
function programOf({ name }: Manager, root: string, context: SearchContext): string | undefined {
  const found = [join(root, 'bin', name), join(root, 'libexec', name)].find(exists) ?? findCommand(name, context);
  return found === undefined || isInServersFolder(found, context) ? undefined : found;
}

const mayRun = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * The program behind a shim, as its manager chooses it for the folder the server runs in; the path itself when it is no shim, or the
 * manager does not answer. Why not goes to `notes`, a sentence.
 */
export async function behindShim(path: string, context: SearchContext, notes?: string[]): Promise<string> {
  const manager = context.platform === 'win32' ? undefined : managerOf(path, context);
  // Of the server's own folder neither a shim nor a manager is run here.
  if (manager === undefined || isInServersFolder(path, context)) return path;
  const root = dirname(dirname(path));
  const program = programOf(manager, root, context);
  if (program === undefined) {
    notes?.push(`“${path}” belongs to ${manager.name}, which was not found: it may not know its version in the sandbox.`);
    return path;
  }
  const name = basename(path);
  const { said, complaint } = await ask(program, name, manager, root, context);
  const found = said
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => isAbsolute(line) && mayRun(line));
  if (found !== undefined && managerOf(found, context) === undefined) return found;
  // mise's own shim goes on to what is behind it on PATH where it has nothing to say.
  const next = manager.name === 'mise' && /not currently active/.test(complaint) ? nextOf(path, context) : undefined;
  if (next !== undefined) return next;
  notes?.push(`${manager.name} does not say which “${name}” is meant${complaint === '' ? '.' : `: ${complaint}`}`);
  return path;
}

/** The first of that name that is no shim. */
const nextOf = (path: string, context: SearchContext): string | undefined =>
  searchFolders(context)
    .map((folder) => join(folder, basename(path)))
    .find((each) => exists(each) && mayRun(each) && managerOf(each, context) === undefined);

function ask(
  program: string,
  name: string,
  { name: manager, rootVariable }: Manager,
  root: string,
  context: SearchContext,
): Promise<{ said: string; complaint: string }> {
  const env: Record<string, string> = { PATH: searchFolders(context).join(delimiter), HOME: context.home, [rootVariable]: root };
  for (const [key, value] of Object.entries(context.env))
    if (value !== undefined && /^(XDG_(CONFIG|DATA|STATE|CACHE)_HOME|LANG|LC_ALL|(ASDF|MISE|PYENV|NODENV|RBENV|VOLTA)_\w+)$/.test(key))
      env[key] ??= value;
  // mise runs what a configuration that was trusted once says (templates, hooks), whatever stands in it by now: it is asked at home, and
  // told the version. The others only read a version.
  const isAtHome = manager === 'mise' || context.cwd === undefined;
  const pinned = manager === 'mise' && context.cwd !== undefined ? pinnedTool(context.cwd, name) : undefined;
  if (pinned !== undefined) env[`MISE_${pinned.tool.toUpperCase().replaceAll('-', '_')}_VERSION`] = pinned.version;
  return new Promise((resolve) => {
    execFile(
      program,
      ['which', name],
      { timeout: patience, killSignal: 'SIGKILL', env, cwd: isAtHome ? context.home : context.cwd, maxBuffer: 64 * 1024 },
      (error, stdout, stderr) => {
        const late = error?.killed === true ? `it did not answer within ${patience / 1000} seconds` : '';
        const words = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 300);
        resolve({ said: error === null ? stdout : '', complaint: words === '' ? late : words });
      },
    );
  });
}

/** For a script that is run by a command of PATH (`#!/usr/bin/env node`): the folder of that program, when a shim stands for it. */
export async function interpreterBehindShim(file: string, context: SearchContext, notes?: string[]): Promise<string | undefined> {
  let header: ReturnType<typeof headerOf>;
  try {
    header = headerOf(file);
  } catch {
    return undefined; // a folder, or nothing that may be read: its start says so
  }
  if (header.kind !== 'script' || basename(header.interpreter) !== 'env') return undefined;
  const wanted = header.argument?.replace(/^-S\s+/, '').split(/\s+/)[0];
  const shim = wanted === undefined || wanted === '' ? undefined : findCommand(wanted, context);
  if (shim === undefined) return undefined;
  const found = await behindShim(shim, context, notes);
  return found === shim ? undefined : dirname(found);
}
