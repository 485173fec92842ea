// What effects cost when each has its intent on disk before it and its result after it, and what a journal takes on disk.

import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Bench, type BenchContext, median } from './lib/bench.ts';
import { effects, growing, openEngineBench } from './lib/engine-bench.ts';
import { openPeer, peers } from './lib/peers.ts';

const steps = 100;
const rounds = 3;
const atOnce = [1, 16, 64];
/** Times that each is run in a round: less work for many at once. */
const times = (together: number): number => Math.max(2, Math.round(16 / together));

async function runEffects(context: BenchContext): Promise<void> {
  const shape = effects(steps);
  const ours = openEngineBench();
  // The floor is always run: it is the measure, not a peer to be beaten.
  const floor = await openPeer(peers.floor, context.say);
  const other = context.peers ? await openPeer(peers.openworkflow, context.say) : undefined;
  try {
    // Nothing may wait in the queue: what is measured is the journal.
    ours.host.runtime.services.settings.change({ maxParallelRuns: Math.max(...atOnce) });
    await ours.round(shape, 10);
    await floor.round('linear', 10);
    await other?.round('linear', 10);
    for (const together of atOnce) {
      const mine: number[] = [];
      const least: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < (context.n ?? rounds); round += 1) {
        for (let i = 0; i < times(together); i += 1) mine.push(await ours.together(shape, together));
        least.push(...(await floor.round('linear', times(together), together)));
        if (other !== undefined) theirs.push(...(await other.round('linear', times(together), together)));
      }
      context.figure(`steps-${together}`, (together * steps * 1000) / median(mine), 'steps/s', mine.length);
      context.figure(`floor-${together}`, (together * steps * 1000) / median(least), 'steps/s', least.length);
      context.figure(`of-floor-${together}`, median(least) / median(mine), '×', mine.length);
      if (other !== undefined) context.ratio(`openworkflow-${together}`, median(theirs) / median(mine));
    }
  } finally {
    await ours.close();
    await floor.close();
    await other?.close();
  }
}

export const engineEffects: Bench = {
  name: 'engine-effects',
  about: '100 steps with effects, 1, 16 and 64 runs at once, FULL, beside a floor that does the same commits. --n rounds.',
  run: runEffects,
};

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /orrery\.(?:db|sqlite)|blobs/.test(path.join(entry.parentPath, entry.name)))
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);

export const engineGrowth: Bench = {
  name: 'engine-growth',
  about: '100 steps that give 1 kB each: what the database grows by for each kilobyte. --n runs.',
  async run(context) {
    const runs = context.n ?? 50;
    const bench = openEngineBench();
    const shape = growing(steps);
    let before = 0;
    try {
      await bench.round(shape, 1);
    } finally {
      // Closing folds the write-ahead log into the database, so that what is compared is what stays.
      await bench.host.close();
    }
    before = sizeOf(bench.folder);
    const again = openEngineBench({ folder: bench.folder });
    try {
      await again.round(shape, runs);
    } finally {
      await again.host.close();
    }
    const perRun = (sizeOf(bench.folder) - before) / runs;
    context.figure('disk-per-run', perRun / 1000, 'kB', runs);
    context.figure('disk-ratio', perRun / (steps * 1000), '×', runs);
  },
};
