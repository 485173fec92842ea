// `orrery …` in a process of its own on one data folder, from source, with nothing on its standard input. Each costs a second.

import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface Said {
  code: number;
  out: string;
  error: string;
}

export const commandOn =
  (dataFolder: string) =>
  (...args: string[]): Promise<Said> =>
    new Promise((resolve) => {
      const asked = execFile(
        process.execPath,
        [join(import.meta.dirname, 'index.ts'), ...args, '--data', dataFolder],
        { timeout: 60_000 },
        (error, out, said) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, error: said }),
      );
      asked.stdin?.end();
    });
