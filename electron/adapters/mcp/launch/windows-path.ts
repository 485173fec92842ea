// PATH as Windows keeps it in the registry: what a program started from a menu was given may be older than what an installer wrote
// since. Read with `reg query`; the texts are parsed by a pure function.

import { execFile } from 'node:child_process';
import { join, win32 } from 'node:path';
import type { SearchContext } from './search-path.ts';

const keys = ['HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment', 'HKCU\\Environment'];

/** The folders in what `reg query KEY /v Path` printed, with `%NAME%` put in; names that are not there leave the folder out. */
export function parseRegQuery(printed: string, env: SearchContext['env']): string[] {
  const value = /^\s+Path\s+REG_(?:EXPAND_)?SZ\s+(.*)$/im.exec(printed)?.[1]?.trim() ?? '';
  const lookup = new Map(Object.entries(env).map(([name, text]) => [name.toUpperCase(), text]));
  return value
    .split(';')
    .map((folder) => folder.trim().replace(/^"|"$/g, ''))
    .map((folder) => folder.replace(/%([^%]+)%/g, (whole, name: string) => lookup.get(name.toUpperCase()) ?? whole))
    .filter((folder) => win32.isAbsolute(folder) && !folder.includes('%'));
}

/** The machine's folders, then the person's. Empty when the registry does not answer. */
export async function readRegistryPath(context: SearchContext): Promise<string[]> {
  const reg = join(context.env.SystemRoot ?? 'C:\\Windows', 'System32', 'reg.exe');
  const printed = await Promise.all(
    keys.map(
      (key) =>
        new Promise<string>((resolve) => {
          // A person without a PATH of their own has no such value, and `reg` fails.
          execFile(reg, ['query', key, '/v', 'Path'], { timeout: 5_000, windowsHide: true }, (_error, stdout) => resolve(stdout));
        }),
    ),
  );
  return printed.flatMap((text) => parseRegQuery(text, context.env));
}
