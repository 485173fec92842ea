// The app with a registry of its own: a copy of the built host whose list of Nodes names planted ones, an npm registry on this machine,
// a bundle, and small servers that do what a test wants to see. Not a test itself.

import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ZipFile } from 'yazl';
import { mcpServer, type NpmPlant, npmRegistry, type Registry } from '../../electron/adapters/mcp/launch/package-registries.fixture.ts';
import { root } from '../../scripts/built.ts';
import { type HeadlessHost, startHost } from '../helpers/headless-host.ts';
import { type NodeRegistry, startNodeRegistry } from '../helpers/node-registry.ts';

/** It runs only with the Node that the test's registry gives. */
export const needsNewer = `#!/usr/bin/env node
if (process.env.PLANTED_NODE === undefined) { console.error('Error: not with this one'); process.exit(1); }
${mcpServer('3.0.0').split('\n').slice(1).join('\n')}`;

/** A quarter of a second of silence, as a WAV file. */
function silence(): string {
  const samples = 2000;
  const wav = Buffer.alloc(44 + samples, 128);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ] as const)
    wav.writeUInt16LE(value, at);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(8000, 28);
  wav.write('data', 36);
  wav.writeUInt32LE(samples, 40);
  return wav.toString('base64');
}

/** Tools that give a sound, change what is followed and start too many processes; one resource, one prompt. */
export const workshop = `
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
const write = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
let times = 0;
const text = (words) => ({ content: [{ type: 'text', text: words }] });
const tools = {
  sound: () => ({ content: [{ type: 'audio', mimeType: 'audio/wav', data: '${silence()}' }] }),
  bump: () => { times += 1; write({ method: 'notifications/resources/updated', params: { uri: 'shop://times' } }); return text('bumped'); },
  crowd: () => { for (let i = 0; i < 300; i += 1) spawn('sleep', ['60'], { stdio: 'ignore' }); return text('many'); },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const answers = {
    initialize: () => ({ protocolVersion: params.protocolVersion, capabilities: { tools: {}, resources: { subscribe: true }, prompts: {} }, serverInfo: { name: 'workshop', version: '1' } }),
    'tools/list': () => ({ tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: 'object' }, annotations: { readOnlyHint: name === 'sound' } })) }),
    'tools/call': () => tools[params.name](),
    'resources/list': () => ({ resources: [{ uri: 'shop://times', name: 'times' }] }),
    'resources/templates/list': () => ({ resourceTemplates: [] }),
    'resources/read': () => ({ contents: [{ uri: 'shop://times', text: 'bumped ' + times + ' times' }] }),
    'prompts/list': () => ({ prompts: [{ name: 'plan', description: 'A plan for the day' }] }),
    'prompts/get': () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'Plan my day, gently.' } }] }),
  };
  if (id !== undefined) write({ id, result: (answers[method] ?? (() => ({})))() });
});
`;

async function bundle(file: string): Promise<void> {
  const zip = new ZipFile();
  const manifest = {
    manifest_version: '0.3',
    name: 'workshop',
    display_name: 'Workshop',
    version: '1.0.0',
    description: 'Small things to try.',
    author: { name: 'The test' },
    // Larger than one piece of what a page gives at a time.
    server: { type: 'node', entry_point: 'server.mjs', mcp_config: { command: process.execPath, args: ['${__dirname}/server.mjs'] } },
  };
  zip.addBuffer(Buffer.from(JSON.stringify(manifest)), 'manifest.json');
  zip.addBuffer(Buffer.from(workshop), 'server.mjs');
  zip.addBuffer(Buffer.from(Array.from({ length: 1_200_000 }, (_, at) => (at * 2654435761) >>> 24)), 'filler.bin', { compress: false });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  writeFileSync(file, Buffer.concat(chunks));
}

export interface ToolLab {
  host: HeadlessHost;
  home: string;
  packages: NpmPlant[];
  npm: Registry;
  node: NodeRegistry;
  bundle: string;
  /** A file of a server that another program's configuration names. */
  script: string;
  close(): Promise<void>;
}

export async function startToolLab(folder: string): Promise<ToolLab> {
  const home = path.join(folder, 'home');
  for (const each of ['home/.config/Claude', 'home/Library/Application Support/Claude', 'app/out', 'scripts'])
    mkdirSync(path.join(folder, each), { recursive: true });
  const script = path.join(folder, 'scripts/found.mjs');
  writeFileSync(script, mcpServer('2.0.0'));
  const config = JSON.stringify({ mcpServers: { finder: { command: process.execPath, args: [script] } } });
  for (const each of ['.config/Claude', 'Library/Application Support/Claude'])
    writeFileSync(path.join(home, each, 'claude_desktop_config.json'), config);
  const file = path.join(folder, 'workshop.mcpb');
  await bundle(file);
  const catalogue = JSON.parse(readFileSync(path.join(root, 'resources/server-catalogue.json'), 'utf8')) as {
    servers: { id: string; package?: string; version?: string }[];
  };
  const known = catalogue.servers.find((each) => each.id === 'sequential-thinking');
  const packages: NpmPlant[] = [
    { name: known?.package ?? '', version: known?.version ?? '' },
    { name: '@planted/notes', version: '1.0.0' },
    { name: '@planted/newer', version: '3.0.0', engines: '>=24.90', code: needsNewer },
  ];
  const npm = await npmRegistry(path.join(folder, 'packages'), packages);
  const node = await startNodeRegistry(path.join(folder, 'nodes'), { others: npm.url });
  const app = path.join(folder, 'app');
  cpSync(path.join(root, 'out/node'), path.join(app, 'out/node'), { recursive: true });
  cpSync(path.join(root, 'resources'), path.join(app, 'resources'), { recursive: true });
  cpSync(path.join(root, 'package.json'), path.join(app, 'package.json'));
  for (const each of ['node_modules', 'out/renderer']) symlinkSync(path.join(root, each), path.join(app, each));
  writeFileSync(path.join(app, 'resources/managed-node.json'), JSON.stringify(node.list));
  const host = await startHost({
    cli: path.join(app, 'out/node/cli.js'),
    dataFolder: path.join(folder, 'data'),
    env: {
      HOME: home,
      XDG_CONFIG_HOME: path.join(home, '.config'),
      npm_config_registry: node.url,
      npm_config_cache: path.join(folder, 'npm-cache'),
      npm_config_fetch_retries: '0',
    },
  });
  return {
    ...{ host, home, packages, npm, node, bundle: file, script },
    async close() {
      await host.kill();
      await Promise.all([npm.close(), node.close()]);
    },
  };
}
