// The machine's own measure, taken in the same run as the figures: what an empty Node start, an fsync and a 1 MB JSON parse cost
// here and now. A figure is read beside these, never alone.

import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BenchContext, median } from './bench.ts';

const timed = (samples: number, work: () => void): number[] =>
  Array.from({ length: samples }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });

/** About a megabyte of rows as a page would get them, as JSON. */
export function megabyteOfRows(): { id: number; name: string; size: number; path: string; kind: string }[] {
  return Array.from({ length: 9500 }, (_, id) => ({
    id,
    name: `report-${id}.md`,
    size: id * 37,
    path: `/home/someone/Documents/notes/${id % 100}/report-${id}.md`,
    kind: 'file',
  }));
}

export async function calibrate(context: BenchContext): Promise<void> {
  const starts = timed(7, () => execFileSync(process.execPath, ['-e', '0']));
  context.figure('node-start', median(starts), 'ms', starts.length);
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-calibrate-'));
  const file = openSync(path.join(folder, 'file'), 'w');
  const page = Buffer.alloc(4096, 1);
  const syncs = timed(100, () => {
    writeSync(file, page);
    fdatasyncSync(file);
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  context.figure('fsync-4kb', median(syncs), 'ms', syncs.length);
  const text = JSON.stringify(megabyteOfRows());
  const parses = timed(30, () => void JSON.parse(text));
  context.figure('json-parse-1mb', median(parses), 'ms', parses.length);
}
