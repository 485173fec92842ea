// Ends tool servers when the host dies by any means, `kill -9` included. A tiny shell script holds the reading end of a pipe
// whose writing end only the host has; it is told of each process group, and when the pipe closes it kills those still listed.
// It is a shell and not Node, because a packaged desktop app has no way to start itself as Node (RunAsNode fuse).
// Windows has no such means without a native job object: there, servers end when their stdin closes.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Log } from '../../runtime/ports.ts';

const script = `trap '' INT TERM HUP QUIT
list=
while IFS= read -r line; do
  case $line in
    "add "*) list="$list \${line#add }" ;;
    "del "*) rest=; for each in $list; do [ "$each" = "\${line#del }" ] || rest="$rest $each"; done; list=$rest ;;
  esac
done
for each in $list; do kill -s KILL -- "-$each" 2>/dev/null; done
exit 0`;

export interface ProcessGuard {
  /** Takes charge of a process group, named by its leader's process id. */
  add(group: number): void;
  remove(group: number): void;
  /** Lets the guard end; groups still listed are killed by it. */
  close(): void;
}

export function createProcessGuard(log: Pick<Log, 'warn'>): ProcessGuard {
  const groups = new Set<number>();
  let shell: ChildProcess | undefined;
  let closed = false;
  let failures = 0;

  const say = (line: string) => shell?.stdin?.write(`${line}\n`);
  const open = () => {
    if (shell !== undefined || closed || failures >= 5) return;
    // Its own session: a Ctrl-C in the host's terminal must not end it before the host.
    const started = spawn('/bin/sh', ['-c', script], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: { PATH: '/usr/bin:/bin' },
    });
    shell = started;
    const lost = (why: string) => {
      if (shell !== started) return;
      shell = undefined;
      if (closed) return;
      failures += 1;
      log.warn('The process that ends tool servers after a crash of the host was lost', { why });
      if (groups.size > 0) open();
    };
    started.on('error', (error) => lost(String(error)));
    started.on('exit', (code, signal) => lost(String(signal ?? code)));
    // A broken pipe is followed by `exit`, which is where it is dealt with.
    started.stdin?.on('error', () => undefined);
    started.unref();
    (started.stdin as unknown as { unref?: () => void }).unref?.();
    for (const group of groups) say(`add ${group}`);
  };

  if (process.platform === 'win32') return { add: () => undefined, remove: () => undefined, close: () => undefined };
  return {
    add(group) {
      groups.add(group);
      if (shell === undefined) open();
      else say(`add ${group}`);
    },
    remove(group) {
      if (groups.delete(group)) say(`del ${group}`);
    },
    close() {
      closed = true;
      shell?.stdin?.end();
    },
  };
}
