// The Node that Orrery fetches for tool servers (fetch-node.ts too): whole or not at all, from a registry of the test, and what the
// launcher makes of it.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { type NodeRegistry, plantedVersion, startNodeRegistry } from '../../../../tests/helpers/node-registry.ts';
import type { ConnectionRow } from '../../net/connection-row.ts';
import { createNet } from '../../net/net.ts';
import { diagnose } from './diagnose.ts';
import { realLook } from './diagnose-look.ts';
import { nodesFolder } from './kept-nodes.ts';
import { planLaunch } from './launch.ts';
import { createManagedNodes, type KeptAndOffered } from './managed-node.ts';
import { buildFor } from './pinned-node.ts';
import { chooseNode, findNpm, managedFolders, nodeOfNpm } from './runtimes.ts';
import { realSearchContext, type SearchContext } from './search-path.ts';

let folder: string;
let registry: NodeRegistry;
let nodes: KeptAndOffered;
let isOffline = false;
const rows: ConnectionRow[] = [];
const data = (): string => join(folder, 'data');
const kept = (): string[] => (existsSync(nodesFolder(data())) ? readdirSync(nodesFolder(data())) : []);
const never = new AbortController().signal;
const context = (more: Partial<SearchContext> = {}): SearchContext => ({
  ...realSearchContext(),
  home: folder,
  env: { PATH: '/usr/bin:/bin', npm_config_registry: `${registry.url}/` },
  ...more,
});

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-node-')));
  mkdirSync(data());
  registry = await startNodeRegistry(join(folder, 'packed'));
  isOffline = false;
  rows.length = 0;
  nodes = createManagedNodes({
    dataFolder: data(),
    build: () => buildFor(registry.list),
    net: createNet({ isOffline: () => isOffline, onConnection: (row) => rows.push(row) }),
    context: context(),
  });
});
afterEach(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32')('fetching', () => {
  it('is whole, with npm and npx, told as it goes, in the ledger, and can be removed', async () => {
    expect(await nodes.look()).toMatchObject({ offer: { version: plantedVersion }, kept: [] });
    expect(nodes.missing()).toBe(plantedVersion);
    const steps: string[] = [];
    await nodes.fetch(never, ({ step, done, total }) => {
      expect(done).toBeLessThanOrEqual(Math.max(total, done));
      if (steps.at(-1) !== step) steps.push(step);
    });
    expect(steps).toEqual(['fetch', 'unpack']);
    expect(kept()).toEqual([plantedVersion]);
    const place = join(nodesFolder(data()), plantedVersion);
    expect(readdirSync(place).sort()).toEqual(['LICENSE', 'bin', 'lib', 'orrery.json']);
    expect(readdirSync(join(place, 'bin')).sort()).toEqual(['node', 'npm', 'npx']);
    expect(statSync(join(place, 'bin/npx')).mode & 0o100).toBe(0o100);
    expect((await nodes.look()).kept).toMatchObject([{ version: plantedVersion, folder: place }]);
    expect(nodes.missing()).toBeUndefined();
    expect(rows.map((each) => [each.purpose.includes('for tool servers'), each.status])).toEqual([
      [true, 200],
      [true, 200],
    ]);
    // Once more: the new one takes its place.
    await nodes.fetch(never, () => undefined);
    expect(kept()).toEqual([plantedVersion]);
    await nodes.remove(plantedVersion);
    expect(kept()).toEqual([]);
    await expect(nodes.remove(plantedVersion)).rejects.toMatchObject({ code: 'node-not-kept' });
  });

  it.each([
    ['other-bytes', 'download-damaged'],
    ['too-long', 'download-damaged'],
    ['missing', 'download-refused'],
    ['cut', 'net-'],
  ] as const)('what comes %s is refused and leaves nothing, and what was there stays', async (bend, code) => {
    const before = join(nodesFolder(data()), '20.0.0');
    mkdirSync(before, { recursive: true });
    registry.bend = bend;
    await expect(nodes.fetch(never, () => undefined)).rejects.toMatchObject({
      code: expect.stringContaining(code),
      hint: expect.any(String),
    });
    expect(kept()).toEqual(['20.0.0']);
    registry.bend = 'whole';
    await nodes.fetch(never, () => undefined);
    expect(kept()).toEqual(['20.0.0', plantedVersion]);
  });

  it('asks nobody while Orrery is offline', async () => {
    // A registry on this machine is not outside: this one is.
    nodes = createManagedNodes({
      dataFolder: data(),
      build: () => buildFor(registry.list),
      net: createNet({ isOffline: () => true, resolve: async () => ['203.0.113.7'] }),
      context: context({ env: { PATH: '/usr/bin', npm_config_registry: 'https://packages.example.com' } }),
    });
    await expect(nodes.fetch(never, () => undefined)).rejects.toMatchObject({ code: 'offline' });
    expect(kept()).toEqual([]);
  });

  it('stops when told to, in the middle of a download', async () => {
    registry.bend = 'hangs';
    const stop = new AbortController();
    const work = nodes.fetch(stop.signal, ({ done }) => {
      if (done > 0) stop.abort();
    });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(kept()).toEqual([]);
  });

  it('is ended when the host closes, before that is over, and does not begin again', async () => {
    registry.bend = 'hangs';
    const begun = Promise.withResolvers<void>();
    const work = nodes.fetch(never, ({ done }) => {
      if (done > 0) begun.resolve();
    });
    const ended = expect(work).rejects.toMatchObject({ code: 'cancelled' });
    await begun.promise;
    expect(kept()).toHaveLength(1);
    await nodes.close();
    expect(kept()).toEqual([]);
    await ended;
    await expect(nodes.fetch(never, () => undefined)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('does not begin where there is no room for it, and takes away what an ended one left', async () => {
    mkdirSync(join(nodesFolder(data()), '.part-old'), { recursive: true });
    const [node] = registry.list.node;
    if (node !== undefined) node.unpackedBytes = 1e15;
    await expect(nodes.fetch(never, () => undefined)).rejects.toMatchObject({ code: 'disk-full' });
    expect([kept(), registry.asked]).toEqual([[], []]);
  });

  it('one that is whole and does not run as what it is is not kept', async () => {
    const other = await startNodeRegistry(join(folder, 'other'), { says: '18.0.0' });
    try {
      const bent = createManagedNodes({
        dataFolder: data(),
        build: () => buildFor(other.list),
        net: createNet(),
        context: context({ env: { PATH: '/usr/bin', npm_config_registry: other.url } }),
      });
      await expect(bent.fetch(never, () => undefined)).rejects.toMatchObject({ code: 'node-does-not-run' });
      expect(kept()).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe.skipIf(process.platform === 'win32')('the launcher', () => {
  const vault = { reveal: async () => '' };
  const script = (engines: string): string => {
    const own = join(folder, 'own-server');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'package.json'), JSON.stringify({ type: 'module', engines: { node: engines } }));
    writeFileSync(join(own, 'server.js'), 'throw new Error("as it is");\n');
    return join(own, 'server.js');
  };
  const config = (args: string[]): ServerConfig =>
    ({ id: 'child', title: 'Child', command: 'node', args, env: {}, enabled: true }) as unknown as ServerConfig;

  it('says that a Node can be fetched where that would mend it, and takes it once it is there', async () => {
    const wishes = config([script('>=24.90')]);
    const where = context({ offeredNode: plantedVersion, managed: [] });
    const plan = await planLaunch(wishes, { vault, dataFolder: data(), context: where });
    const facts = { plan, exitCode: 1, signal: null, stderr: 'Error: as it is', stdoutHead: '', elapsedMs: 1 };
    const failure = diagnose(facts, realLook());
    expect(failure).toMatchObject({ cause: 'newer-runtime', wantsNode: true });
    expect(failure.hint).toContain(`Let Orrery fetch Node ${plantedVersion}`);
    // One that would not fit is not offered.
    const far = await planLaunch(config([script('>=99')]), { vault, dataFolder: data(), context: where });
    expect(diagnose({ ...facts, plan: far }, realLook())).not.toHaveProperty('wantsNode');

    await nodes.fetch(never, () => undefined);
    const managed = managedFolders(data());
    const again = await planLaunch(config([script('>=24.90')]), { vault, dataFolder: data(), context: context({ managed }) });
    expect(again.file).toBe(join(nodesFolder(data()), plantedVersion, 'bin/node'));
    expect(again.env.PATH?.split(':')[0]).toBe(join(nodesFolder(data()), plantedVersion, 'bin'));
  });

  it('takes it where the person’s own is too old for servers that say nothing of it, and npm goes with its Node', async () => {
    const bin = join(folder, 'old/bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'node'), '#!/bin/sh\necho v12.22.9\n', { mode: 0o755 });
    await nodes.fetch(never, () => undefined);
    const managed = managedFolders(data());
    const old = context({ env: { PATH: bin }, managed });
    expect(await chooseNode(old, undefined)).toMatchObject({ version: plantedVersion, fits: true });
    const npm = join(nodesFolder(data()), plantedVersion, 'lib/node_modules/npm/bin/npm-cli.js');
    expect(await nodeOfNpm(npm, old)).toMatchObject({ version: plantedVersion, by: 'Orrery' });
    const own = findNpm(context({ managed }));
    if (own !== undefined && own !== npm) expect((await nodeOfNpm(own, context({ managed })))?.version).not.toBe(plantedVersion);
  });

  it('knows when this machine lacks what a server starts with', async () => {
    // Folders of another system are not there.
    const bare = createManagedNodes({
      dataFolder: data(),
      build: () => buildFor(registry.list),
      net: createNet(),
      context: context({ platform: 'win32', env: {}, execPath: 'C:\\Orrery\\orrery.exe' }),
    });
    expect(await bare.lacks({ command: 'npx' })).toBe(true);
    expect(await bare.lacks({ command: 'node' })).toBe(true);
    expect(await bare.lacks({ command: '/usr/bin/node' })).toBe(false);
    expect(await bare.lacks({ command: 'uvx' })).toBe(false);
    expect(await bare.lacks({ command: '', transport: 'http' })).toBe(false);
    expect(await nodes.lacks({ command: 'node' })).toBe(false);
  });
});
