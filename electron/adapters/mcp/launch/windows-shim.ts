// The small files with which npm, pnpm, yarn and corepack put a script on Windows' PATH. One that does nothing but run a script by Node
// is read and passed by: cmd.exe changes some of what it is given. Tested with texts that npm wrote; not run on Windows.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exists } from './search-path.ts';
import { StartError } from './start-error.ts';

/** What is run by Node, with a folder of the file itself in front: `"%dp0%\\…\\cli.js" %*`, `"%~dp0\\…"`. */
const line = /^.*?(?:"%_prog%"|"%~dp0\\node\.exe"|\bnode(?:\.exe)?"?)\s+"%(?:dp0%|~dp0)\\([^"%]+)"\s+%\*\s*\)?\s*$/gm;

/** The script that a `.cmd` file runs by Node, without more; undefined when it does something else, too. */
export function scriptOfShim(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').slice(0, 8192).replaceAll('\r', '');
  } catch {
    return undefined; // whoever starts it says so
  }
  // pnpm's say where packages lie; another program than Node is run as it is.
  if (/\bNODE_PATH\b/i.test(text) || /SET "?_prog=(?!node\b|%dp0%\\node\.exe)/i.test(text)) return undefined;
  const scripts = [...new Set([...text.matchAll(line)].map((match) => match[1] as string))];
  const [script] = scripts;
  if (script === undefined || scripts.length > 1 || !/\.[cm]?js$/i.test(script)) return undefined;
  const path = join(dirname(file), ...script.split('\\'));
  return exists(path) ? path : undefined;
}

/** Windows starts no `.ps1`; installers put a `.cmd` beside each of theirs. Throws StartError `not-executable`. */
export function besidePowerShell(file: string): string {
  if (!/\.ps1$/i.test(file)) return file;
  const found = ['.cmd', '.exe', '.bat'].map((end) => file.replace(/\.ps1$/i, end)).find(exists);
  if (found !== undefined) return found;
  throw new StartError(
    'not-executable',
    `“${file}” is a PowerShell script, which Windows does not start by itself.`,
    `Make powershell the command, with the arguments -NoProfile -File ${JSON.stringify(file)}.`,
  );
}
