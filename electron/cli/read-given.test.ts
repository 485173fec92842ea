// Files that would be waited for, never end, or are far too large: refused at once, in words, by each command that reads one.

import { execFile, execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { maxImportText } from '../../shared/model/import-report.ts';
import { readGiven, sizeWords } from './read-given.ts';
import { readWorkflowText } from './workflow-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-given-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wanted = { what: 'a text', most: 1000, ifLarger: 'Give less.' };

test('sizes read as file managers write them', () => {
  expect([999, 262_144, 1_000_000, 41_234_567, 412_345_678].map(sizeWords)).toEqual(['999 bytes', '262 kB', '1 MB', '41.2 MB', '412 MB']);
});

test('a file of any size is refused by what it says of itself, with its size, the limit and the next step', () => {
  const large = join(folder, 'large.json');
  closeSync(openSync(large, 'w'));
  truncateSync(large, 8 * 1024 ** 4);
  expect(() => readGiven(large, wanted)).toThrow(
    expect.objectContaining({
      code: 'input-file-too-large',
      message: expect.stringContaining('which is more than the 1 kB'),
      hint: 'Give less.',
    }),
  );
  truncateSync(large, 40_000_000);
  expect(() => readWorkflowText(large, maxImportText, 'Import it in parts.')).toThrow(
    expect.objectContaining({
      message: `${large} has 40 MB, which is more than the 32 MB that are read at once.`,
      hint: 'Import it in parts.',
    }),
  );
});

it.runIf(process.platform === 'linux')(
  'pipes, devices and sockets are no files, and a pipe that the shell made is read, up to the limit',
  async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const odd of [pipe, '/dev/zero', '/dev/tty']) expect(() => readGiven(odd, wanted)).toThrow(/is not a file|cannot be read/);
    expect(() => readGiven(folder, wanted)).toThrow('is a folder');
    const script = join(folder, 'read.ts');
    writeFileSync(
      script,
      `import { readGiven } from ${JSON.stringify(join(import.meta.dirname, 'read-given.ts'))};
try { console.log(readGiven(process.argv[2], ${JSON.stringify(wanted)})); } catch (error) { console.log(error.code); }`,
    );
    const shell = (line: string): Promise<string> =>
      new Promise((resolve, reject) => {
        execFile('bash', ['-c', line, 'bash', process.execPath, script], { timeout: 60_000 }, (error, stdout) =>
          error === null ? resolve(stdout.trim()) : reject(error),
        );
      });
    expect(await shell('"$1" "$2" <(echo handed over)')).toBe('handed over');
    expect(await shell('echo piped | "$1" "$2" /dev/stdin')).toBe('piped');
    expect(await shell('"$1" "$2" <(cat /dev/zero)')).toBe('input-file-too-large');
  },
);
