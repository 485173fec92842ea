// Where the command line starts: lets Node keep what it compiles, then loads the program. The cache lies in the person's own
// cache folder; in the system's shared temporary one another user could plant code.

import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';

const cacheFolder =
  process.platform === 'win32'
    ? path.join(process.env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'Orrery', 'Cache')
    : process.platform === 'darwin'
      ? path.join(homedir(), 'Library', 'Caches', 'Orrery')
      : path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'orrery');
// NODE_COMPILE_CACHE, where someone set it, wins; a folder that cannot be written only costs the time.
if (process.env.NODE_COMPILE_CACHE === undefined) enableCompileCache(path.join(cacheFolder, 'compiled'));
// The host that serves pages starts by itself, so that it answers early.
await (process.argv[2] === 'serve' ? import('./serve-program.ts') : import('./program.ts'));
