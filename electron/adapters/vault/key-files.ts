// Key files for programs that want a path: each start of a program gets its own, in a folder for the owner alone, gone with `done`.
// Where the system has a folder in memory they lie there, so that no disk ever holds them. What a host that was killed left behind
// goes when the next one starts on the same data folder.

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeyFiles {
  write(fileName: string, content: string): { path: string; folder: string; done(): void };
}

/** In memory where that is possible. `dataFolder`: its lock is held. */
export function keyFileFolder(dataFolder: string, env: NodeJS.ProcessEnv = process.env): string {
  const memory =
    process.platform === 'linux' ? [env.XDG_RUNTIME_DIR, '/dev/shm'].find((each) => each !== undefined && existsSync(each)) : undefined;
  if (memory === undefined) return join(dataFolder, 'key-files');
  return join(memory, `orrery-keys-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 24)}`);
}

export function createKeyFiles(folder: string): KeyFiles {
  rmSync(folder, { recursive: true, force: true });
  return {
    write(fileName, content) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const { uid, mode } = lstatSync(folder);
      // A folder for everyone's temporary files: somebody else may have been there first.
      if (process.platform !== 'win32' && (uid !== process.getuid?.() || (mode & 0o170_777) !== 0o040_700))
        throw new Error(`${folder} belongs to someone else`);
      const own = mkdtempSync(join(folder, 'k-'));
      const path = join(own, fileName);
      writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
      return { path, folder: own, done: () => rmSync(own, { recursive: true, force: true }) };
    },
  };
}
