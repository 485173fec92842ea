// The ledger of installers against a packet capture: each connection that left a process is a row, with the bytes that the packets
// held both ways; and offline no packet goes to anything but this machine.

import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectionRow } from '../../net/connection-row.ts';
import { findNpm } from './runtimes.ts';
import { realSearchContext } from './search-path.ts';

const works = (command: string, args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
/** Not as root in there: tcpdump would change its user then, which no such namespace lets it. */
const apart = ['-Un', '--map-user=1000', '--map-group=1000', '--keep-caps'];
const missing =
  process.platform !== 'linux'
    ? 'only Linux gives a process a network of its own'
    : !works('unshare', [...apart, 'ip', 'link', 'set', 'lo', 'up'])
      ? 'there is no network of its own here (unshare, ip)'
      : !works('unshare', [...apart, 'tcpdump', '--list-interfaces'])
        ? 'tcpdump is missing or not allowed'
        : findNpm(realSearchContext()) === undefined
          ? 'npm is missing'
          : undefined;
if (missing !== undefined) console.warn(`The ledger of installers is not compared with a packet capture: ${missing}.`);

interface Said {
  rows: ConnectionRow[];
  said: Record<string, string>;
  /** Ports of our own proxies. */
  proxies: number[];
  /** Of the registry elsewhere, and of the one here. */
  ports: [number, number];
  packets: string[];
}
let all: Said;
const folder = mkdtempSync(join(tmpdir(), 'orrery-capture-'));

beforeAll(async () => {
  if (missing !== undefined) return;
  mkdirSync(join(folder, 'data'));
  const fixture = join(import.meta.dirname, 'installer-capture.fixture.ts');
  const out = await new Promise<string>((resolve, reject) =>
    execFile('unshare', [...apart, process.execPath, fixture, folder], { timeout: 100_000, maxBuffer: 16e6 }, (error, stdout, stderr) =>
      stdout.includes('{') ? resolve(stdout) : reject(error ?? new Error(stderr)),
    ),
  );
  all = JSON.parse(out.trim().split('\n').at(-1) ?? '');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Seen {
  port: number;
  localPort: number;
  bytesOut: number;
  bytesIn: number;
}

/**
 * TCP connections by what the packets say; whoever sent first opened it. Bytes by their numbers in the stream, which begin at 1: on a
 * busy machine a packet is sent again.
 */
function captured(packets: readonly string[]): Map<string, Seen> {
  const found = new Map<string, Seen>();
  for (const line of packets) {
    const match = /IP (\S+)\.(\d+) > (\S+)\.(\d+): Flags \[[^\]]*\](?:, seq \d+:(\d+))?/.exec(line);
    if (match === null) continue;
    const [from, to, bytes] = [Number(match[2]), Number(match[4]), Number(match[5] ?? 1) - 1];
    const there = found.get(`${from}-${to}`);
    const back = found.get(`${to}-${from}`);
    if (there !== undefined) there.bytesOut = Math.max(there.bytesOut, bytes);
    else if (back !== undefined) back.bytesIn = Math.max(back.bytesIn, bytes);
    else found.set(`${from}-${to}`, { localPort: from, port: to, bytesOut: bytes, bytesIn: 0 });
  }
  return found;
}
const sorted = (seen: Iterable<Seen>): Seen[] =>
  [...seen]
    .map(({ port, localPort, bytesOut, bytesIn }) => ({ port, localPort, bytesOut, bytesIn }))
    .sort((a, b) => a.localPort - b.localPort || a.port - b.port);

it.skipIf(missing !== undefined)('has each connection that was captured, with its bytes both ways, and no other', () => {
  expect(all.said).toMatchObject({ far: '2.0.0', here: '2.0.0', 'here offline': '1.0.0' });
  // Between the installer and the proxy on this machine nothing leaves; everything else must be in the ledger.
  const left = [...captured(all.packets).values()].filter((each) => !all.proxies.includes(each.port));
  const made = all.rows.filter((row) => (row.localPort ?? 0) !== 0) as (ConnectionRow & Seen)[];
  expect(sorted(made)).toEqual(sorted(left));
  expect(made).toHaveLength(6);
  expect(made.map((row) => row.bytesIn).filter((bytes) => bytes > 1000).length).toBeGreaterThanOrEqual(3);
  expect(new Set(made.map((row) => row.address))).toEqual(new Set(['93.184.216.34', '127.0.0.1']));
});

it.skipIf(missing !== undefined)('sends no packet elsewhere while offline, and says so', () => {
  expect(all.said['far offline']).toContain('offline');
  expect(all.rows.filter((row) => row.error === 'offline')).toMatchObject([{ address: '', host: `93.184.216.34:${all.ports[0]}` }]);
  const far = [...captured(all.packets).values()].filter((each) => each.port === all.ports[0]);
  // Two of the start that was online, and none since.
  expect(far).toHaveLength(2);
});
