// Honest archives, and each limit by itself; the sixty hostile ones are in tests/torture/archives.torture.ts.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sketch, zipOf } from '../../../tests/torture/hostile-zips.ts';
import { readArchive } from './read-archive.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'orrery-archive-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const { signal } = new AbortController();
const honest: Sketch[] = [
  { name: 'manifest.json', data: Buffer.from('{}'), deflate: true },
  { name: 'server/', mode: 0o040755 },
  { name: 'server/run.sh', data: Buffer.from('echo'), mode: 0o100755 },
];
const into = (): string => join(home, 'into');
function unpack(sketches: readonly Sketch[], options: Partial<Parameters<typeof readArchive>[1]> = {}) {
  const file = join(home, 'a.zip');
  writeFileSync(file, zipOf(sketches));
  return readArchive(file, { into: into(), signal, ...options });
}

it('unpacks what was packed, and keeps a program a program', async () => {
  expect(await unpack(honest)).toEqual({
    files: [
      { path: 'manifest.json', bytes: 2 },
      { path: 'server/run.sh', bytes: 4 },
    ],
    bytes: 6,
  });
  expect(readFileSync(join(into(), 'server/run.sh'), 'utf8')).toBe('echo');
  expect(statSync(join(into(), 'server/run.sh')).mode & 0o777).toBe(0o700);
  expect(statSync(join(into(), 'manifest.json')).mode & 0o777).toBe(0o600);
});

it.each([
  ['archiveBytes', { archiveBytes: 10 }, 'archive-too-large'],
  ['bytes', { bytes: 5 }, 'archive-too-large'],
  ['fileBytes', { fileBytes: 3 }, 'archive-too-large'],
  ['entries', { entries: 2 }, 'archive-refused'],
])('keeps to the limit of %s, and leaves nothing', async (_name, limits, code) => {
  await expect(unpack(honest, { limits })).rejects.toMatchObject({ code });
  expect(readdirSync(home)).toEqual(['a.zip']);
});

it('replaces nothing, stops when told to, and says what is no archive', async () => {
  await expect(unpack(honest, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  expect(existsSync(into())).toBe(false);
  mkdirSync(into());
  await expect(unpack(honest)).rejects.toMatchObject({ code: 'file-exists' });
  expect(readdirSync(into())).toEqual([]);
  await expect(readArchive(join(home, 'missing'), { into: join(home, 'x'), signal })).rejects.toMatchObject({ code: 'file-not-found' });
  await expect(readArchive(home, { into: join(home, 'x'), signal })).rejects.toMatchObject({ code: 'not-a-file' });
});
