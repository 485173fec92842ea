// Ten real servers from npm, and ten planted failures, started as an app from an icon starts them: `env -i` with HOME and a bare
// PATH. Every server must start; every failure must be told by its true cause; and nothing of theirs may outlive the host, which
// is killed at the end of every second round.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PlantedStart, plantStarts } from '../../electron/adapters/mcp/launch/planted-starts.fixture.ts';
import type { ServerConfig, StartCause } from '../../shared/model/tool.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import { configOf, realServers } from './start-servers.ts';
import { CannotTorture, type Torture, type TortureOptions } from './torture.ts';

/** Installed on demand, outside the lockfile, and kept between runs. */
const cache = (): string => path.resolve(process.env.ORRERY_STARTS_CACHE ?? path.join(homedir(), '.cache/orrery-starts'));

interface Told {
  id: string;
  state: string;
  toolCount: number;
  pid?: number;
  ms: number;
  failure?: { cause: StartCause; message: string; hint: string };
}

type Counters = Record<'started' | 'failedToStart' | 'diagnosed' | 'misdiagnosed' | 'orphans', number>;

export const torture: Torture = {
  about: 'ten real npm servers and ten planted failures from a bare environment: all start, each failure is told by its cause, no orphans.',
  defaultN: 10,
  promises: ['failedToStart', 'misdiagnosed', 'orphans'],
  async run(options) {
    if (process.platform === 'win32') throw new CannotTorture('The bare environment that this starts from is that of Linux and macOS.');
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-starts-'));
    const held = createServer();
    await new Promise<void>((resolve) => held.listen(0, resolve));
    const counters: Counters = { started: 0, failedToStart: 0, diagnosed: 0, misdiagnosed: 0, orphans: 0 };
    try {
      const planted = plantStarts({ folder: path.join(folder, 'planted'), port: (held.address() as AddressInfo).port });
      await realOnes(options, folder, counters);
      await failures(options, folder, planted, counters);
    } finally {
      held.close();
      rmSync(folder, { recursive: true, force: true });
    }
    return counters;
  },
};

/** `--n` real servers: the ten in turn, and again. */
async function realOnes({ n, say }: TortureOptions, folder: string, counters: Counters): Promise<void> {
  const dataFolder = cache();
  mkdirSync(dataFolder, { recursive: true });
  for (let done = 0; done < n; done += realServers.length) {
    const configs = realServers.slice(0, n - done).map((each, index) => configOf(each, index, folder));
    const round = done / realServers.length;
    const told = await inBareHost({ dataFolder, configs, together: 3, startMs: 120_000 }, folder, round % 2 === 1, counters);
    for (const config of configs) {
      const each = told.get(config.id);
      const isStarted = each?.state === 'ready' && each.toolCount > 0;
      counters[isStarted ? 'started' : 'failedToStart'] += 1;
      say(
        `${isStarted ? 'started' : 'FAILED '} ${config.title}: ${each?.toolCount ?? 0} tools, ${each?.ms ?? 0} ms ${each?.failure?.message ?? ''}`,
      );
    }
  }
}

/** `--n` failures: in each ten of them each of the ten once, in a variant that the seed chooses. */
async function failures({ n, seed, say }: TortureOptions, folder: string, planted: PlantedStart[], counters: Counters): Promise<void> {
  const random = seeded(seed);
  const kinds = [...new Set(planted.map((each) => each.failure))];
  for (let done = 0; done < n; done += kinds.length) {
    const chosen = kinds.slice(0, n - done).map((kind) => {
      const variants = planted.filter((each) => each.failure === kind);
      return variants[Math.floor(random() * variants.length)] as PlantedStart;
    });
    const dataFolder = path.join(folder, 'data');
    const order = { dataFolder, configs: chosen.map((each) => each.config), together: 3, startMs: 6_000 };
    const told = await inBareHost(order, folder, (done / kinds.length) % 2 === 1, counters);
    for (const each of chosen) {
      const failure = told.get(each.config.id)?.failure;
      const isRight = failure?.cause === each.cause && each.names.test(`${failure.message} ${failure.hint}`);
      counters[isRight ? 'diagnosed' : 'misdiagnosed'] += 1;
      say(
        `${isRight ? 'told ' : 'WRONG'} ${each.failure} (${each.variant}): ${failure?.cause ?? 'it started'}: ${failure?.message ?? ''} → ${failure?.hint ?? ''}`,
      );
    }
  }
}

interface Order {
  dataFolder: string;
  configs: ServerConfig[];
  together: number;
  startMs: number;
}

async function inBareHost(order: Order, folder: string, isKilled: boolean, counters: Counters): Promise<Map<string, Told>> {
  const file = path.join(folder, 'order.json');
  writeFileSync(file, JSON.stringify(order));
  const before = processes();
  const env = { HOME: homedir(), PATH: '/usr/bin:/bin' };
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'starts-host.fixture.ts'), file], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told = await hear(child);
  if (isKilled) child.kill('SIGKILL');
  else child.stdin?.end();
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
  counters.orphans += await leftOver(before, told);
  return told;
}

function hear(child: ChildProcess): Promise<Map<string, Told>> {
  return new Promise((resolve, reject) => {
    const told = new Map<string, Told>();
    if (child.stdout === null) return reject(new Error('It has no stdout.'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as Told & { isDone?: boolean };
      if (message.isDone === true) resolve(told);
      else told.set(message.id, message);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`The host ended before it had started them (${signal ?? code}).`)));
  });
}

/** Every process of this machine by its start, so that a reused number is another one. Without /proc: only leaders are looked at. */
function processes(): Set<string> {
  if (!existsSync('/proc/self/stat')) return new Set();
  return new Set(
    readdirSync('/proc')
      .filter((each) => /^\d+$/.test(each))
      .flatMap((pid) => identity(pid)?.id ?? []),
  );
}

function identity(pid: string): { id: string; group: number; isZombie: boolean } | undefined {
  try {
    const cells = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return { id: `${pid}@${cells[19]}`, group: Number(cells[2]), isZombie: cells[0] === 'Z' };
  } catch {
    return undefined; // gone meanwhile
  }
}

/** Processes in the groups of the servers that are there ten seconds after their host has gone. */
async function leftOver(before: Set<string>, told: Map<string, Told>): Promise<number> {
  const groups = new Set([...told.values()].map((each) => each.pid));
  const now = (): number => {
    if (!existsSync('/proc/self/stat')) return [...groups].filter((pid) => pid !== undefined && isAlive(pid)).length;
    return readdirSync('/proc')
      .filter((each) => /^\d+$/.test(each))
      .map(identity)
      .filter((each) => each !== undefined && !each.isZombie && groups.has(each.group) && !before.has(each.id)).length;
  };
  for (const deadline = Date.now() + 10_000; now() > 0 && Date.now() < deadline; ) await sleep(50);
  return now();
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
