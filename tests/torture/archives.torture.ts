// Hostile zips through the product's own reader: nothing outside the folder, nothing left of one that was refused, memory and time
// bounded. `controls` are honest archives that must unpack.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readArchive } from '../../electron/adapters/archives/read-archive.ts';
import { AppError } from '../../shared/errors.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import { hostileZips, type Sketch, zipOf } from './hostile-zips.ts';
import type { Torture } from './torture.ts';

/** Small, so that a bomb is one at a size that can be tried quickly. */
const limits = {
  archiveBytes: 64 * 1024 * 1024,
  bytes: 32 * 1024 * 1024,
  fileBytes: 16 * 1024 * 1024,
  entries: 10_000,
  ratio: 200,
  timeMs: 10_000,
};
const mostMemory = 256 * 1024 * 1024;
const mostMs = 15_000;

export const torture: Torture = {
  about: 'hostile zips through the archive reader: 0 writes outside, nothing left of a refused one, memory and time bounded.',
  defaultN: 60,
  promises: ['outsideWrites', 'accepted', 'leftovers', 'crashes', 'tooLong', 'tooMuchMemory', 'failedControls'],
  async run({ n, seed, say }) {
    const base = mkdtempSync(path.join(tmpdir(), 'orrery-archives-'));
    const counters = {
      archives: 0,
      refused: 0,
      outsideWrites: 0,
      accepted: 0,
      leftovers: 0,
      crashes: 0,
      tooLong: 0,
      tooMuchMemory: 0,
      controls: 0,
      failedControls: 0,
    };
    const random = seeded(seed);
    const zips = Object.entries(hostileZips());
    try {
      for (let at = 0; at < n; at += 1) {
        const [name, make] = zips[at % zips.length] as (typeof zips)[number];
        // The first round is as written; later ones have a few bytes changed.
        const bytes = at < zips.length ? make() : mutated(make(), random);
        const verdict = await tryOne(base, bytes, counters);
        counters.archives += 1;
        if (verdict !== undefined) say(`${name}: ${verdict}`);
        if (at < zips.length && verdict === 'accepted') counters.accepted += 1;
        if (at % 10 === 0) await control(base, at, counters);
      }
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
    return counters;
  },
};

type Counters = Record<
  'refused' | 'outsideWrites' | 'leftovers' | 'crashes' | 'tooLong' | 'tooMuchMemory' | 'controls' | 'failedControls',
  number
>;

async function tryOne(base: string, bytes: Buffer, counters: Counters): Promise<string | undefined> {
  const world = mkdtempSync(path.join(base, 'world-'));
  const home = path.join(world, 'home');
  mkdirSync(home);
  writeFileSync(path.join(world, 'canary.txt'), 'canary');
  const file = path.join(world, 'archive.zip');
  writeFileSync(file, bytes);
  const into = path.join(home, 'into');
  const memory = process.memoryUsage();
  let most = 0;
  const look = setInterval(() => {
    const now = process.memoryUsage();
    most = Math.max(most, now.heapUsed + now.external - memory.heapUsed - memory.external);
  }, 5);
  const began = performance.now();
  let verdict: string | undefined;
  try {
    await readArchive(file, { into, limits, signal: AbortSignal.timeout(mostMs) });
    verdict = 'accepted';
  } catch (error) {
    if (error instanceof AppError && error.code !== 'internal' && error.code !== 'cancelled') counters.refused += 1;
    else {
      counters.crashes += 1;
      verdict = `failed with ${String(error)}`;
    }
    if (readdirSync(home).length > 0) counters.leftovers += 1;
  } finally {
    clearInterval(look);
  }
  if (performance.now() - began > mostMs) counters.tooLong += 1;
  if (most > mostMemory) counters.tooMuchMemory += 1;
  const around = readdirSync(world).sort().join(',');
  const isOutside =
    around !== 'archive.zip,canary.txt,home' ||
    readFileSync(path.join(world, 'canary.txt'), 'utf8') !== 'canary' ||
    readdirSync(home).some((name) => name !== 'into');
  if (isOutside || existsSync('/tmp/evil.txt')) counters.outsideWrites += 1;
  rmSync(world, { recursive: true, force: true });
  return verdict;
}

function mutated(bytes: Buffer, random: () => number): Buffer {
  const changed = Buffer.from(bytes);
  for (let n = 0; n < 4 && changed.length > 0; n += 1) changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
  return changed;
}

/** An archive as packers make them comes out byte for byte. */
async function control(base: string, at: number, counters: Counters): Promise<void> {
  const sketches: Sketch[] = [
    { name: 'manifest.json', data: Buffer.from(`{"n":${at}}`), deflate: true },
    { name: 'server/', mode: 0o040755 },
    { name: 'server/index.js', data: Buffer.from('console.log(1);\n'.repeat(2000)), deflate: true, mode: 0o100755 },
    { name: 'Grüße/日本.txt', data: Buffer.from('ü'.repeat(100)) },
  ];
  const world = mkdtempSync(path.join(base, 'honest-'));
  const file = path.join(world, 'a.zip');
  writeFileSync(file, zipOf(sketches));
  const into = path.join(world, 'into');
  counters.controls += 1;
  const unpacked = await readArchive(file, { into, limits, signal: AbortSignal.timeout(mostMs) }).catch(() => undefined);
  const isWhole = sketches.every(
    ({ name, data }) =>
      data === undefined || (existsSync(path.join(into, String(name))) && readFileSync(path.join(into, String(name))).equals(data)),
  );
  if (unpacked?.files.length !== 3 || !isWhole) counters.failedControls += 1;
}
