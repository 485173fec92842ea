// A data folder on a disk that is really full, again and again: what was promised is there afterwards, the database is whole, and
// work goes on by itself when there is room. Needs root on Linux, to mount a small disk in memory.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeSortedIds } from '../../electron/adapters/ids.ts';
import { type OpenedStore, openStore } from '../../electron/adapters/sqlite/open.ts';
import type { RunId } from '../../shared/model/ids.ts';
import { type Random, seeded } from '../contract/wire-fuzz.ts';
import { CannotTorture, type Torture, type TortureOptions } from './torture.ts';

const diskBytes = 12 * 1024 * 1024;
const probeEveryMs = 20;
const resumeWatchdogMs = 10_000;

export const torture: Torture = {
  about: 'a full disk under the database: nothing corrupt, nothing promised is lost, it goes on by itself.',
  defaultN: 50,
  promises: ['corrupt', 'lost', 'silent', 'unresumed'],
  async run(options) {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      throw new CannotTorture('The disk torture mounts a small disk in memory, which takes root on Linux.');
    const disk = mkdtempSync(path.join(tmpdir(), 'orrery-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes},mode=700`, 'tmpfs', disk], { stdio: 'pipe' });
    } catch (error) {
      rmdirSync(disk);
      throw new CannotTorture(`A small disk could not be mounted here: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`);
    }
    try {
      return await fillAgainAndAgain(disk, options);
    } finally {
      execFileSync('umount', [disk]);
      rmdirSync(disk);
    }
  },
};

async function fillAgainAndAgain(disk: string, { n, seed, say }: TortureOptions): Promise<Record<string, number>> {
  const random = seeded(seed);
  const counters = { fills: n, writes: 0, refused: 0, corrupt: 0, lost: 0, silent: 0, resumed: 0, unresumed: 0 };
  const ids = timeSortedIds();
  for (let fill = 0; fill < n; fill += 1) {
    const opened = openStore({ folder: disk, probeEveryMs });
    const run = ids.next() as RunId;
    opened.store.runs.create({
      id: run,
      title: `Run ${fill}`,
      kind: 'turn',
      origin: { kind: 'manual', by: 'cli' },
      startedAt: Date.now(),
      inputs: {},
      grant: { tools: [], folders: [] },
    });
    // Before the disk is full: what is filled is what comes after it.
    await opened.store.runs.flush();
    const promised = new Map<number, string>();
    const ballast = path.join(disk, 'ballast');
    leaveRoom(disk, ballast, Math.floor(random() * 300_000));
    let banners = 0;
    const forget = opened.store.onBanner((all) => {
      banners = all.length;
    });
    const before = counters.refused;
    for (let i = 0; i < 5000 && counters.refused === before; i += 1) await writeOne(opened, run, random, i, promised, counters);
    await sleep(1);
    if (counters.refused > before && banners === 0) counters.silent += 1;
    rmSync(ballast, { force: true });
    const { writes } = counters;
    const isClear = await clears(() => banners === 0);
    await writeOne(opened, run, random, 5000, promised, counters);
    if (isClear && counters.writes > writes) counters.resumed += 1;
    else counters.unresumed += 1;
    counters.lost += missing(opened, run, promised);
    forget();
    await opened.close();
    const again = openStore({ folder: disk });
    if (again.check().length > 0) counters.corrupt += 1;
    counters.lost += missing(again, run, promised);
    again.store.runs.remove(run);
    await again.close();
    if (fill % 10 === 9) say(`${fill + 1} of ${n} fills, ${counters.writes} writes kept, ${counters.refused} refused`);
  }
  return counters;
}

/** Fills the disk up to so many free bytes. */
function leaveRoom(disk: string, ballast: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}

type Counters = { writes: number; refused: number };

/** Several events in one commit; each is promised only when its own promise was kept. */
async function writeOne(
  opened: OpenedStore,
  run: RunId,
  random: Random,
  i: number,
  promised: Map<number, string>,
  counters: Counters,
): Promise<void> {
  const events = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, index) => ({
    type: 'step-done' as const,
    at: i,
    step: `s${i}-${index}`,
    node: 'n',
    attempt: 1,
    ms: 0,
    outputs: { out: 'x'.repeat(Math.floor(random() * 3000)) },
  }));
  const appended = events.map((event) => ({ event, ...opened.store.runs.append(run, event) }));
  for (const { event, seq, durable } of appended) {
    try {
      await durable;
      promised.set(seq, JSON.stringify(event));
      counters.writes += 1;
    } catch {
      // The disk refused it, and it was not promised: that is how it should be.
      counters.refused += 1;
    }
  }
}

function missing(opened: OpenedStore, run: RunId, promised: Map<number, string>): number {
  const kept = new Map(opened.store.runs.readEvents(run).map(({ seq, event }) => [seq, JSON.stringify(event)]));
  return [...promised].filter(([seq, json]) => kept.get(seq) !== json).length;
}

/** The banner must go by itself. */
async function clears(isClear: () => boolean): Promise<boolean> {
  for (const deadline = Date.now() + resumeWatchdogMs; !isClear(); await sleep(5)) if (Date.now() > deadline) return false;
  return true;
}
