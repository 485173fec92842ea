// npm as a start runs it, beside the offline switch and the ledger: a real npm, and a registry of this machine or one elsewhere.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { ConnectionRow } from '../../net/connection-row.ts';
import { withInstaller } from './installer-net.ts';
import { planLaunch } from './launch.ts';
import { npmRegistry, type Registry } from './package-registries.fixture.ts';
import { findNpm } from './runtimes.ts';
import { realSearchContext } from './search-path.ts';

let folder: string;
let registry: Registry;
let rows: (ConnectionRow & { server?: string })[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-installers-'));
  mkdirSync(join(folder, 'data'));
  rows = [];
  registry = await npmRegistry(join(folder, 'packed'), [{ name: '@planted/server', version: '1.0.0' }]);
});
afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

const config = (address: string): ServerConfig =>
  ({
    id: 'kept',
    title: 'Kept',
    command: 'npx',
    args: ['-y', '@planted/server'],
    env: Object.fromEntries(
      Object.entries({ npm_config_registry: address, npm_config_cache: join(folder, 'npm-cache'), npm_config_fetch_retries: '0' }).map(
        ([name, text]) => [name, { text }],
      ),
    ),
    enabled: true,
  }) as unknown as ServerConfig;
const start = (address: string, isOffline: boolean) =>
  planLaunch(config(address), {
    vault: { reveal: async () => '' },
    dataFolder: join(folder, 'data'),
    installers: { isOffline: () => isOffline, onConnection: (row) => rows.push(row) },
  });

describe.runIf(findNpm(realSearchContext()) !== undefined)('what a start fetches', () => {
  it('is in the ledger once, and a start from what is kept is not', async () => {
    await start(registry.url, false);
    expect(rows).toMatchObject([
      { host: new URL(registry.url).host, method: 'npm', purpose: expect.stringContaining('@planted/server'), by: { server: 'kept' } },
    ]);
    expect(rows[0]?.error).toBeUndefined();
    await start(registry.url, false);
    expect(rows).toHaveLength(1);
  });

  it('is in the ledger as failed where the registry has no such thing', async () => {
    await expect(start(`${registry.url}/none`, false)).rejects.toThrow('@planted/server');
    expect(rows).toMatchObject([{ error: expect.stringContaining('installer-') }]);
  });

  it('is not asked for elsewhere while Orrery is offline: that is said, and is in the ledger as refused', async () => {
    await expect(start('http://registry.example:4873', true)).rejects.toMatchObject({
      failure: { cause: 'not-cached', message: expect.stringContaining('offline'), hint: expect.stringContaining('Offline') },
    });
    expect(rows).toMatchObject([{ host: 'registry.example:4873', error: 'offline' }]);
  });

  it('is fetched from a registry of this machine while Orrery is offline', async () => {
    expect((await start(registry.url, true)).package).toMatchObject({ version: '1.0.0' });
    expect(rows).toHaveLength(1);
  });
});

it('is no matter for Python’s index either: nothing runs offline', async () => {
  let isRun = false;
  const work = async () => {
    isRun = true;
  };
  const net = { isOffline: () => true, onConnection: (row: ConnectionRow) => rows.push(row) };
  const ask = { kind: 'python', name: 'mcp-server-time', spec: 'mcp-server-time' } as const;
  await expect(withInstaller(ask, { env: {}, context: { home: folder }, net }, work)).rejects.toMatchObject({
    failure: { cause: 'not-cached' },
  });
  expect(isRun).toBe(false);
  expect(rows).toMatchObject([{ host: 'pypi.org', method: 'pip', error: 'offline' }]);
});
