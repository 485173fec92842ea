// Which npm registry this machine uses: that of the person's npm settings, otherwise npm's own. What is fetched is held against pinned
// bytes, so another registry can refuse it and cannot change it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultUrl } from 'registry-url';
import type { SearchContext } from './search-context.ts';

const usable = (text: string | undefined): string | undefined => {
  const address = text?.trim().replace(/^["']|["']$/g, '');
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return /^https?:$/.test(url.protocol) && url.username === '' ? `${url.origin}${url.pathname}`.replace(/\/+$/, '') : undefined;
};

/** Without a slash at its end. */
export function npmRegistryOf({ env, home }: Pick<SearchContext, 'env' | 'home'>): string {
  const named = env.npm_config_registry ?? env.NPM_CONFIG_REGISTRY;
  const file = ((): string | undefined => {
    try {
      return /^\s*registry\s*=\s*(\S+)\s*$/m.exec(readFileSync(join(home, '.npmrc'), 'utf8'))?.[1];
    } catch {
      return undefined; // most people have none
    }
  })();
  return usable(named) ?? usable(file) ?? defaultUrl.replace(/\/+$/, '');
}
