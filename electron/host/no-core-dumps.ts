// A core dump of the host would lie on the disk with all that its memory held: the vault's key and what was revealed of it. Only the soft
// limit is lowered, so that a person's own terminal may raise it again.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

const programs = ['/usr/bin/prlimit', '/bin/prlimit'];

/** For this process and what it starts from then on. True when it holds; false where the system has no way to say it. Never throws. */
export function forbidCoreDumps(pid: number = process.pid): Promise<boolean> {
  const program = process.platform === 'linux' ? programs.find((each) => existsSync(each)) : undefined;
  if (program === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = execFile(program, [`--pid=${pid}`, '--core=0:'], { timeout: 5_000, env: {} }, (error) => resolve(error === null));
    child.unref();
  });
}
