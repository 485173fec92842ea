// Tool servers and programs at the command line: what a start was refused is given by the command that it names, a sign-in is waited for
// and given up, and a program gets its token. One host serves all of it; the commands come to it as a person's do.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSandbox } from '../../electron/adapters/sandbox/sandbox.ts';
import type { Attached } from '../../electron/wires/attach.ts';
import type { ServerStatus } from '../../shared/model/tool.ts';
import { type AuthLab, startAuthLab } from '../helpers/auth-server.ts';
import { inProcess } from '../helpers/cli-in-process.ts';
import { attach } from '../helpers/demo-host.ts';
import { type HeadlessHost, projectRoot, removeFolder, startHost, temporaryFolder } from '../helpers/headless-host.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };
const canContain = process.platform === 'linux' && createSandbox({ log: quiet, closed: [] }).available.ok;

const home = temporaryFolder('cli-servers');
const kept = path.join(home, 'kept');
const script = path.join(home, 'program', 'server.mjs');
const entry = path.join(projectRoot, 'electron/cli/index.ts');
const dataFolder = path.join(home, 'data');
const env = { DBUS_SESSION_BUS_ADDRESS: '', DISPLAY: '', WAYLAND_DISPLAY: '' };
const children: ChildProcess[] = [];
let host: HeadlessHost;
let attached: Attached;
let auth: AuthLab;

beforeAll(async () => {
  for (const folder of [kept, path.dirname(script)]) mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(kept, 'data.txt'), 'kept');
  writeFileSync(
    script,
    `import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
readFileSync(${JSON.stringify(path.join(kept, 'data.txt'))});
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  const say = (result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
  if (method === 'initialize') say({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'kept', version: '1' } });
  if (method === 'tools/list') say({ tools: [] });
});
`,
  );
  auth = await startAuthLab();
  host = await startHost({ cli: entry, dataFolder, env });
  attached = await attach(host);
  await attached.client.vault.setPassphrase({ passphrase: 'a passphrase of this test' });
}, 120_000);
afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  attached?.close();
  await host?.kill();
  auth?.close();
  await removeFolder(home);
});

function begin(...args: string[]) {
  const child = spawn(process.execPath, [entry, ...args, '--data', dataFolder], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const seen = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    seen.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    seen.err += chunk.toString();
  });
  return { child, seen, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...seen })) };
}
const orrery = (...args: string[]) => inProcess([...args, '--data', dataFolder]);
const statusOf = async (id: string): Promise<ServerStatus | undefined> =>
  (await attached.client.tools.listServers()).find((each) => each.id === id);

test.skipIf(!canContain)('what a start was refused is shown, given by name, and taken again', { timeout: 120_000 }, async () => {
  await attached.client.tools.addServer({
    config: {
      ...{ id: 'kept' as never, title: 'Kept', command: process.execPath, args: [script], env: {}, enabled: true },
      reach: { sandbox: 'on', folders: [], hosts: [], roots: [], samplingTokens: 0 },
    },
  });
  const offered = await orrery('tools', 'allow', 'kept');
  expect(offered).toMatchObject({ code: 2, out: expect.stringContaining(`+ may read ${kept}`), err: expect.stringContaining('--yes') });
  expect((await orrery('tools', 'allow', 'kept', '--folder', `${kept}:rw`)).out).toContain(`+ may read and write ${kept}`);
  // What the server names is given by a person who read it, or by its name: never by a --yes alone.
  const unnamed = await orrery('tools', 'allow', 'kept', '--yes');
  const named = `orrery tools allow kept --folder ${kept} --yes`;
  expect(unnamed).toMatchObject({ code: 2, err: expect.stringContaining(named) });
  expect((await statusOf('kept'))?.config?.reach?.folders).toEqual([]);

  const given = await orrery(...named.split(' ').slice(1), '--json');
  expect(given.code, given.err).toBe(0);
  expect(JSON.parse(given.out)).toMatchObject({
    isDone: true,
    status: { state: 'ready' },
    after: { folders: [{ path: kept, write: false }] },
  });
  const taken = await orrery('tools', 'disallow', 'kept', '--folder', kept, '--yes');
  expect(taken).toMatchObject({ code: 1, out: expect.stringContaining(`- may read ${kept}`) });
  expect(taken.out).toContain('orrery tools allow kept');
  expect((await statusOf('kept'))?.config?.reach?.folders).toEqual([]);
  // Both are changes of a person, each with its way back.
  const changes = await attached.client.undo.listRevisions({ limit: 10, kind: 'server' });
  expect(changes.filter((each) => each.title === 'Kept' && each.actor.kind === 'person').length).toBe(3);

  expect(await orrery('tools', 'disallow', 'kept', '--host', 'a.example')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no network'),
  });
});

test('a sign-in prints its address and waits: until it is given up, or done; signing out forgets it', { timeout: 120_000 }, async () => {
  await attached.client.tools.addServer({
    config: { id: 'guarded' as never, title: 'Guarded', command: '', args: [], env: {}, transport: 'http', url: auth.url, enabled: true },
  });
  const addressOf = async (seen: () => { out: string }): Promise<string> => {
    while (!/^http\S+\n/m.test(seen().out)) await sleep(20);
    return seen().out.trim();
  };
  const first = begin('tools', 'sign-in', 'guarded');
  const old = await addressOf(() => first.seen);
  expect(old.startsWith(`${auth.issuer}/authorize?`)).toBe(true);
  first.child.kill('SIGINT');
  expect(await first.ended).toMatchObject({ code: 130, err: expect.stringContaining('given up') });
  expect((await statusOf('guarded'))?.signIn?.underWay).toBeUndefined();
  await expect(fetch(old)).rejects.toThrow();

  const seen = { out: '', err: '' };
  const second = inProcess(['tools', 'sign-in', 'guarded', '--data', dataFolder], seen);
  expect(await (await fetch(await addressOf(() => seen))).text()).toContain('signed in');
  const done = await second;
  expect(done.code, done.err).toBe(0);
  expect(done.out).toContain('Guarded is ready');
  expect(done.out + done.err).not.toContain([...auth.tokens.keys()].at(-1));

  const out = await orrery('tools', 'sign-out', 'guarded', '--json');
  expect(JSON.parse(out.out)).not.toHaveProperty('signIn.account');
  expect((await attached.client.tools.startServer({ id: 'guarded' as never })).signIn).toMatchObject({ needed: true });
});

test('a program gets a token on stdout alone, is listed, and is shut out', { timeout: 120_000 }, async () => {
  const made = await orrery('programs', 'add', 'My editor');
  expect(made.code, made.err).toBe(0);
  expect(made.out).toMatch(/^orrery-\S{40,}\n$/);
  const token = made.out.trim();
  const names = async () => {
    const session = (await attached.client.clients.session({ token }))[Symbol.asyncIterator]();
    const opened = await session.next();
    await session.return?.();
    return opened.value;
  };
  expect(await names()).toMatchObject({ client: 'My editor', proven: true });
  const listed = await orrery('programs');
  expect(listed.out).toMatch(/My editor {2}has a token/);
  expect(listed.out).not.toContain(token);
  expect(await orrery('programs', 'revoke', 'My editor')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
  expect(await orrery('programs', 'revoke', 'my editor', '--yes')).toMatchObject({ code: 0 });
  await expect(names()).rejects.toThrow('No program has this token');
  const again = await orrery('programs', 'add', 'My editor', '--config', 'vscode', '--json');
  expect(JSON.parse(again.out)).toMatchObject({
    config: { servers: { orrery: { env: { ORRERY_TOKEN: expect.not.stringContaining(token) } } } },
  });
});
