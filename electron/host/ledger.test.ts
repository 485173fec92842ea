// The ledger against what the system saw: every connection that the host's process made is in it, and while it is offline there is
// none but to this machine. Runs in a network of its own, so that addresses elsewhere are there and nothing leaves.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const works = (command: string, args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const missing =
  process.platform !== 'linux'
    ? 'only Linux traces system calls so'
    : !works('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up'])
      ? 'there is no network of its own here (unshare -rn, ip)'
      : !works('unshare', ['-rn', 'strace', '-e', 'trace=connect', 'true'])
        ? 'strace is missing or not allowed'
        : undefined;
if (missing !== undefined) console.warn(`The ledger is not compared with a trace: ${missing}.`);

interface Row {
  outcome: string;
  who: { kind: string; id?: string };
  host: string;
  address: string;
  port: number;
  localPort: number;
  bytesOut: number;
  bytesIn: number;
  isReused: boolean;
  isRefused: boolean;
  error?: string;
}
let said: { port: number; codes: Record<string, string>; ledger: Row[]; chain: string };
/** All TCP and UDP connects, in order. */
let connects: { protocol: string; address: string; port: number }[] = [];
const folder = mkdtempSync(path.join(tmpdir(), 'orrery-ledger-'));

beforeAll(async () => {
  if (missing !== undefined) return;
  const trace = path.join(folder, 'trace');
  const fixture = path.join(import.meta.dirname, 'ledger.fixture.ts');
  const args = [
    '-rn',
    'strace',
    '-f',
    '-yy',
    '-s',
    '0',
    '-e',
    'trace=connect',
    '-o',
    trace,
    process.execPath,
    fixture,
    path.join(folder, 'data'),
  ];
  const out = await new Promise<string>((resolve, reject) =>
    execFile('unshare', args, { timeout: 90_000, maxBuffer: 16e6 }, (error, stdout, stderr) =>
      stdout.includes('{') ? resolve(stdout) : reject(error ?? new Error(stderr)),
    ),
  );
  said = JSON.parse(out.trim().split('\n').at(-1) ?? '');
  connects = readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const call = /connect\(\d+<(TCP|UDP|TCPv6|UDPv6)[^>]*>, \{sa_family=AF_INET6?, sin6?_port=htons\((\d+)\).*?"([^"]+)"/.exec(line);
      return call === null ? [] : [{ protocol: call[1] ?? '', port: Number(call[2]), address: (call[3] ?? '').replace('::ffff:', '') }];
    });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cut = () => connects.findIndex((each) => each.port === 1);
const ours = (all: typeof connects) => all.filter((each) => each.protocol.startsWith('TCP') && each.port !== 1);
const placesOf = (rows: readonly { address: string; port: number }[]) => rows.map((row) => `${row.address}:${row.port}`).sort();

it.skipIf(missing !== undefined)('has every connection that the process made, and none that it did not make', () => {
  expect(cut(), 'the trace has no mark').toBeGreaterThan(0);
  const made = said.ledger.filter((row) => row.address !== '' && !row.isRefused && !row.isReused);
  expect(placesOf(made)).toEqual(placesOf(ours(connects)));
  expect(made.length).toBeGreaterThanOrEqual(8);
  const answered = made.filter((row) => row.localPort !== 0);
  expect(new Set(answered.map((row) => row.localPort)).size).toBe(answered.length);
  expect(answered.length).toBeGreaterThanOrEqual(6);
  for (const row of answered) {
    expect(row.bytesOut, JSON.stringify(row)).toBeGreaterThan(20);
    expect(row.bytesIn, JSON.stringify(row)).toBeGreaterThan(10);
  }
  // Who asked is told apart, and what was refused is there as well.
  expect(new Set(said.ledger.map((row) => row.who.kind))).toEqual(new Set(['person', 'app', 'server']));
  expect(said.ledger.some((row) => row.isRefused && row.host === '10.99.77.1' && row.localPort === 0)).toBe(true);
  expect(said.chain).toBe('whole');
  expect(said.codes).toMatchObject({
    'online elsewhere': 'ok',
    'online redirected': 'ok',
    'online this machine': 'ok',
    'online private': 'address-not-allowed',
    'online model nearby': 'ok',
    'online contained': 'ok',
  });
});

it.skipIf(missing !== undefined)('connects to nothing but this machine while it is offline, and says so', () => {
  const after = connects.slice(cut() + 1);
  expect(after.filter((each) => !each.address.startsWith('127.') && each.address !== '::1')).toEqual([]);
  // The control: before, there were some.
  expect(ours(connects.slice(0, cut())).filter((each) => each.address === '93.184.216.34').length).toBeGreaterThanOrEqual(4);
  expect(said.codes).toMatchObject({
    'offline elsewhere': 'offline',
    'offline redirected': 'offline',
    'offline this machine': 'ok',
    'offline private': 'offline',
    'offline name': 'offline',
    'offline model here': 'ok',
  });
  expect(said.codes['offline contained']).not.toBe('ok');
  expect(said.codes['offline model nearby']).not.toBe('ok');
  expect(said.ledger.filter((row) => row.error === 'offline' && row.isRefused).length).toBeGreaterThanOrEqual(5);
});
