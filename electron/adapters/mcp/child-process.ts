// Starting and ending one server's process. It leads its own process group, so that what it starts itself (`npx` → `node`) ends
// with it; on Linux the kernel also kills it when the host's main thread dies. A process that leaves its group escapes: only an
// OS sandbox could hold it.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Log } from '../../runtime/ports.ts';
import { diagnose } from './launch/diagnose.ts';
import type { LaunchPlan } from './launch/launch.ts';
import { StartError } from './launch/start-error.ts';
import { cmdArguments } from './launch/windows-command.ts';

let deathSignal: Promise<string | undefined> | undefined;

/** `setpriv` of util-linux, when it knows `--pdeathsig` (BusyBox's does not). */
function findDeathSignal(): Promise<string | undefined> {
  deathSignal ??= (async () => {
    if (process.platform !== 'linux') return undefined;
    const path = ['/usr/bin/setpriv', '/bin/setpriv'].find((each) => existsSync(each));
    if (path === undefined) return undefined;
    return new Promise<string | undefined>((resolve) => {
      execFile(path, ['--pdeathsig', 'KILL', '--', '/bin/sh', '-c', 'exit 0'], { timeout: 10_000 }, (error) =>
        resolve(error === null ? path : undefined),
      );
    });
  })();
  return deathSignal;
}

/** Resolves once the process is there; throws StartError when the system refuses. */
export async function startProcess(plan: LaunchPlan & { told?: string[]; filter?: Buffer; original?: LaunchPlan }): Promise<ChildProcess> {
  const shim = await findDeathSignal();
  const extra: 'pipe'[] = plan.told === undefined ? [] : plan.filter === undefined ? ['pipe'] : ['pipe', 'pipe'];
  const stdio: 'pipe'[] = ['pipe', 'pipe', 'pipe', ...extra];
  const options = { cwd: plan.cwd, env: plan.env, stdio, windowsHide: true };
  let child: ChildProcess;
  if (process.platform === 'win32' && /\.(cmd|bat)$/i.test(plan.file)) {
    child = spawn(plan.env.ComSpec ?? 'cmd.exe', cmdArguments(plan.file, plan.args), { ...options, windowsVerbatimArguments: true });
  } else if (shim !== undefined)
    child = spawn(shim, ['--pdeathsig', 'KILL', '--', plan.file, ...plan.args], { ...options, detached: true });
  else child = spawn(plan.file, plan.args, { ...options, detached: process.platform !== 'win32' });
  // Arguments that must not stand on a command line.
  if (plan.told !== undefined) tell(child, 3, plan.told.map((each) => `${each}\0`).join(''));
  if (plan.filter !== undefined) tell(child, 4, plan.filter);
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', (error: NodeJS.ErrnoException) => {
      const failure = diagnose({
        plan: plan.original ?? plan,
        exitCode: null,
        signal: null,
        stderr: '',
        stdoutHead: '',
        elapsedMs: 0,
        spawnError: error,
      });
      reject(new StartError(failure.cause, failure.message, failure.hint));
    });
  });
}

function tell(child: ChildProcess, at: 3 | 4, what: string | Buffer): void {
  const pipe = child.stdio[at] as Writable | null | undefined;
  // Its early end is told by `exit`.
  pipe?.on('error', () => undefined);
  pipe?.end(what);
}

/** Sends a signal to the whole group; quiet when nothing of it is left. */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL', log: Pick<Log, 'warn'>): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    execFile('taskkill', ['/pid', String(child.pid), '/T', '/F'], () => undefined); // fails when it has already ended
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH')
      log.warn('A tool server could not be signalled', { pid: child.pid, error: String(error) });
  }
}

/** Asks, then insists: stdin closed, SIGTERM, SIGKILL to the whole group. Resolves when the process is gone. */
export async function stopProcess(child: ChildProcess, stepMs: number, log: Pick<Log, 'warn'>): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  const within = (ms: number) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    return Promise.race([gone.then(() => true), late]).finally(() => clearTimeout(timer));
  };
  child.stdin?.end();
  if (!(await within(stepMs))) {
    signalGroup(child, 'SIGTERM', log);
    await within(stepMs);
  }
  // Also when the leader has gone by itself: what it started may still be there.
  signalGroup(child, 'SIGKILL', log);
  await gone;
}
