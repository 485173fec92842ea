// Terminals over node-pty, which may be missing (it is compiled when the app is installed). The shell gets a short environment:
// what it needs to find programs and speak the person's language, and none of the keys this process may have been started with.

import { createRequire } from 'node:module';
import { AppError } from '../../../shared/errors.ts';
import type { Pty, PtyHandle } from '../../runtime/ports.ts';

type NodePty = typeof import('node-pty');

const KEPT =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|DISPLAY|WAYLAND_DISPLAY|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|SSH_AUTH_SOCK)$/;
const KEPT_WINDOWS =
  /^(PATH|PATHEXT|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|TEMP|TMP|USERNAME|USERPROFILE|USERDOMAIN|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES.*|HOMEDRIVE|HOMEPATH|OS|NUMBER_OF_PROCESSORS|PROCESSOR_\w+|PUBLIC|COMPUTERNAME|PSMODULEPATH)$/i;

export function terminalEnvironment(from: NodeJS.ProcessEnv, platform: NodeJS.Platform): Record<string, string> {
  const kept = platform === 'win32' ? KEPT_WINDOWS : KEPT;
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) if (value !== undefined && kept.test(name)) environment[name] = value;
  return { ...environment, TERM: 'xterm-256color', COLORTERM: 'truecolor', TERM_PROGRAM: 'Orrery' };
}

export const defaultShell = (from: NodeJS.ProcessEnv, platform: NodeJS.Platform): string =>
  platform === 'win32' ? (from.COMSPEC ?? 'powershell.exe') : (from.SHELL ?? '/bin/sh');

/** Never throws: without the native part, `missing` says so and `open` throws `terminal-missing`. */
export function createPty(load: () => NodePty = loadNodePty): Pty {
  let loaded: { pty: NodePty } | { missing: string } | undefined;
  const get = (): { pty: NodePty } | { missing: string } => {
    try {
      loaded ??= { pty: load() };
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      loaded = { missing: `The terminal’s native part (node-pty) is not there: ${reason}` };
    }
    return loaded;
  };
  return {
    get missing() {
      const state = get();
      return 'missing' in state ? state.missing : undefined;
    },
    open(options) {
      const state = get();
      if ('missing' in state)
        throw new AppError('terminal-missing', state.missing, {
          hint: 'Install a C++ compiler and Python, run `npm ci` again, and start Orrery anew. Everything else works without it.',
        });
      return start(state.pty, options);
    },
  };
}

const loadNodePty = (): NodePty => createRequire(import.meta.url)('node-pty') as NodePty;

function start(pty: NodePty, options: Parameters<Pty['open']>[0]): PtyHandle {
  const shell = options.shell === undefined || options.shell === '' ? defaultShell(process.env, process.platform) : options.shell;
  const child = spawn(pty, shell, options);
  let isGone = false;
  child.onExit(() => {
    isGone = true;
  });
  return {
    onData: (listener) => void child.onData(listener),
    onExit: (listener) => void child.onExit(({ exitCode }) => listener(exitCode)),
    write: (data) => {
      if (!isGone) child.write(data);
    },
    resize: (cols, rows) => {
      if (!isGone) child.resize(cols, rows);
    },
    kill: () => {
      if (isGone) return;
      // Closing the terminal hangs up on the shell and what it started; one that ignores that is killed.
      child.kill();
      if (process.platform !== 'win32') setTimeout(() => !isGone && child.kill('SIGKILL'), 2_000).unref();
    },
  };
}

function spawn(pty: NodePty, shell: string, options: Parameters<Pty['open']>[0]): import('node-pty').IPty {
  try {
    return pty.spawn(shell, [], {
      name: 'xterm-256color',
      cols: options.cols,
      rows: options.rows,
      cwd: options.cwd,
      env: terminalEnvironment(process.env, process.platform),
    });
  } catch (cause) {
    throw new AppError('terminal-not-started', `The shell “${shell}” could not be started.`, {
      hint: 'Choose another shell in Settings, or leave it empty for the system’s own.',
      cause,
    });
  }
}
