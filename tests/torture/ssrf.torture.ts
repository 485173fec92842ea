// Spellings of addresses that must not be reached, thrown at the guarded client and at the proxy of sandboxed servers: directly, by a
// redirect of an allowed server, and by a name server that changes its mind. Each of those addresses is really there and listens:
// on Linux in a network of its own, where they can be given to the machine and nothing leaves it. Any connection is a hit.

import { spawn, spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { createNet } from '../../electron/adapters/net/net.ts';
import { openProxy } from '../../electron/adapters/sandbox/proxy.ts';
import { AppError } from '../../shared/errors.ts';
import { type Random, seeded } from '../contract/wire-fuzz.ts';
import { startDns } from './ssrf-dns.ts';
import { forbidden4, forbidden6, metadataNames, pick, spellings4, spellings6, spellNames, wrapped } from './ssrf-spellings.ts';
import { CannotTorture, type Torture, type TortureOptions } from './torture.ts';

/** Stands for the public internet: an address that may be reached, of this machine only inside the network of its own. */
const publicAddress = '93.184.216.34';
const inside = 'ORRERY_SSRF_INSIDE';
const atOnce = 12;

export const torture: Torture = {
  about: 'spellings of forbidden addresses, redirects and changing names against listeners on them: 0 hits.',
  defaultN: 300,
  promises: ['hits', 'crashes', 'controlsFailed'],
  async run(options) {
    if (process.env[inside] !== undefined || !canIsolate()) return here(options);
    return isolated(options);
  },
};

const canIsolate = (): boolean =>
  process.platform === 'linux' && spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0;

/** The same torture in a network of its own. */
function isolated({ n, seed, say }: TortureOptions): Promise<Record<string, number>> {
  const args = ['-rn', process.execPath, path.join(import.meta.dirname, 'index.ts'), 'ssrf', '--n', String(n), '--seed', String(seed)];
  const child = spawn('unshare', args, { env: { ...process.env, [inside]: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => say(chunk.toString().trimEnd()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      const last = out.trim().split('\n').at(-1) ?? '';
      if (!last.startsWith('{')) return reject(new Error('The torture ended without its counters.'));
      const { torture: _name, n: _n, seed: _seed, ...counters } = JSON.parse(last) as Record<string, number>;
      resolve(counters);
    });
  });
}

/** Gives the machine the addresses that must not be reached. How many it could. */
function takeAddresses(say: (line: string) => void): number {
  if (process.env[inside] === undefined) {
    say('No network of its own here: only the addresses this machine has are tried with listeners.');
    return 0;
  }
  const ip = (...args: string[]): boolean => spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
  ip('link', 'set', 'lo', 'up');
  const all = [...forbidden4.filter((each) => !/^(127|0)\./.test(each)), ...forbidden6.filter((each) => each !== '::1')];
  const taken = all.filter((address) =>
    ip('addr', 'add', `${address}/${address.includes(':') ? 128 : 32}`, 'dev', 'lo', ...(address.includes(':') ? ['nodad'] : [])),
  );
  const left = all.filter((address) => !taken.includes(address));
  if (left.length > 0) say(`Without a listener: ${left.join(', ')}`);
  ip('addr', 'add', `${publicAddress}/32`, 'dev', 'lo');
  return taken.length;
}

interface Rig {
  random: Random;
  port: number;
  allowed: number;
  net: ReturnType<typeof createNet>;
  proxy: string | undefined;
  outcomes: Map<string, number>;
}

async function here({ n, seed, say }: TortureOptions): Promise<Record<string, number>> {
  const counters = { attempts: 0, hits: 0, crashes: 0, controls: 0, controlsFailed: 0, addresses: takeAddresses(say), rows: 0 };
  const onCrash = (error: unknown): void => {
    counters.crashes += 1;
    say(`Nobody caught: ${String(error)}`);
  };
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  const target = await listening((port) => say(`Forbidden listener on every address at ${port}`), '::');
  target.on('connection', (socket) => {
    // What is public may be reached.
    if (socket.localAddress?.replace('::ffff:', '') === publicAddress) return;
    counters.hits += 1;
    say(`HIT at ${socket.localAddress}`);
  });
  const port = (target.address() as AddressInfo).port;
  // The one server that may be reached: it sends on to wherever it is asked to.
  const allowedServer = await listening(
    () => undefined,
    '127.0.0.1',
    (url) => url.searchParams.get('u'),
  );
  const allowed = (allowedServer.address() as AddressInfo).port;
  const dns = await startDns(answersOf);
  const net = createNet({
    resolve: dns.resolve,
    onConnection: () => {
      counters.rows += 1;
    },
  });
  const proxy = await openProxy(
    { id: 'torture', home: '/nowhere', folders: [], hosts: ['*', `127.0.0.1:${allowed}`] },
    { log: { warn: () => undefined, debug: () => undefined }, resolve: dns.resolve },
  ).catch((error: unknown) => {
    say(`Without the proxy of sandboxed servers: ${String(error)}`);
    return undefined;
  });
  const rig: Rig = { random: seeded(seed), port, allowed, net, proxy: proxy && path.join(proxy.folder, 'proxy.sock'), outcomes: new Map() };
  try {
    const tries = Array.from({ length: n }, (_, at) => attemptOf(rig, at));
    for (let at = 0; at < tries.length; at += atOnce)
      await Promise.all(
        tries.slice(at, at + atOnce).map(async (attempt) => {
          counters.attempts += 1;
          try {
            await attempt();
          } catch (error) {
            if (!(error instanceof AppError)) onCrash(error);
          }
        }),
      );
    await controls(rig, counters, say);
    // What was connected late would show now.
    await new Promise((resolve) => setTimeout(resolve, 150));
  } finally {
    await proxy?.close();
    dns.close();
    for (const server of [target, allowedServer]) {
      server.closeAllConnections();
      server.close();
    }
    process.off('uncaughtException', onCrash);
    process.off('unhandledRejection', onCrash);
  }
  say([...rig.outcomes].map(([code, count]) => `${count} ${code}`).join(', '));
  if (counters.attempts === 0) throw new CannotTorture('Nothing was tried.');
  return counters;
}

/** What the hostile name server says: private at once, public first and private then, or both in one answer. */
function answersOf(name: string, nth: number): readonly string[] {
  if (name.startsWith('flip-')) return nth % 2 === 0 ? [publicAddress] : ['127.0.0.1', '::1'];
  if (name.startsWith('mixed-')) return ['10.99.77.1', '::1', '169.254.169.254'];
  if (name === 'allowed.example.test') return [publicAddress];
  if (metadataNames.some((each) => each === name)) return ['169.254.169.254', '127.0.0.1', '::1'];
  return ['192.168.77.1', 'fd00:77::1'];
}

function attemptOf(rig: Rig, at: number): () => Promise<unknown> {
  const { random, port, allowed, net, proxy } = rig;
  const kind = random();
  const host =
    kind < 0.62
      ? pick(random, spellings4)(pick(random, forbidden4), random)
      : kind < 0.76
        ? pick(random, spellings6)(pick(random, forbidden6))
        : spellNames(random, at);
  const url = wrapped(host, port, random);
  // Names that change are asked for twice, so that the second answer is tried as well.
  const isFlip = host.toLowerCase().startsWith('flip-');
  const way = isFlip
    ? 'twice'
    : pick(random, ['direct', 'direct', 'redirect', 'fetch', ...(proxy === undefined ? [] : ['proxy', 'proxy-get'])]);
  const common = { signal: AbortSignal.timeout(10_000), purpose: 'torture', timeoutMs: 3000 };
  const note = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
      count(rig.outcomes, 'answered');
    } catch (error) {
      count(rig.outcomes, error instanceof AppError ? error.code : 'threw');
      throw error;
    }
  };
  switch (way) {
    case 'redirect':
      return () =>
        note(
          net.request({
            url: `http://127.0.0.1:${allowed}/?u=${encodeURIComponent(url)}`,
            allow: { hosts: [`127.0.0.1:${allowed}`, '*'] },
            ...common,
          }),
        );
    case 'fetch':
      return () =>
        note(
          (async () => {
            const origin = URL.canParse(url) && new URL(url).host !== '' ? 'http://allowed.example.test' : 'http://allowed.example.test:1';
            return net.fetchFor(origin, 'torture')(url, { signal: common.signal });
          })(),
        );
    case 'proxy':
    case 'proxy-get':
      return () => throughProxy(proxy as string, way === 'proxy' ? `CONNECT ${host}:${port}` : `GET ${url.trim()}`, rig);
    case 'twice':
      return async () => {
        for (let turn = 0; turn < 2; turn += 1)
          await note(net.request({ url: `http://${host}:${port}/`, allow: { hosts: ['*'] }, ...common, timeoutMs: 800 })).catch(
            (error: unknown) => {
              if (!(error instanceof AppError)) throw error;
            },
          );
      };
    default:
      return () => note(net.request({ url, allow: { hosts: ['*'] }, ...common }));
  }
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

/** Writes the line as a program would; what comes back is read until the proxy ends it. */
function throughProxy(socketPath: string, line: string, rig: Rig): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    let answer = '';
    socket.setTimeout(4000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.includes('\r\n\r\n')) socket.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? reject(error) : resolve(answer)));
    socket.once('close', () => {
      count(rig.outcomes, `proxy ${answer.slice(9, 12) || 'closed'}`);
      resolve(answer);
    });
    const bytes = Buffer.from(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 'utf8');
    socket.once('connect', () => socket.write(bytes));
  });
}

/** What is allowed must go through, or the guard only looks good because nothing works. */
async function controls(
  rig: Rig,
  counters: { controls: number; controlsFailed: number; hits: number },
  say: (line: string) => void,
): Promise<void> {
  const { net, allowed, proxy } = rig;
  const signal = AbortSignal.timeout(20_000);
  const home = `http://127.0.0.1:${allowed}`;
  const allow = { hosts: [`127.0.0.1:${allowed}`] };
  const ask = async (url: string, hosts = allow): Promise<boolean> =>
    (await net.request({ url, allow: hosts, signal, purpose: 'control' })).status === 200;
  const all: [string, () => Promise<boolean>][] = [
    ['the allowed address', () => ask(home)],
    ['the allowed address in another spelling', () => ask(`http://0x7f.1:${allowed}/`)],
    ['a redirect that stays', () => ask(`${home}/?u=${encodeURIComponent('/fine')}`)],
    ['a client library', async () => (await net.fetchFor(home, 'control')(home, { signal })).ok],
    ['localhost by name, listed', () => ask(`http://localhost:${allowed}/`, { hosts: [`localhost:${allowed}`] })],
  ];
  if (proxy !== undefined)
    all.push([
      'the proxy to an allowed address',
      async () => (await throughProxy(proxy, `CONNECT 127.0.0.1:${allowed}`, rig)).includes('200'),
    ]);
  for (const [name, work] of all) {
    counters.controls += 1;
    const isFine = await work().catch((error: unknown) => {
      say(`${name}: ${String(error)}`);
      return false;
    });
    if (isFine) continue;
    counters.controlsFailed += 1;
    say(`Refused though it is allowed: ${name}`);
  }
}

function listening(told: (port: number) => void, host: string, redirect?: (url: URL) => string | null): Promise<Server> {
  const server = createServer((request, response) => {
    const to = redirect?.(new URL(request.url ?? '/', 'http://x')) ?? null;
    if (to === null) response.end('ok');
    else response.writeHead(302, { location: to.trim().replace(/[^\x21-\x7e]/gu, encodeURIComponent) }).end();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host, ipv6Only: false }, () => {
      told((server.address() as AddressInfo).port);
      resolve(server);
    });
  });
}
