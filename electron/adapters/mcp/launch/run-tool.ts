// Runs an installer (npm, uv, pip) to its end: no terminal, a time, a size, and all of it ended when the start is given up.

import { spawn } from 'node:child_process';
import type { ProcessGuard } from '../process-guard.ts';

export interface ToolRun {
  code: number | null;
  stdout: string;
  stderr: string;
  /** It was ended since it took too long. */
  isLate: boolean;
}

export interface ToolOptions {
  env: Record<string, string>;
  cwd: string;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Ends it when the host is ended by force. */
  guard?: Pick<ProcessGuard, 'add' | 'remove'>;
}

const most = 4 * 1024 * 1024;
/** Milliseconds for the words of one that was ended; what left its group may hold its pipes open for ever. */
const lastWordsMs = 1_000;

/** Never throws for what the tool does; its output is cut at 4 MB. */
export function runTool(file: string, args: readonly string[], options: ToolOptions): Promise<ToolRun> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const { pid } = child;
    if (pid !== undefined) options.guard?.add(pid);
    let [stdout, stderr, isLate] = ['', '', false];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < most) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-most);
    });
    const end = () => {
      if (child.pid === undefined) return;
      child.once('exit', () =>
        setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, lastWordsMs).unref(),
      );
      try {
        if (process.platform === 'win32') child.kill('SIGKILL');
        else process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    };
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, options.timeoutMs);
    options.signal?.addEventListener('abort', end, { once: true });
    if (options.signal?.aborted === true) end();
    const done = (code: number | null) => {
      clearTimeout(timer);
      if (pid !== undefined) options.guard?.remove(pid);
      options.signal?.removeEventListener('abort', end);
      resolve({ code, stdout, stderr, isLate });
    };
    child.once('error', (error) => {
      stderr += String(error);
      done(null);
    });
    child.once('close', (code) => done(code));
  });
}
