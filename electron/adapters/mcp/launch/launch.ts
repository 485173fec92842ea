// From a server's configuration to exactly what is started: the command's full path, a cleared environment with only what was
// declared, the folder to run in. Finds everything that would make the start fail, and says it in words. Starts nothing.

import { mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { Vault } from '../../../runtime/ports.ts';
import { checkExecutable } from './executable.ts';
import { commandNames, exists, findCommand, realSearchContext, type SearchContext, searchFolders } from './search-path.ts';
import { StartError } from './start-error.ts';

export { findCommand } from './search-path.ts';

export interface LaunchPlan {
  file: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
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
  const folders = searchFolders(context);
  const shown = folders.slice(0, 12).join(', ') + (folders.length > 12 ? ` and ${folders.length - 12} more` : '');
  const tip = /^(npx|node|npm)$/.test(given)
    ? 'Install Node.js from nodejs.org, or name the full path of the program as the command.'
    : /^(uvx|uv)$/.test(given)
      ? 'Install uv from docs.astral.sh/uv, or name the full path of the program as the command.'
      : 'Install it, or name its full path as the command.';
  throw new StartError('not-found', `The program “${given}” was not found. Looked in ${shown}.`, tip);
}

const kept =
  process.platform === 'win32'
    ? [
        'SystemRoot',
        'SystemDrive',
        'ComSpec',
        'PATHEXT',
        'USERPROFILE',
        'USERNAME',
        'HOMEDRIVE',
        'HOMEPATH',
        'APPDATA',
        'LOCALAPPDATA',
        'ProgramFiles',
        'ProgramData',
        'TEMP',
        'TMP',
      ]
    : ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

async function environment(config: ServerConfig, vault: Pick<Vault, 'reveal'>, context: SearchContext): Promise<Record<string, string>> {
  const env: Record<string, string> = { PATH: searchFolders(context).join(delimiter) };
  for (const name of kept) {
    const value = context.env[name];
    if (value !== undefined) env[name] = value;
  }
  for (const [name, value] of Object.entries(config.env)) {
    if ('text' in value) {
      env[name] = value.text;
      continue;
    }
    try {
      env[name] = await vault.reveal(value.secret);
    } catch (error) {
      const hint = (error as { hint?: string }).hint;
      throw new StartError(
        'missing-secret',
        `The secret “${value.secret}” for ${name} could not be read: ${error instanceof Error ? error.message : String(error)}`,
        hint ?? 'Store it in the vault under that name, then start the server again.',
      );
    }
  }
  return env;
}

function workingFolder(config: ServerConfig, dataFolder: string): string {
  if (config.cwd === undefined || config.cwd === '') {
    const own = join(dataFolder, 'servers', config.id);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    return own;
  }
  const folder = config.cwd.startsWith('~/') ? join(homedir(), config.cwd.slice(2)) : config.cwd;
  if (!isAbsolute(folder))
    throw new StartError('missing-folder', `The folder “${folder}” is not a full path.`, 'Name the folder from the root on.');
  if (!exists(folder))
    throw new StartError('missing-folder', `The folder “${folder}” is not there.`, 'Create it, or choose another folder to run in.');
  if (!statSync(folder).isDirectory()) throw new StartError('missing-folder', `“${folder}” is not a folder.`, 'Choose a folder to run in.');
  return folder;
}

/** Throws StartError. Secrets are revealed here, last, and live only in the plan's environment. */
export async function planLaunch(
  config: ServerConfig,
  options: { vault: Pick<Vault, 'reveal'>; dataFolder: string; context?: SearchContext },
): Promise<LaunchPlan> {
  const context = options.context ?? realSearchContext();
  const cwd = workingFolder(config, options.dataFolder);
  const file = commandPath(config.command, cwd, context);
  checkExecutable(file, (name) => findCommand(name, context));
  const env = await environment(config, options.vault, context);
  return { file, args: config.args, env, cwd };
}
