// Looks at a running server from outside, every second or so: memory, processes, its own folder, and a processor kept busy while
// nothing was asked. Only looks; who made it ends the server.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleTree, type TreeSample } from './process-tree.ts';

export interface WatchLimits {
  /** Between two looks. */
  everyMs: number;
  /** Bytes resident, of it and all it started. */
  memoryBytes: number;
  processes: number;
  /** Bytes of what it keeps in its own folder. */
  folderBytes: number;
  /** Longest time of keeping a processor busy while no call is open. */
  spinMs: number;
}
export const defaultWatchLimits: WatchLimits = {
  everyMs: 500,
  memoryBytes: 1024 * 1024 * 1024,
  processes: 256,
  folderBytes: 4 * 1024 * 1024 * 1024,
  spinMs: 120_000,
};

export interface WatchOptions {
  pid: number;
  /** Absolute; where it may write as it likes. */
  folder: string;
  limits: WatchLimits;
  /** Nothing was asked of it: nobody waits for an answer. */
  isIdle(): boolean;
  /** Once. `isAttack`: a hard rule was broken, so that it does not get another chance by itself. */
  onBreak(broken: { message: string; hint: string; isAttack: boolean }): void;
}

export interface Watchdog {
  /** Bytes resident at the last look. */
  readonly memory: number | undefined;
  stop(): void;
}

/** A share of one processor that counts as busy. */
const busy = 0.8;
const mb = (bytes: number): string => `${Math.round(bytes / (1024 * 1024)).toLocaleString('en')} MB`;

export function watchServer({ pid, folder, limits, isIdle, onBreak }: WatchOptions): Watchdog {
  let memory: number | undefined;
  let before: { at: number; cpuMs: number } | undefined;
  let spinning = 0;
  let looks = 0;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;

  const end = (message: string, hint: string, isAttack: boolean) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    onBreak({ message, hint, isAttack });
  };
  const judge = (sample: TreeSample) => {
    memory = sample.memory;
    if (sample.memory > limits.memoryBytes)
      return end(
        `It was ended because it took ${mb(sample.memory)} of memory; ${mb(limits.memoryBytes)} is allowed.`,
        'Update it, give it less to do at a time, or tell its makers.',
        true,
      );
    if (sample.processes > limits.processes)
      return end(
        `It was ended because it started more than ${limits.processes} processes.`,
        'That is how a machine is brought down. Remove it, unless you know why it does this.',
        true,
      );
    const now = performance.now();
    const share = before === undefined ? 0 : (sample.cpuMs - before.cpuMs) / Math.max(1, now - before.at);
    spinning = before !== undefined && isIdle() && share > busy ? spinning + (now - before.at) : 0;
    before = { at: now, cpuMs: sample.cpuMs };
    if (spinning > limits.spinMs)
      end(
        `It was ended because it kept a processor busy for ${Math.round(limits.spinMs / 1000)} seconds while nothing was asked of it.`,
        'Update it, or tell its makers.',
        false,
      );
  };
  const look = async () => {
    looks += 1;
    const sample = await sampleTree(pid, limits.processes);
    if (isOver) return;
    if (sample !== undefined) judge(sample);
    // A walk over files costs more than a look at processes.
    if (!isOver && looks % 4 === 0) {
      const bytes = await folderBytes(folder, limits.folderBytes);
      if (bytes > limits.folderBytes)
        end(
          `It was ended because it filled its folder with more than ${mb(limits.folderBytes)}.`,
          `Look at ${folder}, and empty it before you let it start again.`,
          true,
        );
    }
    if (!isOver) again();
  };
  const again = () => {
    timer = setTimeout(() => void look(), limits.everyMs);
    timer.unref();
  };
  again();
  return {
    get memory() {
      return memory;
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** Blocks on disk, so that a file with holes counts as what it takes. Stops at the limit, and after 5,000 entries. */
async function folderBytes(folder: string, limit: number): Promise<number> {
  let bytes = 0;
  let entries = 0;
  const open = [folder];
  for (let next = open.pop(); next !== undefined && bytes <= limit && entries < 5_000; next = open.pop()) {
    const names = await readdir(next, { withFileTypes: true }).catch(() => []); // gone meanwhile
    for (const name of names) {
      entries += 1;
      const path = join(next, name.name);
      if (name.isDirectory()) open.push(path);
      else if (name.isFile()) bytes += (await stat(path).catch(() => undefined))?.blocks ?? 0;
    }
    if (bytes * 512 > limit) return bytes * 512;
  }
  return bytes * 512;
}
