// Real servers as the host starts them: contained by default, in words, set aside for what they do, and watched.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverConfig, toolText } from '../../../shared/model/tool.ts';
import type { Log, ToolHost } from '../../runtime/ports.ts';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { type DefinitionStore, forgetfulDefinitions } from './accepted-tools.ts';
import { foldersInArguments, hostsNamed, reachBefore } from './contain.ts';
import { createToolHost, type ToolHostOptions } from './tool-host.ts';

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };
const probe = createSandbox({ log: quiet, closed: [] });
const canContain = process.platform === 'linux' && probe.available.ok;
if (!canContain) console.log(`Containment is not tested here: ${probe.available.words}`);

const server = `
const fs = require('node:fs');
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
const tool = (name) => ({ name, description: name, inputSchema: { type: 'object', properties: { path: { type: 'string' } } } });
const list = (path) => { try { return fs.readdirSync(path).join() } catch (error) { return error.code } };
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } } });
  else if (method === 'tools/list') say({ id, result: { tools: [tool('list'), tool('eat'), tool('spin'), tool('freeze')] } });
  else if (method === 'ping') say({ id, result: {} });
  else if (method === 'tools/call') {
    const act = params.name;
    if (act === 'eat') globalThis.kept = Array.from({ length: 12 }, (_, at) => Buffer.alloc(16 * 1024 * 1024, at));
    if (act === 'spin') setTimeout(() => { for (;;); }, 20);
    if (act === 'freeze') setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 20);
    say({ id, result: { content: [{ type: 'text', text: act === 'list' ? list(params.arguments.path) : 'ok' }] } });
  }
});`;

let base: string;
let data: string;
let given: string;
let sandbox: Sandbox;
let host: ToolHost;
let kept: DefinitionStore;
const open = (options: Partial<ToolHostOptions> = {}) =>
  createToolHost({
    definitions: [],
    ports: {} as never,
    vault: { reveal: async () => '', redact: (text: string) => text } as never,
    log: quiet,
    dataFolder: data,
    version: '1.0.0',
    sandbox,
    kept,
    times: { pingMs: 1_500, stopStepMs: 300 },
    restarts: { baseMs: 20, breakAfter: 2 },
    watch: { everyMs: 50, memoryBytes: 180 * 1024 * 1024, spinMs: 600 },
    ...options,
  });
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-contain-')));
  data = join(base, 'data');
  given = join(base, 'given');
  for (const folder of [data, given, join(base, 'program')]) mkdirSync(folder);
  writeFileSync(join(given, 'note.txt'), '');
  writeFileSync(join(data, 'orrery.db'), '');
  writeFileSync(join(base, 'program', 'server.cjs'), server);
  sandbox = createSandbox({ log: quiet, closed: [data] });
  kept = forgetfulDefinitions();
  host = open();
});
afterEach(async () => {
  await host.close();
  await sandbox.close();
  rmSync(base, { recursive: true, force: true });
});

const config = (more: object = {}, args: string[] = []) =>
  serverConfig.parse({ id: 'one', title: 'One', command: process.execPath, args: [join(base, 'program', 'server.cjs'), ...args], ...more });
const call = async (tool: string, args = {}) =>
  toolText(await host.call('one' as never, tool, args, { signal: AbortSignal.timeout(40_000), folders: [], source: { kind: 'person' } }));
const status = () => host.servers().find((each) => each.id === 'one');

describe.skipIf(!canContain)('a tool server that others wrote', () => {
  it('sees what it was given and no more, and its status says what that is', async () => {
    await host.start(config({ reach: { folders: [{ path: given, write: false }] } }));
    expect(await call('list', { path: given })).toBe('note.txt');
    expect(await call('list', { path: data })).toBe('servers');
    const { programs, ...said } = status()?.contained ?? {};
    expect(said).toEqual({ kind: 'sandbox', words: expect.stringMatching(/sandbox.*may read .*given.*no network/s) });
    // What it reads without a grant is named too, before it was ever started and after.
    expect(programs?.own).toContain(join(base, 'program'));
    expect([...(programs?.own ?? []), ...(programs?.path ?? [])]).not.toContain(given);
    expect((await host.containment?.programs?.(config()))?.own).toContain(join(base, 'program'));
    expect(await host.containment?.programs?.(config({ reach: { sandbox: 'off' } }))).toEqual({ own: [], path: [] });
    expect((await host.containment?.programs?.(config({ command: 'no-such-program', args: [] })))?.own).toEqual([]);
  });

  it('that is started by a script elsewhere is told what the sandbox does not show, not that it is missing', async () => {
    const starter = join(base, 'program', 'starter');
    writeFileSync(starter, `#!/bin/sh\nexec '${process.execPath}' '${join(given, 'server.cjs')}'\n`, { mode: 0o755 });
    writeFileSync(join(given, 'server.cjs'), server);
    const of = (reach: object) => serverConfig.parse({ id: 'one', title: 'One', command: starter, args: [], reach });
    await host.start(of({})).catch(() => undefined);
    expect(status()?.failure).toMatchObject({
      cause: 'sandbox',
      message: expect.stringContaining(`does not see “${join(given, 'server.cjs')}”. That is there`),
      hint: expect.stringContaining(`add the folder “${given}”`),
    });
    await host.start(of({ folders: [{ path: given, write: false }] }));
    expect(await call('list', { path: given })).toContain('server.cjs');
  });

  it('of a bundle sees all that was unpacked with it, also beside the folder of its program', async () => {
    const bundle = join(data, 'servers', '.bundles', '0123456789abcdef01234567');
    for (const each of ['server', 'lib']) mkdirSync(join(bundle, each), { recursive: true });
    writeFileSync(join(bundle, 'server', 'index.cjs'), `require('../lib/words.cjs');${server}`);
    writeFileSync(join(bundle, 'lib', 'words.cjs'), '');
    const reach = { folders: [{ path: bundle, write: false }] };
    const of = serverConfig.parse({
      id: 'one',
      title: 'One',
      command: process.execPath,
      args: [join(bundle, 'server', 'index.cjs')],
      reach,
    });
    expect((await host.containment?.programs?.(of))?.own).toContain(bundle);
    expect(await host.start(of)).toMatchObject({ state: 'ready' });
    expect(await call('list', { path: bundle })).toBe('lib,server');
    expect(status()?.contained?.words).not.toContain('is not given');
    expect(status()?.contained?.programs?.own).toContain(bundle);
  });

  it('goes on when it was saved before there was a sandbox, with the folders its arguments name, and says so', async () => {
    await host.start(config({}, [given]));
    expect(await call('list', { path: given })).toBe('note.txt');
    expect(status()?.contained?.words).toMatch(/every public host.*saved before/s);
  });

  it('runs uncontained only where a person chose that', async () => {
    await host.start(config({ reach: { sandbox: 'off' } }));
    expect(await call('list', { path: data })).toMatch(/orrery\.db/);
    expect(status()?.contained).toEqual({ kind: 'none', words: expect.stringMatching(/^You chose.*your own rights/) });
  });

  it('is set aside for eating memory, stays so over a restart, and starts again when it is let', async () => {
    await host.start(config());
    expect(status()?.memory ?? 1).toBeGreaterThan(0);
    await call('eat').catch(() => undefined);
    await expect.poll(() => status()?.state, { timeout: 40_000 }).toBe('failed');
    expect(status()).toMatchObject({
      failure: { cause: 'quarantined', message: expect.stringMatching(/MB of memory/) },
      quarantine: { reason: expect.any(String) },
    });
    await host.close();
    host = open();
    expect(await host.start(config())).toMatchObject({
      state: 'failed',
      failure: { cause: 'quarantined' },
      quarantine: { reason: expect.stringMatching(/memory/) },
    });
    host.release('one' as never);
    expect(status()).toMatchObject({ state: 'stopped' });
    expect(await host.start(config())).toMatchObject({ state: 'ready' });
    expect(status()?.quarantine).toBeUndefined();
  });

  it.each(['spin', 'freeze'])('is started again when it hangs while nobody asks it anything: %s', { timeout: 120_000 }, async (how) => {
    await host.start(config());
    await call(how);
    await expect.poll(() => status()?.restarts, { timeout: 40_000 }).toBeGreaterThan(0);
    await expect.poll(() => status()?.state, { timeout: 40_000 }).toBe('ready');
    expect(status()?.quarantine).toBeUndefined();
  });
});

describe('where there is no sandbox', () => {
  it('it runs, and its status and the question before say what that means', async () => {
    const none = createSandbox({ log: quiet, closed: [data], tools: { bwrap: '/nonexistent/bwrap' } });
    await host.close();
    host = open({ sandbox: none });
    await host.start(config());
    if (process.platform !== 'linux') return;
    expect(status()?.contained).toEqual({ kind: 'none', words: expect.stringMatching(/not installed.*your own rights/s) });
    expect(host.containment?.available).toMatchObject({ ok: false, words: expect.stringMatching(/Install/) });
  });
});

describe('folders that arguments name', () => {
  it('are those that are there, and never a whole home or the whole disk', () => {
    expect(
      foldersInArguments([given, `--root=${given}`, join(given, 'note.txt'), join(given, 'gone'), '/', base, '-v', 'given'], base),
    ).toEqual([given]);
    expect(reachBefore({ args: [given], env: {} })).toMatchObject({ folders: [{ path: given, write: true }], hosts: ['*'] });
    expect(host.containment?.suggest({ args: [given], env: {} })).toMatchObject({ folders: [{ path: given, write: true }], hosts: [] });
  });

  it('so are hosts: a database on this machine, an API of its own', () => {
    const args = [
      'postgresql://me:pass@localhost/notes',
      '--api=https://API.example.com/v1',
      'redis://10.0.0.5:6380',
      'file:///etc/x',
      'a:b',
    ];
    const env = { URL: { text: 'mongodb://db.lan' }, KEY: { secret: 'K' as never } };
    expect(hostsNamed({ args, env })).toEqual(['localhost:5432', 'api.example.com:443', '10.0.0.5:6380', 'db.lan:27017']);
  });
});
