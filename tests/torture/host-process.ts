// A real host in a process of its own, from the built files, and the contract's client over its local socket: what can be killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attached, attachToHost, localSocketPath } from '../../electron/wires/attach.ts';
import { ensureBuilt, root } from '../../scripts/built.ts';

/** How long a start may take before it counts as failed, in milliseconds. */
const startWatchdogMs = 30_000;

/** The built files, copied, so that a build by someone else does not change the host between two of its lives. */
export async function buildCopy(say: (line: string) => void): Promise<{ cli: string; remove(): void }> {
  process.env.NODE_ENV = 'production';
  ensureBuilt({ only: ['out/node', 'out/renderer'], say });
  // Inside the project: the built files look upwards for what belongs to them.
  mkdirSync(path.join(root, 'out'), { recursive: true });
  const copy = mkdtempSync(path.join(root, 'out', 'torture-'));
  cpSync(path.join(root, 'out/node'), copy, { recursive: true, filter: (file) => !file.endsWith('.map') });
  return { cli: path.join(copy, 'cli.js'), remove: () => rmSync(copy, { recursive: true, force: true }) };
}

export interface HostProcess {
  pid: number;
  exited: Promise<void>;
  hasExited(): boolean;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to end, as a person would. */
  stop(): Promise<void>;
  /** Waits until it listens. Throws with its last words when it ends before. */
  attach(): Promise<Attached>;
}

export function startHost(cli: string, dataFolder: string): HostProcess {
  const child: ChildProcess = spawn(process.execPath, [cli, 'serve', '--port', '0', '--json', '--data', dataFolder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let words = '';
  let isOver = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-4000);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      isOver = true;
      resolve();
    });
  });
  const signal = (name: NodeJS.Signals) => async (): Promise<void> => {
    child.kill(name);
    await exited;
  };
  const socket = localSocketPath(dataFolder, createHash('sha256').update(dataFolder).digest('hex'), process.platform, tmpdir());
  return {
    pid: child.pid ?? 0,
    exited,
    hasExited: () => isOver,
    kill: signal('SIGKILL'),
    stop: signal('SIGTERM'),
    async attach() {
      for (const deadline = Date.now() + startWatchdogMs; ; await sleep(10)) {
        if (isOver) throw new Error(`The host ended before it listened.\n${words}`);
        try {
          return await attachToHost(socket, 1000);
        } catch (error) {
          if (Date.now() > deadline)
            throw new Error(`The host does not listen after ${startWatchdogMs / 1000} s.\n${words}`, { cause: error });
        }
      }
    },
  };
}
