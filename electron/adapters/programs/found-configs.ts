// Configurations of MCP servers that other programs keep on this machine: where they lie on each system. Reads only these files.

import { readFileSync, statSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { FoundConfigs } from '../../runtime/tool-ports.ts';

const maxBytes = 8_000_000;

interface Surroundings {
  platform: NodeJS.Platform;
  home: string;
  env: NodeJS.ProcessEnv;
}

/** Program → where it keeps them, from the home folder on. */
export function knownPlaces({ platform: system, home, env }: Surroundings): { program: string; path: string }[] {
  const config =
    system === 'darwin'
      ? path.join(home, 'Library', 'Application Support')
      : system === 'win32'
        ? (env.APPDATA ?? path.join(home, 'AppData', 'Roaming'))
        : (env.XDG_CONFIG_HOME ?? path.join(home, '.config'));
  const code = (folder: string, program: string) => [
    { program, path: path.join(config, folder, 'User', 'mcp.json') },
    { program: `${program} settings`, path: path.join(config, folder, 'User', 'settings.json') },
  ];
  return [
    { program: 'Claude Desktop', path: path.join(config, 'Claude', 'claude_desktop_config.json') },
    { program: 'Claude Code', path: path.join(home, '.claude.json') },
    { program: 'Cursor', path: path.join(home, '.cursor', 'mcp.json') },
    ...code('Code', 'VS Code'),
    ...code('Code - Insiders', 'VS Code Insiders'),
    ...code('VSCodium', 'VSCodium'),
    { program: 'Windsurf', path: path.join(home, '.codeium', 'windsurf', 'mcp_config.json') },
    { program: 'Zed', path: path.join(system === 'darwin' ? path.join(home, '.config') : config, 'zed', 'settings.json') },
    { program: 'LM Studio', path: path.join(home, '.lmstudio', 'mcp.json') },
    { program: 'Gemini CLI', path: path.join(home, '.gemini', 'settings.json') },
  ];
}

export function createFoundConfigs(surroundings: Surroundings = { platform: platform(), home: homedir(), env: process.env }): FoundConfigs {
  const isFile = (file: string): boolean => {
    try {
      return statSync(file).isFile();
    } catch {
      return false; // that is what was asked
    }
  };
  const places = () => knownPlaces(surroundings).filter((each) => isFile(each.path));
  return {
    home: surroundings.home,
    list: places,
    read(file) {
      const known = places().find((each) => each.path === file);
      if (known === undefined)
        throw new AppError('config-not-found', `“${file}” is not a configuration that was found on this machine.`, {
          hint: 'Choose one of the list, or paste its text.',
        });
      if (statSync(file).size > maxBytes)
        throw new AppError('json-too-large', `“${file}” is larger than 8 MB.`, { hint: 'Paste only the part with the servers.' });
      return { program: known.program, text: readFileSync(file, 'utf8').replace(/^\uFEFF/, '') };
    },
  };
}
