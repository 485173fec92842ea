import { delimiter } from 'node:path';
import { expect, it } from 'vitest';
import { baseEnvironment, installerEnvironment } from './launch-environment.ts';
import type { SearchContext } from './search-context.ts';

const context = {
  env: {
    ...{ HOME: '/home/ann', USERPROFILE: 'C:\\ann', PATH: '/usr/bin', SHOP_KEY: 'sk-secret', NODE_OPTIONS: '--require /tmp/x.js' },
    ...{
      https_proxy: 'http://proxy:3128',
      NO_PROXY: 'local',
      npm_config_registry: 'http://own/',
      UV_INDEX_URL: 'http://uv/',
      PIP_INDEX_URL: '',
    },
  },
} as unknown as SearchContext;
const path = ['/a', '/b'];

it('a server begins with what every program needs, and nothing else of ours', () => {
  const env = baseEnvironment(context, path);
  expect(env).toMatchObject({ PATH: path.join(delimiter) });
  for (const name of ['SHOP_KEY', 'NODE_OPTIONS', 'https_proxy', 'npm_config_registry']) expect(env).not.toHaveProperty(name);
});

it('an installer has proxies and settings of installers besides, the server’s own in plain text last, and no secret', () => {
  const own = { npm_config_registry: { text: 'http://theirs/' }, SHOP_KEY: { text: 'plain' }, pip_trusted: { secret: 'PIP' } };
  const env = installerEnvironment({ env: own } as never, context, path);
  expect(env).toMatchObject({ https_proxy: 'http://proxy:3128', NO_PROXY: 'local', UV_INDEX_URL: 'http://uv/' });
  expect(env.npm_config_registry).toBe('http://theirs/');
  for (const name of ['SHOP_KEY', 'NODE_OPTIONS', 'pip_trusted']) expect(env).not.toHaveProperty(name);
});
