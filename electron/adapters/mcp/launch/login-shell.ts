// PATH as the person's login shell has it: their shell is run once, with its profile, and asked. A profile that fails, hangs or
// prints without end must not stop a start: it has a time, a size, no terminal, and what it leaves behind is ended.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, delimiter, isAbsolute } from 'node:path';
import type { SearchContext } from './search-path.ts';
import { exists } from './search-path.ts';
import { readRegistryPath } from './windows-path.ts';

export interface LoginPath {
  /** What was asked; undefined where there is none to ask. */
  shell: string | undefined;
  /** Absolute folders in its order; empty when it did not answer. */
  path: string[];
  ms: number;
  /** Why it did not answer, in words. */
  problem?: string;
}

export interface LoginShellOptions {
  /** Milliseconds after which the shell is ended. */
  timeoutMs?: number;
  /** Otherwise $SHELL, then what the system's list of people says. */
  shell?: string;
}

const mostOutput = 256 * 1024;

/** $SHELL is absent in what a service or a bare environment gives: the system's own list knows it as well. */
export function loginShell(env: SearchContext['env']): string | undefined {
  const candidates = [env.SHELL, ownShell(), '/bin/bash', '/bin/sh'];
  return candidates.find((each) => each !== undefined && isAbsolute(each) && exists(each) && !/\/(nologin|false)$/.test(each));
}

function ownShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    // Without an entry of its own (a container): the file is read for the root of it.
    try {
      const line = readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .find((each) => each.split(':')[2] === String(process.getuid?.()));
      return line?.split(':')[6];
    } catch {
      return undefined;
    }
  }
}

/** csh and tcsh take `-l` only alone, nushell has words of its own; the others understand `-i -l -c`. */
const flagsOf = (shell: string): string[] => {
  const name = basename(shell);
  if (/^t?csh$/.test(name)) return ['-ic'];
  if (name === 'nu') return ['-l', '-c'];
  return ['-ilc'];
};

/** Never throws; a shell that fails is told of in `problem`. */
export async function readLoginPath(context: SearchContext, options: LoginShellOptions = {}): Promise<LoginPath> {
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  if (context.platform === 'win32') return { shell: undefined, path: await readRegistryPath(context), ms: ms() };
  const shell = options.shell ?? loginShell(context.env);
  if (shell === undefined) return { shell, path: [], ms: ms(), problem: 'This account has no login shell.' };
  const timeoutMs = options.timeoutMs ?? 5_000;
  const { text, problem } = await askShell(shell, context, timeoutMs);
  if (text === undefined) return { shell, path: [], ms: ms(), problem: problem ?? 'It did not print its PATH.' };
  return { shell, path: text.split(delimiter).filter((folder) => isAbsolute(folder)), ms: ms() };
}

/** What a login gives and nothing else: the profile makes the rest. */
const passed = ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TMPDIR', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR', 'ZDOTDIR'];

function askShell(shell: string, context: SearchContext, timeoutMs: number): Promise<{ text?: string; problem?: string }> {
  const mark = `orrery-${randomUUID()}`;
  const env: Record<string, string> = {
    SHELL: shell,
    HOME: context.home,
    PATH: context.env.PATH ?? '/usr/bin:/bin',
    TERM: 'dumb',
    // So that a profile can tell, as with other editors; and what is known to take long in one is left out.
    ORRERY_RESOLVING_ENVIRONMENT: '1',
    ORRERY_MARK: mark,
    DISABLE_AUTO_UPDATE: 'true',
    ZSH_TMUX_AUTOSTART: 'false',
  };
  for (const name of passed) if (context.env[name] !== undefined) env[name] = context.env[name];
  // A shell within prints it, so that it is the same text for every shell: fish has lists, others have words.
  const ask = `/bin/sh -c 'printf "\\n%s%s%s\\n" "$ORRERY_MARK" "$PATH" "$ORRERY_MARK"'`;
  return new Promise((resolve) => {
    // Its own session: it has no terminal to stop at, and all of it can be ended together.
    const child = spawn(shell, [...flagsOf(shell), ask], {
      env,
      // Never in the server's own folder: hooks of the shell (mise, direnv, git's in a prompt) run what they find where it begins, and
      // a contained server may have written it. Why so: docs/decisions/2026-11-22-nothing-asked-in-a-servers-folder.md.
      cwd: exists(context.home) ? context.home : '/',
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    let output = '';
    let settled = false;
    const settle = (answer: { text?: string; problem?: string }) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      child.stdout.destroy();
      endGroup(child.pid);
      resolve(answer);
    };
    const found = (): string | undefined => {
      const from = output.indexOf(mark);
      const to = from === -1 ? -1 : output.indexOf(mark, from + mark.length);
      return to === -1 ? undefined : output.slice(from + mark.length, to);
    };
    const timer = setTimeout(() => settle({ problem: `It did not come to an end within ${timeoutMs / 1000} seconds.` }), timeoutMs);
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => {
      output += chunk;
      const text = found();
      if (text !== undefined) settle({ text });
      // Only the end of it can hold the mark.
      else if (output.length > mostOutput) settle({ problem: 'It printed too much.' });
    });
    child.once('error', (error) => settle({ problem: `It could not be started: ${error.message}` }));
    child.once('close', (code, signal) => settle({ problem: `It ended (${signal ?? `code ${code}`}) before it said its PATH.` }));
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself, which is the usual case.
  }
}

let shared: { key: string; at: number; answer: Promise<LoginPath> } | undefined;
/** Starts that happen together share one answer; so long after it, a start asks anew. Milliseconds. */
const shareMs = 2_000;

/** Read at each start, so that what a person installed meanwhile is found; shared between starts that happen together. */
export function sharedLoginPath(context: SearchContext, options: LoginShellOptions = {}): Promise<LoginPath> {
  const key = JSON.stringify([options.shell ?? context.env.SHELL, context.home, context.env.PATH, context.platform, options.timeoutMs]);
  if (shared !== undefined && shared.key === key && performance.now() - shared.at < shareMs) return shared.answer;
  const mine = { key, at: Number.POSITIVE_INFINITY, answer: readLoginPath(context, options) };
  shared = mine;
  void mine.answer.then(() => {
    mine.at = performance.now();
  });
  return mine.answer;
}
