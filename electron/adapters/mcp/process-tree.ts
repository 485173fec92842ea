// A process and everything it started: memory, processor time, number. On Linux from /proc, on macOS from ps; elsewhere unknown.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface TreeSample {
  /** Bytes resident. */
  memory: number;
  /** Milliseconds of processors since each began; what has ended is not in it. */
  cpuMs: number;
  /** At most one more than was asked for. */
  processes: number;
}

const pageBytes = 4096;
const tickMs = 10;

/** Undefined when it has gone, or the system does not say. */
export async function sampleTree(root: number, most: number): Promise<TreeSample | undefined> {
  if (process.platform === 'linux') return sampleProc(root, most);
  if (process.platform === 'darwin') return samplePs(root);
  return undefined;
}

const read = (path: string): Promise<string | undefined> => readFile(path, 'latin1').catch(() => undefined);

async function sampleProc(root: number, most: number): Promise<TreeSample | undefined> {
  const sample: TreeSample = { memory: 0, cpuMs: 0, processes: 0 };
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const [text, children] = await Promise.all([read(`/proc/${pid}/stat`), read(`/proc/${pid}/task/${pid}/children`)]);
    if (text === undefined) continue;
    // The name stands in brackets and may hold anything; the numbers come after the last one.
    const parts = text.slice(text.lastIndexOf(')') + 2).split(' ');
    sample.processes += 1;
    sample.cpuMs += (Number(parts[11]) + Number(parts[12])) * tickMs;
    sample.memory += Number(parts[21]) * pageBytes;
    if (sample.processes > most) return sample;
    for (const each of (children ?? '').split(' ')) if (each !== '') open.push(Number(each));
  }
  return sample.processes === 0 ? undefined : sample;
}

async function samplePs(root: number): Promise<TreeSample | undefined> {
  const text = await new Promise<string>((resolve) =>
    execFile('/bin/ps', ['-axo', 'pid=,ppid=,rss=,time='], { maxBuffer: 8_000_000, timeout: 5_000 }, (_error, out) => resolve(out)),
  );
  const rows = text.split('\n').flatMap((line) => {
    const [pid, parent, rss, time = ''] = line.trim().split(/\s+/);
    const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    return pid === undefined || pid === ''
      ? []
      : [{ pid: Number(pid), parent: Number(parent), rss: Number(rss) * 1024, cpuMs: seconds * 1000 }];
  });
  const inside = new Set([root]);
  for (let size = 0; size !== inside.size; ) {
    size = inside.size;
    for (const row of rows) if (inside.has(row.parent)) inside.add(row.pid);
  }
  const mine = rows.filter((row) => inside.has(row.pid));
  if (mine.length === 0) return undefined;
  return {
    memory: mine.reduce((sum, row) => sum + row.rss, 0),
    cpuMs: mine.reduce((sum, row) => sum + row.cpuMs, 0),
    processes: mine.length,
  };
}
