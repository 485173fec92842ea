// Ten real tool servers: what they cost before the first paint, when their tools are known, and how long a forced start of all of
// them takes beside the bare SDK, which starts the same programs together and asks each for its tools. Installed once, into the
// cache that the torture of starts uses; nothing is fetched while it is measured.

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { build } from 'vite';
import { type LaunchPlan, planLaunch } from '../electron/adapters/mcp/launch/launch.ts';
import { packagesFolder } from '../electron/adapters/mcp/launch/package-pin.ts';
import type { createToolHost as CreateToolHost } from '../electron/adapters/mcp/tool-host.ts';
import { createSandbox, type Sandbox } from '../electron/adapters/sandbox/sandbox.ts';
import type { ToolHost } from '../electron/runtime/ports.ts';
import { root } from '../scripts/built.ts';
import type { ServerConfig } from '../shared/model/tool.ts';
import { configOf, realServers } from '../tests/torture/start-servers.ts';
import { type Bench, type BenchContext, median } from './lib/bench.ts';

const vault = { reveal: async () => '', redact: (text: string) => text };
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

export const mcpStart: Bench = {
  name: 'mcp-start',
  about: 'ten npm servers: known tools before first paint, and a forced start of all beside the bare SDK.',
  async run(context) {
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-mcp-start-'));
    try {
      // Said before each step: on a busy machine the first round takes a minute, and silence looks like a fault.
      context.say('Bundling the tool host …');
      createToolHost = await bundled(folder);
      const cache = path.resolve(process.env.ORRERY_STARTS_CACHE ?? path.join(homedir(), '.cache/orrery-starts'));
      const configs = realServers.map((each, index) => configOf(each, index, folder));
      const plans = await installAll(context, configs, cache);
      symlinkSync(packagesFolder(cache), packagesFolder(folder));
      await rounds(context, configs, plans, folder);
      knownTools(context, configs, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

let createToolHost: typeof CreateToolHost;

/** As it is shipped: each worker of a server reads one bundle, and not a hundred sources. Into a folder of its own. */
async function bundled(folder: string): Promise<typeof CreateToolHost> {
  const outDir = path.join(folder, 'bundle');
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    resolve: { conditions: ['node'] },
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      minify: false,
      rolldownOptions: {
        input: {
          'tool-host': path.join(root, 'electron/adapters/mcp/tool-host.ts'),
          'tool-host-worker': path.join(root, 'electron/adapters/mcp/tool-host.worker.ts'),
        },
        external: [/^node:/, 'better-sqlite3'],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  writeFileSync(path.join(outDir, 'package.json'), '{"type":"module"}');
  return ((await import(pathToFileURL(path.join(outDir, 'tool-host.js')).href)) as { createToolHost: typeof CreateToolHost })
    .createToolHost;
}

/** Also makes what a first start makes, so that what is measured is a start like every later one. */
async function installAll(context: BenchContext, configs: readonly ServerConfig[], cache: string): Promise<LaunchPlan[]> {
  const plans: LaunchPlan[] = [];
  for (const [index, config] of configs.entries()) {
    context.say(`Planning ${index + 1} of ${configs.length}: ${config.title} …`);
    plans.push(await planLaunch(config, { vault, dataFolder: cache, note: (text) => context.say(`${config.title}: ${text}`) }));
  }
  return plans;
}

const hostIn = (folder: string, sandbox: Sandbox | undefined): ToolHost =>
  createToolHost({
    definitions: [],
    ports: {} as never,
    vault: vault as never,
    log: quiet,
    dataFolder: folder,
    version: '0.0.0',
    ...(sandbox === undefined ? {} : { sandbox }),
  });

async function ours(configs: readonly ServerConfig[], folder: string, isContained: boolean): Promise<number> {
  const sandbox = isContained ? createSandbox({ log: quiet, closed: [folder] }) : undefined;
  const host = hostIn(folder, sandbox);
  // Looked at once in the life of the app, and not at each start.
  if (sandbox?.available.ok === false) throw new Error(sandbox.available.words);
  const began = performance.now();
  const all = await Promise.all(configs.map((config) => host.start(config)));
  const ms = performance.now() - began;
  const failed = all.filter((each) => each.state !== 'ready');
  await host.close();
  await sandbox?.close();
  if (failed.length > 0) throw new Error(`${failed[0]?.title}: ${failed[0]?.failure?.message}`);
  return ms;
}

interface Command {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
}

async function bare(commands: readonly Command[]): Promise<number> {
  const began = performance.now();
  const clients = await Promise.all(
    commands.map(async (each) => {
      const client = new Client({ name: 'bare', version: '0' });
      await client.connect(new StdioClientTransport({ ...each, stderr: 'ignore' }));
      await client.listTools();
      return client;
    }),
  );
  const ms = performance.now() - began;
  await Promise.all(clients.map((client) => client.close()));
  return ms;
}

/** In turn, so that what else the machine does meets all alike; the first round is not counted. */
async function rounds(
  context: BenchContext,
  configs: readonly ServerConfig[],
  plans: readonly LaunchPlan[],
  folder: string,
): Promise<void> {
  const count = context.n ?? 7;
  const open = configs.map(
    (config) => ({ ...config, reach: { sandbox: 'off', folders: [], hosts: [], roots: [], samplingTokens: 0 } }) as ServerConfig,
  );
  // Without our cache of compiled code, which is ours to have.
  const direct = plans.map(({ file, args, env, cwd }) => {
    const { NODE_COMPILE_CACHE: _ours, ...rest } = env;
    return { command: file, args, env: rest, cwd };
  });
  const byNpx = plans.map(({ env, cwd }, index) => {
    const { NODE_COMPILE_CACHE: _ours, ...rest } = env;
    return { command: 'npx', args: configs[index]?.args ?? [], env: { ...rest, npm_config_offline: 'true' }, cwd };
  });
  const times = { open: [] as number[], contained: [] as number[], sdk: [] as number[], npx: [] as number[] };
  const isContainable = createSandbox({ log: quiet, closed: [] }).available.ok;
  for (let round = -1; round < count; round += 1) {
    context.say(round < 0 ? 'A first round, which is not counted …' : `Round ${round + 1} of ${count} …`);
    const took = {
      open: await ours(open, folder, false),
      sdk: await bare(direct),
      contained: isContainable ? await ours(configs, folder, true) : Number.NaN,
      npx: context.peers ? await bare(byNpx).catch(() => Number.NaN) : Number.NaN,
    };
    context.say(
      Object.entries(took)
        .map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`)
        .join(', '),
    );
    if (round >= 0) for (const name of ['open', 'sdk', 'contained', 'npx'] as const) times[name].push(took[name]);
  }
  context.figure('forced', median(times.open), 'ms', count);
  context.figure('forced-sdk', median(times.sdk), 'ms', count);
  context.figure('forced-of-sdk', median(times.open.map((ms, index) => ms / (times.sdk[index] as number))), '×', count);
  if (isContainable) {
    context.figure('contained', median(times.contained), 'ms', count);
    context.figure('contained-of-sdk', median(times.contained.map((ms, index) => ms / (times.sdk[index] as number))), '×', count);
  }
  const npx = times.npx.filter((ms) => !Number.isNaN(ms));
  if (npx.length > 0) context.ratio('sdk-npx', median(npx) / median(times.open));
}

/** What stands between the app and its first paint when ten servers are saved: their tools are read, and none is started. */
function knownTools(context: BenchContext, configs: readonly ServerConfig[], folder: string): void {
  const samples: number[] = [];
  let count = 0;
  for (let i = 0; i < 30; i += 1) {
    const host = hostIn(folder, undefined);
    const began = performance.now();
    for (const config of configs)
      host.prepare({ ...config, reach: { sandbox: 'off', folders: [], hosts: [], roots: [], samplingTokens: 0 } } as ServerConfig);
    count = host.tools().length;
    samples.push(performance.now() - began);
    if (host.servers().some((each) => each.pid !== undefined)) throw new Error('A server was started, although its tools are known.');
    void host.close();
  }
  if (count === 0) throw new Error('No tools were known.');
  context.figure('known-tools', median(samples), 'ms', samples.length);
  context.figure('known-tools-count', count, 'tools', 1);
  // They are read after the first byte has gone out, so none of it is on the way to the first paint.
}
