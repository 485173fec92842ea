// A registry that gives its files out from another host: the command line says what to do in one command, and that command does it.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { npmRegistry } from '../../electron/adapters/mcp/launch/package-registries.fixture.ts';
import { inProcess } from '../helpers/cli-in-process.ts';
import { removeFolder, temporaryFolder } from '../helpers/headless-host.ts';

const home = temporaryFolder('cli-hosts');
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
  await removeFolder(home);
});

const orrery = (args: string[]) => inProcess([...args, '--data', path.join(home, 'data')]);

test('a host that packages come from is refused with the command that allows it, and that command starts the server', async () => {
  const here = (url: string) => url.replace('127.0.0.1', 'localhost');
  const registry = await npmRegistry(path.join(home, 'registry'), [{ name: '@planted/far', version: '1.0.0' }], { tarballs: here });
  ends.push(registry.close);
  const env = {
    npm_config_registry: registry.url,
    npm_config_cache: path.join(home, 'npm'),
    npm_config_fetch_retries: '0',
    npm_config_replace_registry_host: 'never',
  };
  const config = { mcpServers: { far: { command: 'npx', args: ['-y', '@planted/far'], env } } };
  const file = path.join(home, 'mcp.json');
  writeFileSync(file, JSON.stringify(config));
  const added = await orrery(['tools', 'import', file, '--yes']);
  const { host } = new URL(here(registry.url));
  const command = `orrery tools hosts --allow ${host} --start far`;
  expect(added.out + added.err).toContain(`gives files out from ${host}`);
  expect(added.out + added.err).toContain(command);

  const unasked = await orrery(command.split(' ').slice(1));
  expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
  expect(registry.asked).not.toContain('/tarballs/@planted/far-1.0.0.tgz');
  const bad = await orrery(['tools', 'hosts', '--allow', 'http://x/y', '--yes']);
  expect(bad).toMatchObject({ code: 2, err: expect.stringContaining('is not a host') });
  const allowed = await orrery([...command.split(' ').slice(1), '--yes', '--json']);
  expect(JSON.parse(allowed.out)).toMatchObject({ allowedHosts: ['*', host], server: { id: 'far', state: 'ready' } });
  expect(allowed.code).toBe(0);
  expect(registry.asked).toContain('/tarballs/@planted/far-1.0.0.tgz');

  const removed = await orrery(['tools', 'hosts', '--remove', host]);
  expect(removed).toMatchObject({ code: 0, out: expect.not.stringContaining(host) });

  expect(await orrery(['tools', 'start', 'far', '--json'])).toMatchObject({ code: 0, out: expect.stringContaining('"ready"') });
  expect(await orrery(['tools', 'stop', 'far'])).toMatchObject({ code: 2, err: expect.stringContaining('No host runs') });
  expect(await orrery(['tools', 'remove', 'files', '--yes'])).toMatchObject({ err: expect.stringContaining('a part of Orrery') });
  expect(await orrery(['tools', 'remove', 'far'])).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
  expect(await orrery(['tools', 'remove', 'far', '--yes'])).toMatchObject({ code: 0, out: expect.stringContaining('Removed far') });
  expect(await orrery(['tools', 'show', 'far'])).toMatchObject({ err: expect.stringContaining('There is no tool server “far”') });
}, 120_000);
