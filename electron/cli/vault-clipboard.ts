// The system's clipboard by its own programs, for `orrery vault copy` while no other host runs. The text goes to their stdin, never
// into a command line.

import { spawn } from 'node:child_process';
import { AppError } from '../../shared/errors.ts';
import type { ClipboardHand } from '../adapters/vault/copy-secret.ts';

interface Program {
  put: string[];
  get: string[];
}
const programs: Program[] =
  process.platform === 'darwin'
    ? [{ put: ['pbcopy'], get: ['pbpaste'] }]
    : process.platform === 'win32'
      ? [{ put: ['clip.exe'], get: ['powershell.exe', '-NoProfile', '-Command', 'Get-Clipboard'] }]
      : [
          { put: ['wl-copy', '--sensitive'], get: ['wl-paste', '--no-newline'] },
          { put: ['wl-copy'], get: ['wl-paste', '--no-newline'] },
          { put: ['xclip', '-selection', 'clipboard'], get: ['xclip', '-selection', 'clipboard', '-o'] },
          { put: ['xsel', '--clipboard', '--input'], get: ['xsel', '--clipboard', '--output'] },
        ];

/** Undefined: it is not there, or it failed. */
function run([command = '', ...args]: string[], input: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], timeout: 5000 });
    let text = '';
    child.on('error', () => resolve(undefined));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    // xclip and wl-copy leave a child that holds stdout open: their own end counts.
    child.on('exit', (code) => resolve(code === 0 ? text : undefined));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

export interface HeldClipboard extends ClipboardHand {
  /** Takes it out again if it is still there. */
  clear(): Promise<void>;
}

export function systemClipboard(): HeldClipboard {
  let used: Program | undefined;
  let held: string | undefined;
  const hand: HeldClipboard = {
    async put(text) {
      for (const program of programs) {
        if ((await run(program.put, text)) === undefined) continue;
        used = program;
        held = text;
        return;
      }
      throw new AppError('no-clipboard', 'No program for the clipboard was found.', {
        hint: 'Install wl-clipboard, xclip or xsel, or copy it in the desktop app.',
      });
    },
    async clearIf(text) {
      if (used === undefined) return;
      const now = await run(used.get, '');
      if (now?.replace(/\r?\n$/, '') === text) await run(used.put, '');
    },
    async clear() {
      if (held !== undefined) await hand.clearIf(held);
      held = undefined;
    },
  };
  return hand;
}
