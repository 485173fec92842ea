// Where a search for commands begins: the environment, the home folder, the machine. Tests give others.

import { homedir } from 'node:os';

export interface SearchContext {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
  execPath: string;
  /** PATH as the person's login shell has it; absent when it was not asked or did not answer. */
  loginPath?: readonly string[];
  /** The folder a server runs in: a version file there chooses its Node. */
  cwd?: string;
  /** Folders of a Node that belongs to the app; used when there is no other. */
  managed?: readonly string[];
  /** The version of Node that Orrery could fetch and has not. */
  offeredNode?: string;
}
export const realSearchContext = (): SearchContext => ({
  env: process.env,
  home: homedir(),
  platform: process.platform,
  execPath: process.execPath,
});
