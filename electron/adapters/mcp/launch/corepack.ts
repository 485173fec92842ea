// pnpm and yarn as corepack gives them: programs that look in the person's cache for the version that the folder wants. A contained server
// has another home folder, so corepack is told where that cache is, and may read it.

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { SearchContext } from './search-context.ts';

export interface BesideCorepack {
  env: Record<string, string>;
  reads: string[];
}

/** Where corepack keeps what it fetched. */
export function corepackHome({ env, home, platform }: Pick<SearchContext, 'env' | 'home' | 'platform'>): string {
  const caches = env.XDG_CACHE_HOME ?? (platform === 'win32' ? (env.LOCALAPPDATA ?? join(home, 'AppData', 'Local')) : join(home, '.cache'));
  return env.COREPACK_HOME ?? join(caches, 'node', 'corepack');
}

/** Undefined for a program that is none of corepack's. */
export function besideCorepack(file: string, context: SearchContext): BesideCorepack | undefined {
  let real: string;
  try {
    real = realpathSync(file);
  } catch {
    return undefined; // what starts it will say that it is not there
  }
  if (!/[\\/]corepack[^\\/]*[\\/](package[\\/])?dist[\\/](pnpm|pnpx|yarn|yarnpkg|npm|npx)\.js$/.test(real)) return undefined;
  const folder = corepackHome(context);
  return {
    // It must not write into the person's project which version it took, nor wait for an answer that nobody can give.
    env: { COREPACK_HOME: folder, COREPACK_ENABLE_AUTO_PIN: '0', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' },
    reads: [folder],
  };
}
