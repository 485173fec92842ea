// The sandbox with real programs in it: what they see, what they cannot reach, and that they end with who started them.

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox, type SandboxConnection, type SandboxReach, type Wrapped } from './sandbox.ts';

const log = { warn: () => undefined, debug: () => undefined };
const probe = createSandbox({ log, closed: [] });
const canContain = process.platform === 'linux' && probe.available.ok;
if (!canContain) console.log(`The sandbox is not tested here: ${probe.available.words}`);

const base = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-sandbox-')));
const data = join(base, 'data');
const home = join(data, 'servers', 'one');
const given = join(base, 'given');
let web: Server;
let port = 0;
const rows: SandboxConnection[] = [];

beforeAll(async () => {
  mkdirSync(home, { recursive: true });
  mkdirSync(given);
  for (const path of [base, data, join(data, 'servers')]) chmodSync(path, 0o755);
  chmodSync(home, 0o777);
  writeFileSync(join(data, 'orrery.db'), 'the data');
  writeFileSync(join(given, 'notes.txt'), 'the notes');
  web = createServer((request, response) => response.end(`hello ${request.headers.host}`));
  await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
  port = (web.address() as AddressInfo).port;
});
afterAll(() => {
  web.close();
  rmSync(base, { recursive: true, force: true });
});

let sandbox: Sandbox | undefined;
afterEach(async () => {
  rows.length = 0;
  await sandbox?.close();
});

const make = () => {
  sandbox = createSandbox({
    log,
    closed: [data],
    onConnection: (row) => rows.push(row),
  });
  return sandbox;
};
const wrapped = (script: string, reach: Partial<SandboxReach> = {}, plan: { cwd?: string; env?: Record<string, string> } = {}) =>
  make().wrap(
    { file: process.execPath, args: ['-e', script], env: { PATH: '/usr/bin:/bin', ...plan.env }, cwd: plan.cwd ?? home },
    { id: 'one', home, folders: [], hosts: [], ...reach },
  );
/** A host of another user, since rights differ: an ordinary one where root runs the tests. */
const asUser = process.getuid?.() === 0 ? ['/usr/bin/setpriv', '--reuid', '23456', '--regid', '23456', '--clear-groups'] : [];
function contained(script: string, reach: Partial<SandboxReach>, before: string[], env: Record<string, string> = {}) {
  const plan = { file: process.execPath, args: ['-e', script], env: { PATH: '/usr/bin:/bin', ...env }, cwd: home };
  const told = JSON.stringify({ plan, reach: { id: 'one', home, folders: [], hosts: [], ...reach }, closed: [data] });
  const [file = '', ...args] = [...before, process.execPath, join(import.meta.dirname, 'run-contained.fixture.ts'), told];
  const said = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { HOME: process.env.HOME ?? '/root', PATH: '/usr/bin:/bin', ORRERY_TEST_SECRET: 'must not be seen' },
  });
  let out = '';
  said.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  return new Promise<{ out: Record<string, unknown>; rows: SandboxConnection[]; uid: number }>((done, fail) =>
    said.once('close', () => (out === '' ? fail(new Error('the host said nothing')) : done(JSON.parse(out)))),
  );
}
const users: [string, string[]][] = [
  ['as who runs the tests', []],
  ['as an ordinary user', asUser],
];

function start(plan: Wrapped) {
  const child = spawn(plan.file, plan.args, { env: plan.env, cwd: plan.cwd, stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'] });
  (child.stdio[4] as unknown as { end(bytes: Uint8Array): void }).end(plan.filter ?? new Uint8Array());
  (child.stdio[3] as unknown as { end(text: string): void }).end((plan.told ?? []).map((each) => `${each}\0`).join(''));
  return child;
}
async function run(plan: Wrapped): Promise<unknown> {
  const child = start(plan);
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  await new Promise((done) => child.once('close', done));
  if (out === '') throw new Error(`nothing was said; ${err}`);
  return JSON.parse(out);
}

/** `add_key`, `request_key`, `keyctl`, `bpf`, `perf_event_open` on this machine. */
const ringCalls = process.arch === 'arm64' ? [217, 218, 219, 280, 241] : [248, 249, 250, 321, 298];
const look = `const fs = require('fs'), os = require('os');
const can = (act) => { try { return act() ?? true } catch (error) { return error.code ?? error.message } };
const say = (what) => console.log(JSON.stringify(what));`;

describe.skipIf(!canContain)('a contained program', () => {
  it.each(users)('sees its own folder and no other, %s', async (_name, before) => {
    const { out: seen, uid } = await contained(
      `${look} const status = fs.readFileSync('/proc/self/status', 'utf8');
      say({ own: can(() => fs.writeFileSync('here-${before.length}.txt', 'x')), data: can(() => fs.readFileSync(${JSON.stringify(join(data, 'orrery.db'))}, 'utf8')),
      shadow: can(() => fs.readFileSync('/etc/shadow', 'utf8')), home: can(() => fs.readdirSync(${JSON.stringify(process.env.HOME ?? '/root')}).length), given: can(() => fs.readdirSync(${JSON.stringify(given)})),
      run: can(() => fs.readdirSync('/run').join()), usr: can(() => fs.writeFileSync('/usr/x', '')), root: can(() => fs.writeFileSync('/x', '')), env: process.env,
      processes: fs.readdirSync('/proc').filter((each) => /^\\d+$/.test(each)).length, parent: can(() => fs.readFileSync('/proc/' + process.ppid + '/environ', 'utf8').includes('must not')),
      privileges: /NoNewPrivs:\\s*1/.test(status), rights: /CapEff:\\s*(\\w+)/.exec(status)[1], nets: Object.keys(os.networkInterfaces()) })`,
      {},
      before,
      { TOKEN: 'declared' },
    );
    expect(uid).toBe(before.length > 0 ? 23456 : process.getuid?.());
    expect(seen).toMatchObject({
      own: true,
      data: 'ENOENT',
      shadow: 'ENOENT',
      given: 'ENOENT',
      privileges: true,
      rights: '0000000000000000',
      nets: ['lo'],
    });
    expect(['ENOENT', 'EACCES', 'orrery']).toContain(seen.run);
    expect(seen.home).not.toBeTypeOf('number');
    expect(seen.usr).toMatch(/EROFS|EACCES/);
    expect(seen.root).toBe('EROFS');
    expect(seen.processes).toBeLessThan(6);
    expect(seen.parent).not.toBe(true);
    expect(
      Object.keys(seen.env as object)
        .filter((name) => name !== 'PWD')
        .sort(),
    ).toEqual(['HOME', 'PATH', 'TMPDIR', 'TOKEN']);
  });

  it('keeps values of secrets off the command line', async () => {
    const plan = await wrapped('', {}, { env: { TOKEN: 'declared' } });
    expect(JSON.stringify([plan.file, plan.args, plan.env])).not.toContain('declared');
    expect(plan.told).toContain('declared');
    expect(plan.words).toMatch(/sandbox.*no network/s);
  });

  it('reads and writes the folders that were granted, and never the closed one inside them', async () => {
    const plan = await wrapped(
      `${look} say({ read: can(() => fs.readFileSync(${JSON.stringify(join(given, 'notes.txt'))}, 'utf8')), write: can(() => fs.writeFileSync(${JSON.stringify(join(given, 'new.txt'))}, '')), data: can(() => fs.readdirSync(${JSON.stringify(data)}).join()) })`,
      { folders: [{ path: base, write: false }] },
    );
    expect(await run(plan)).toEqual({ read: 'the notes', write: 'EROFS', data: 'servers' });
    const writing = await wrapped(`${look} say(can(() => fs.writeFileSync(${JSON.stringify(join(given, 'new.txt'))}, 'w')))`, {
      folders: [{ path: given, write: true }],
    });
    expect(await run(writing)).toBe(true);
    expect(existsSync(join(given, 'new.txt'))).toBe(true);
  });

  it('says what it does not give', async () => {
    const plan = await wrapped('', {
      folders: [
        { path: '/', write: true },
        { path: data, write: true },
        { path: join(base, 'gone'), write: false },
      ],
    });
    expect(plan.words).toContain('/ is not given: it belongs to the system.');
    expect(plan.words).toContain(`${data} is not given: it belongs to Orrery.`);
    expect(plan.words).toContain('gone is not given: it is not there.');
  });

  it('makes no Unix socket and no namespace', async () => {
    const plan = await wrapped(
      `${look} const s = require('net').connect('/tmp/none'); s.on('error', (error) => say({ unix: error.code, user: require('child_process').spawnSync('/usr/bin/unshare', ['-U', 'true']).status !== 0 }))`,
    );
    expect(await run(plan)).toEqual({ unix: 'EPERM', user: true });
  });

  const withAndWithout = users.flatMap(([name, before]) => [
    [`${name}, without a network`, before, []] as const,
    [`${name}, with one`, before, ['127.0.0.1:1']] as const,
  ]);
  it.each(withAndWithout)('cannot write the kernel’s settings nor read the key rings of the session, %s', async (_name, before, hosts) => {
    const { out: seen } = await contained(
      `${look} const write = (path) => can(() => { fs.writeFileSync(path, fs.readFileSync(path)); return 'written' });
      const calls = ${JSON.stringify(ringCalls)}; const { status, stderr, stdout } = require('child_process').spawnSync('/usr/bin/perl', ['-e', 'for my $call (@ARGV) { $! = 0; my $r = syscall($call, 0, -3, 0, 0, 0); print $r < 0 ? $!+0 : "done", " " }', ...calls]);
      say({ core: write('/proc/sys/kernel/core_pattern'), swap: write('/proc/sys/vm/swappiness'), host: write('/proc/sys/kernel/hostname'), rings: String(stdout).trim(), own: can(() => fs.readdirSync('/proc/self/fd').length > 3) })`,
      { hosts },
      [...before],
    );
    for (const each of [seen.core, seen.swap, seen.host]) expect(each).toMatch(/EROFS|EACCES|EPERM/);
    // EPERM, each time.
    expect(seen.rings).toBe(ringCalls.map(() => '1').join(' '));
    expect(seen.own).toBe(true);
  });

  it.each(users)('reaches the hosts that were named and no other, %s', async (_name, before) => {
    const { out: seen, rows: told } = await contained(
      `${look} const http = require('http');
      const get = (url) => new Promise((done) => { const r = http.get(url, { timeout: 4000 }, (a) => { let t = ''; a.on('data', (c) => t += c); a.on('end', () => done(t)) }); r.on('error', (e) => done(e.code)); r.on('timeout', () => { r.destroy(); done('slow') }) });
      (async () => say({ named: await get('http://127.0.0.1:${port}/'), local: await get('http://localhost:${port}/'), other: await get('http://127.0.0.1:1/'), unnamed: await get('http://10.0.0.1/'), metadata: await get('http://meta.example.com/'), nearby: await get('http://api.example.com/') }))()`,
      { hosts: [`127.0.0.1:${port}`, 'meta.example.com', 'api.example.com'] },
      before,
    );
    expect([seen.named, seen.local]).toEqual([`hello 127.0.0.1:${port}`, `hello localhost:${port}`]);
    expect(seen.other).toBe('ECONNREFUSED');
    expect(seen.unnamed).toMatch(/ENETUNREACH|^Orrery: /);
    // Names that lead to the metadata service, or to this machine, are refused although they are named.
    for (const name of ['metadata', 'nearby']) expect(seen[name]).toMatch(/ECONNRESET|EPIPE|^Orrery: /);
    expect(told.find((row) => row.host.startsWith(`127.0.0.1:${port}`))).toMatchObject({ server: 'one', address: '127.0.0.1' });
    expect(told.filter((row) => row.error === 'address-not-allowed' && row.address === '')).toHaveLength(3);
  });

  it('finds no socket of another’s network in the folder for temporary files', async () => {
    const other = await make().wrap(
      { file: '/bin/true', args: [], env: {}, cwd: home },
      { id: 'two', home, folders: [], hosts: ['api.example.com'] },
    );
    const plan = await (sandbox as Sandbox).wrap(
      {
        file: process.execPath,
        args: ['-e', `${look} say(fs.readdirSync(${JSON.stringify(tmpdir())}).filter((each) => each.startsWith('orrery-net-')))`],
        env: {},
        cwd: home,
      },
      { id: 'one', home, folders: [{ path: tmpdir(), write: true }], hosts: [] },
    );
    const sockets = other.told?.find((each) => each.includes('orrery-net-')) ?? '';
    expect(existsSync(sockets)).toBe(true);
    expect(await run(plan)).not.toContain(basename(sockets));
  });

  it('is asked for nothing while offline', async () => {
    sandbox = createSandbox({ log, closed: [data], onConnection: (row) => rows.push(row), isOffline: () => true });
    const plan = await sandbox.wrap(
      { file: '/usr/bin/curl', args: ['-s', '-m', '5', 'http://api.example.com/'], env: { PATH: '/usr/bin' }, cwd: home },
      { id: 'one', home, folders: [], hosts: ['api.example.com'] },
    );
    const child = start(plan);
    await new Promise((done) => child.once('close', done));
    expect(rows).toMatchObject([{ error: 'offline' }]);
  });

  it('ends with who started it, daemons included', async () => {
    const mark = `orrery-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
    const plan = await wrapped(
      `require('child_process').spawn('/bin/sh', ['-c', 'setsid sleep 1234.5 ${mark} & sleep 1234.5'], { detached: true, stdio: 'ignore' }).unref(); console.log('"up"'); setInterval(() => 0, 1e6)`,
    );
    const host = spawn(
      process.execPath,
      [
        '-e',
        `const c = require('child_process').spawn(${JSON.stringify(plan.file)}, ${JSON.stringify(plan.args)}, { env: {}, cwd: '/', stdio: ['pipe', 'inherit', 'inherit', 'pipe', 'pipe'] }); c.stdio[4].end(Buffer.from('${plan.filter?.toString('base64') ?? ''}', 'base64')); c.stdio[3].end(${JSON.stringify((plan.told ?? []).map((each) => `${each}\0`).join(''))}); setInterval(() => 0, 1e6)`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((done) => host.stdout?.once('data', done));
    const alive = () => spawnSync('pgrep', ['-f', mark], { encoding: 'utf8' }).stdout.trim();
    await expect.poll(alive, { timeout: 10_000 }).not.toBe('');
    host.kill('SIGKILL');
    await expect.poll(alive, { timeout: 10_000 }).toBe('');
  });
});

describe('a machine without a sandbox', () => {
  it('says so, and what to do', async () => {
    const none = createSandbox({ log, closed: [], tools: { bwrap: '/nonexistent/bwrap' } });
    if (process.platform !== 'linux') return;
    expect(none.available.ok).toBe(false);
    expect(none.available.words).toMatch(/not installed.*your own rights.*Install/s);
    await expect(
      none.wrap({ file: '/bin/true', args: [], env: {}, cwd: '/' }, { id: 'x', home: '/tmp', folders: [], hosts: [] }),
    ).rejects.toMatchObject({ code: 'sandbox-unavailable' });
    const broken = createSandbox({ log, closed: [], tools: { bwrap: '/bin/false' } });
    expect(broken.available.words).toMatch(/does not let it work.*user namespaces/s);
  });
});
