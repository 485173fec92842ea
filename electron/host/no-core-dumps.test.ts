import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { forbidCoreDumps } from './no-core-dumps.ts';

it.skipIf(process.platform !== 'linux' || !existsSync('/usr/bin/prlimit'))(
  'a host leaves no core dump, and a terminal of it may allow its own',
  async () => {
    // One whose limit was open, as where people look for faults.
    const child = spawn('/bin/sh', ['-c', 'ulimit -S -c unlimited 2>/dev/null; exec sleep 60'], { stdio: 'ignore' });
    try {
      const limits = () => /^Max core file size\s+(\S+)\s+(\S+)/m.exec(readFileSync(`/proc/${child.pid}/limits`, 'utf8'))?.slice(1);
      await expect.poll(() => readFileSync(`/proc/${child.pid}/comm`, 'utf8').trim()).toBe('sleep');
      const before = limits();
      expect(await forbidCoreDumps(child.pid)).toBe(true);
      expect(limits()).toEqual(['0', before?.[1]]);
    } finally {
      child.kill('SIGKILL');
    }
  },
);
