// Key files for programs that want a path: each start of a program gets its own, in a folder for the owner alone, gone with `done`.
// What a host that was killed left behind goes when the next one starts.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeyFiles {
  write(fileName: string, content: string): { path: string; folder: string; done(): void };
}

/** `folder`: inside the data folder, whose lock is held. */
export function createKeyFiles(folder: string): KeyFiles {
  rmSync(folder, { recursive: true, force: true });
  return {
    write(fileName, content) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const own = mkdtempSync(join(folder, 'k-'));
      const path = join(own, fileName);
      writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
      return { path, folder: own, done: () => rmSync(own, { recursive: true, force: true }) };
    },
  };
}
