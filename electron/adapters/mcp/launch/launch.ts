// From a server's configuration to exactly what is started: the command's full path, a cleared environment with only what was
// declared, the folder to run in. Finds everything that would make the start fail, and says it in words. Starts no server; it may
// ask the login shell for PATH, and install a package once.

import { mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { besideCorepack } from './corepack.ts';
import { enginesOf, scriptOf } from './diagnose-look.ts';
import { checkExecutable } from './executable.ts';
import { environment } from './launch-environment.ts';
import { launchPackage } from './launch-package.ts';
import { sharedLoginPath } from './login-shell.ts';
import { packageAsk } from './package-ask.ts';
import { findPackage } from './package-cache.ts';
import { putInSecrets } from './put-in-secrets.ts';
import { chooseNode, findNpm, managedFolders, nodeOfNpm } from './runtimes.ts';
import {
  commandNames,
  exists,
  findCommand,
  givenFolders,
  hasChosenPath,
  realSearchContext,
  type SearchContext,
  searchFolders,
} from './search-path.ts';
import { satisfies } from './semver.ts';
import { behindShim, interpreterBehindShim } from './shims.ts';
import { StartError } from './start-error.ts';
import { besidePowerShell, scriptOfShim } from './windows-shim.ts';

export type { LaunchPlan } from './launch-plan.ts';
export { findCommand } from './search-path.ts';

import { chosen, type Found, type LaunchOptions, type LaunchPlan, notFound } from './launch-plan.ts';

/** Throws StartError. Secrets are revealed here, last, and live only in the plan's environment. */
export async function planLaunch(config: ServerConfig, options: LaunchOptions): Promise<LaunchPlan> {
  const cwd = workingFolder(config, options.dataFolder);
  const notes: string[] = [];
  const context = await searchContext(config, cwd, options, notes);
  const ask = isBare(config.command) ? packageAsk(config.command, config.args) : undefined;
  const isLocal = ask?.kind === 'npm' && exists(join(cwd, 'node_modules', ask.name, 'package.json'));
  // bunx, and pnpm of its own, fetch by themselves where there is no npm.
  const isTheirs = ask?.by !== undefined && findPackage(options.dataFolder, ask) === undefined && findNpm(context) === undefined;
  const found =
    ask !== undefined && !isLocal && !isTheirs
      ? await launchPackage(ask, config, { ...options, context, cwd, notes })
      : await launchCommand(config, cwd, context, notes);
  checkExecutable(found.file, (name) => findCommand(name, context));
  const handed: { folder?: string; done(): void }[] = [];
  const first = found.runtimeFolder === undefined ? [] : [found.runtimeFolder];
  const env = await environment(config, options.vault, context, [...new Set([...first, ...searchFolders(context)])], (one) =>
    handed.push(one),
  );
  const args = await Promise.all(found.args.map((arg) => putInSecrets(arg, 'an argument', config, options.vault)));
  const hasSecrets = args.some((arg, index) => arg !== found.args[index]);
  if (found.runtime !== undefined && env.NODE_COMPILE_CACHE === undefined && satisfies(found.runtime.version, '>=22.1'))
    // Its own: what a server keeps there only it will load.
    env.NODE_COMPILE_CACHE = join(ownFolder(config, options.dataFolder), '.compile-cache');
  const { runtimeFolder, moreEnv, ...plan } = found;
  for (const [name, value] of Object.entries(moreEnv ?? {})) env[name] ??= value;
  const keyFolders = handed.flatMap(({ folder }) => folder ?? []);
  const reads = [...(runtimeFolder === undefined ? [] : [runtimeFolder]), ...keyFolders, ...(plan.reads ?? [])];
  const done = (): void => {
    for (const one of handed) one.done();
  };
  return {
    ...plan,
    args,
    ...(hasSecrets ? { shownArgs: found.args } : {}),
    env,
    cwd,
    notes,
    done,
    ...(context.managed === undefined ? {} : { managed: context.managed }),
    ...(context.offeredNode === undefined ? {} : { offeredNode: context.offeredNode }),
    ...(reads.length === 0 ? {} : { reads }),
  };
}

const isBare = (command: string): boolean => !/[\\/]/.test(command);

/** With PATH as the login shell has it, unless what is wanted stands where the person who started us put it. */
async function searchContext(config: ServerConfig, cwd: string, options: LaunchOptions, notes: string[]): Promise<SearchContext> {
  const offeredNode = options.offeredNode?.();
  const base: SearchContext = options.context ?? {
    ...realSearchContext(),
    managed: managedFolders(options.dataFolder),
    ...(offeredNode === undefined ? {} : { offeredNode }),
  };
  const context: SearchContext = config.cwd === undefined || config.cwd === '' ? base : { ...base, cwd };
  if (context.loginPath !== undefined || !isBare(config.command)) return context;
  const isThere = givenFolders(context).some((folder) => commandNames(config.command, context).some((name) => exists(join(folder, name))));
  if (hasChosenPath(context) && isThere) return context;
  const login = await sharedLoginPath(context, options.shell);
  if (login.problem !== undefined)
    notes.push(`The login shell ${login.shell ?? ''} was not of help (${login.problem}); the usual folders were searched.`);
  return { ...context, loginPath: login.path };
}

async function launchCommand(config: ServerConfig, cwd: string, context: SearchContext, notes: string[]): Promise<Found> {
  const given = config.command;
  if (isBare(given) && /^node(\.exe)?$/i.test(given)) {
    const engines = enginesOf(scriptOf({ file: 'node', args: config.args, cwd }));
    const node = await chooseNode(context, engines, notes);
    if (node !== undefined) return { file: node.path, args: config.args, ...chosen(node, engines, notes) };
  }
  if (isBare(given) && /^(npx|npm)$/i.test(given) && findCommand(given, context) === undefined) {
    // npm came with a Node that is not on PATH: its own script is run by the Node that is.
    const npm = findNpm(context);
    const node = npm === undefined ? undefined : await nodeOfNpm(npm, context);
    if (npm !== undefined && node !== undefined) {
      notes.push(`There is no ${given} on PATH; the one of ${dirname(npm)} is used.`);
      const script = join(dirname(npm), `${given.toLowerCase()}-cli.js`);
      return { file: node.path, args: [script, ...config.args], ...chosen({ ...node, fits: true }, undefined, notes) };
    }
  }
  const shown = commandPath(given, cwd, context);
  if (context.platform === 'win32') return launchWindows(besidePowerShell(shown), config.args, context, notes);
  const file = await behindShim(shown, context, notes);
  const runtimeFolder = file === shown ? await interpreterBehindShim(file, context, notes) : dirname(file);
  const corepack = besideCorepack(file, context);
  return {
    file,
    args: config.args,
    ...(runtimeFolder === undefined ? {} : { runtimeFolder }),
    ...(corepack === undefined ? {} : { moreEnv: corepack.env, reads: corepack.reads }),
  };
}

/** A script that npm put on PATH is run by Node itself, with its arguments as they are. */
async function launchWindows(file: string, args: string[], context: SearchContext, notes: string[]): Promise<Found> {
  const script = /\.(cmd|bat)$/i.test(file) ? scriptOfShim(file) : undefined;
  if (script === undefined) return { file, args };
  const engines = enginesOf(script);
  const beside = join(dirname(file), 'node.exe');
  const node = exists(beside) ? undefined : await chooseNode(context, engines, notes);
  if (node === undefined) return exists(beside) ? { file: beside, args: [script, ...args] } : { file, args };
  return { file: node.path, args: [script, ...args], ...chosen(node, engines, notes) };
}

function commandPath(command: string, cwd: string, context: SearchContext): string {
  const given = command.startsWith('~/') ? join(homedir(), command.slice(2)) : command;
  if (given.includes('/') || (context.platform === 'win32' && given.includes('\\'))) {
    const path = isAbsolute(given) ? given : resolve(cwd, given);
    const found = commandNames(path, context).find(exists);
    if (found !== undefined) return found;
    throw new StartError('not-found', `There is no file “${path}”.`, 'Correct the command, or install the program.');
  }
  const found = findCommand(given, context);
  if (found !== undefined) return found;
  throw notFound(given, context);
}

/** A server's own folder, made when it is not there. Absolute. */
export function ownFolder(config: Pick<ServerConfig, 'id'>, dataFolder: string): string {
  const own = join(dataFolder, 'servers', config.id);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return own;
}

function workingFolder(config: ServerConfig, dataFolder: string): string {
  if (config.cwd === undefined || config.cwd === '') return ownFolder(config, dataFolder);
  const folder = config.cwd.startsWith('~/') ? join(homedir(), config.cwd.slice(2)) : config.cwd;
  if (!isAbsolute(folder))
    throw new StartError('missing-folder', `The folder “${folder}” is not a full path.`, 'Name the folder from the root on.');
  if (!exists(folder))
    throw new StartError('missing-folder', `The folder “${folder}” is not there.`, 'Create it, or choose another folder to run in.');
  if (!statSync(folder).isDirectory()) throw new StartError('missing-folder', `“${folder}” is not a folder.`, 'Choose a folder to run in.');
  return folder;
}
