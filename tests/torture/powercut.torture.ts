// The power is cut while a process writes to the store: everything the process asked of its files is recorded once, and then each
// cut rebuilds a disk that kept what was synced and any part of the rest, and opens it with the product's own openStore. The database,
// the folder of large outputs and the audit log are in it. Needs strace, so Linux.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256Of } from '../../electron/adapters/blobs/blob-store.ts';
import { type OpenedStore, openStore } from '../../electron/adapters/sqlite/open.ts';
import type { MemoryId, RunId } from '../../shared/model/ids.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import { Disk, type DiskOp } from './powercut-disk.ts';
import { readTrace, record } from './powercut-trace.ts';
import { CannotTorture, type Torture, type TortureOptions } from './torture.ts';

/** Each recording is cut so many times. */
const cutsOfRecording = 250;

/** What was promised before a cut. */
interface Promised {
  runs: Map<RunId, Map<number, string>>;
  memory: Set<MemoryId>;
  /** The last entry of the audit log. */
  audit: number;
}
type Counters = Record<'cuts' | 'acknowledged' | 'corrupt' | 'lost' | 'writes' | 'syncs', number>;

export const torture: Torture = {
  about: 'the power cut at any instant: nothing corrupt, nothing acknowledged is lost.',
  defaultN: 1000,
  promises: ['corrupt', 'lost'],
  async run(options) {
    if (process.platform !== 'linux') throw new CannotTorture('The power-cut torture records system calls with strace, which takes Linux.');
    try {
      execFileSync('strace', ['-V'], { stdio: 'ignore' });
      execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'pipe' });
    } catch (error) {
      throw new CannotTorture(`strace does not work here (apt-get install strace): ${String(error).split('\n')[0]}`);
    }
    const counters: Counters = { cuts: 0, acknowledged: 0, corrupt: 0, lost: 0, writes: 0, syncs: 0 };
    for (let done = 0, round = 0; done < options.n; done += cutsOfRecording, round += 1)
      await oneRecording(Math.min(cutsOfRecording, options.n - done), options.seed * 1000 + round, options, counters);
    return counters;
  },
};

async function oneRecording(cuts: number, seed: number, { say }: TortureOptions, counters: Counters): Promise<void> {
  const base = realpathSync(mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'orrery-powercut-')));
  try {
    const folder = path.join(base, 'data');
    mkdirSync(folder);
    const writer = path.join(import.meta.dirname, 'powercut-writer.fixture.ts');
    const trace = path.join(base, 'trace');
    await record([process.execPath, writer, folder, String(seed)], trace);
    const ops = await readTrace(trace, folder);
    rmSync(trace);
    if (!ops.some((op) => op.kind === 'said' && op.text === 'end\n')) throw new Error('The recorded process did not come to its end.');
    const count = (kind: DiskOp['kind']): number => ops.filter((op) => op.kind === kind).length;
    counters.writes += count('write');
    counters.syncs += count('sync');
    counters.acknowledged += ops.reduce((all, op) => all + (op.kind === 'said' ? op.text.split('\n').length - 1 : 0), 0);
    say(
      `recorded ${ops.length} operations: ${count('write')} writes, ${count('sync')} syncs, ${count('said')} times something was promised`,
    );
    await cutOften(ops, cuts, seed, base, counters, say);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function cutOften(
  ops: DiskOp[],
  cuts: number,
  seed: number,
  base: string,
  counters: Counters,
  say: (line: string) => void,
): Promise<void> {
  const random = seeded(seed);
  const moments = Array.from({ length: cuts }, () => 1 + Math.floor(random() * ops.length)).sort((a, b) => a - b);
  const disk = new Disk();
  const promised: Promised = { runs: new Map(), memory: new Set(), audit: 0 };
  let at = 0;
  for (const moment of moments) {
    for (; at < moment; at += 1) {
      const op = ops[at];
      if (op === undefined) break;
      disk.apply(op);
      if (op.kind === 'said') for (const line of op.text.trim().split('\n')) note(promised, line);
    }
    const target = path.join(base, 'cut');
    rmSync(target, { recursive: true, force: true });
    disk.materialise(target, random);
    const found = await examine(target, promised);
    counters.cuts += 1;
    if (found.corrupt !== undefined) {
      counters.corrupt += 1;
      say(`corrupt after ${moment} operations: ${found.corrupt}`);
    }
    counters.lost += found.lost;
    if (found.lost > 0) say(`${found.lost} lost after ${moment} operations`);
    if (counters.cuts % 100 === 0) say(`${counters.cuts} cuts`);
  }
}

function note(promised: Promised, line: string): void {
  const { runs, memory } = promised;
  const [what, id = '', seq = '', hash = ''] = line.split(' ');
  if (what === 'run') runs.set(id as RunId, new Map());
  else if (what === 'event') runs.get(id as RunId)?.set(Number(seq), hash);
  else if (what === 'going') runs.delete(id as RunId);
  else if (what === 'memory') memory.add(id as MemoryId);
  else if (what === 'audit') promised.audit = Number(id);
}

async function examine(folder: string, promised: Promised): Promise<{ corrupt: string | undefined; lost: number }> {
  let opened: OpenedStore | undefined;
  let lost = 0;
  try {
    opened = openStore({ folder });
    const problems = opened.check();
    for (const [run, events] of promised.runs) lost += await lostOf(opened, run, events);
    for (const id of promised.memory) if (opened.store.memory.get(id) === undefined) lost += 1;
    // Also what was not promised must be whole.
    for (const { id } of opened.store.runs.list({ limit: 1000 })) await readWhole(opened, id);
    const log = await opened.store.audit.verify(undefined);
    if (log.last < promised.audit) lost += promised.audit - log.last;
    return { corrupt: problems[0] ?? log.broken?.message, lost };
  } catch (error) {
    return { corrupt: String(error), lost };
  } finally {
    await opened?.close();
  }
}

async function lostOf({ store }: OpenedStore, run: RunId, events: Map<number, string>): Promise<number> {
  if (store.runs.get(run) === undefined) return events.size + 1;
  const kept = new Map(store.runs.readEvents(run).map(({ seq, event }) => [seq, sha256Of(JSON.stringify(event))]));
  return [...events].filter(([seq, hash]) => kept.get(seq) !== hash).length;
}

/** Throws what it throws. */
async function readWhole({ store }: OpenedStore, run: RunId): Promise<void> {
  store.runs.getDetails(run);
  for (const { event } of store.runs.readEvents(run))
    if ((event.type === 'step-done' || event.type === 'run-end') && event.large !== undefined)
      for (const { hash } of Object.values(event.large)) await store.runs.readLarge(hash);
}
