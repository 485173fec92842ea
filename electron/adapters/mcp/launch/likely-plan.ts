// How a server would most likely be started, for what is said of it before it ever was: its program, its arguments, its PATH. Reveals
// no secret, installs nothing, and fails for nothing: what cannot be found yet is left as it is written.

import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { sharedLoginPath } from './login-shell.ts';
import { packageAsk } from './package-ask.ts';
import { findPackage } from './package-cache.ts';
import { chooseNode, managedFolders } from './runtimes.ts';
import { findCommand, realSearchContext, type SearchContext, searchFolders } from './search-path.ts';
import { behindShim } from './shims.ts';

export async function likelyPlan(
  { command, args, cwd }: Pick<ServerConfig, 'command' | 'args' | 'cwd'>,
  dataFolder: string,
): Promise<{ file: string; args: string[]; env: Record<string, string>; cwd: string }> {
  const base: SearchContext = { ...realSearchContext(), managed: managedFolders(dataFolder) };
  const context: SearchContext = { ...base, loginPath: (await sharedLoginPath(base)).path };
  const env = { PATH: searchFolders(context).join(delimiter) };
  const where = { env, cwd: cwd === undefined || cwd === '' ? join(dataFolder, 'servers') : cwd };
  const ask = packageAsk(command, args);
  if (/^(node|npx|npm)(\.\w+)?$/i.test(command) || ask?.kind === 'npm') {
    const kept = ask === undefined ? undefined : findPackage(dataFolder, ask);
    const file = (await chooseNode(context, kept?.engines))?.path ?? command;
    return {
      ...where,
      file,
      args: kept === undefined ? args : [...Object.values(kept.programs).map((each) => join(kept.root, each)), ...args],
    };
  }
  const given = command.startsWith('~/') ? join(homedir(), command.slice(2)) : command;
  return { ...where, file: await behindShim(/[\\/]/.test(given) ? given : (findCommand(given, context) ?? given), context), args };
}
