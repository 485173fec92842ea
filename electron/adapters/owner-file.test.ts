import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readOfOwner, writeForOwner } from './owner-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-owner-'));
  file = join(folder, 'secret');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const isPosix = process.platform !== 'win32';

it('takes the place of what is there, for its owner alone, and leaves nothing beside it', () => {
  writeFileSync(file, 'before', { mode: 0o644 });
  writeForOwner(file, 'after');
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['after', ['secret']]);
  if (isPosix) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readOfOwner(file)).toBe('after');
});

it.skipIf(!isPosix)('follows no link that was put where it begins', () => {
  const outside = join(folder, 'outside');
  writeFileSync(outside, 'mine');
  symlinkSync(outside, `${file}.${process.pid}.tmp`);
  writeForOwner(file, 'text');
  expect([readFileSync(outside, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['mine', 'text']);
});

it('leaves what was there where it cannot be written', () => {
  mkdirSync(file);
  writeFileSync(join(file, 'x'), 'x');
  expect(() => writeForOwner(file, 'text')).toThrow();
  expect(readdirSync(folder)).toEqual(['secret']);
  expect(() => writeForOwner(join(folder, 'none/secret'), 'text')).toThrow(/ENOENT/);
});

it('believes none that is not there, and tells of one that cannot be read', () => {
  expect(readOfOwner(file)).toBeUndefined();
  mkdirSync(file, { mode: 0o700 });
  expect(() => readOfOwner(file)).toThrow();
});

it.skipIf(!isPosix)('believes none that others could read, or that another put there', () => {
  writeForOwner(file, 'text');
  chmodSync(file, 0o640);
  expect(readOfOwner(file)).toBeUndefined();
  chmodSync(file, 0o600);
  expect(readOfOwner(file)).toBe('text');
  // Only root can give a file away.
  if (process.getuid?.() !== 0) return;
  chownSync(file, 12_345, 12_345);
  expect(readOfOwner(file)).toBeUndefined();
});

it.runIf(process.platform === 'linux')('a disk that takes only a part of it leaves what was there', () => {
  writeFileSync(file, 'before', { mode: 0o600 });
  const program = `
    import { writeForOwner } from ${JSON.stringify(new URL('./owner-file.ts', import.meta.url).href)};
    try { writeForOwner(${JSON.stringify(file)}, 'x'.repeat(3000)); console.log('written'); } catch (error) { console.log(error.code); }`;
  // Files may have one KiB: the first write is cut short, the next one refused, as at the end of a disk.
  const { stdout } = spawnSync('bash', ['-c', 'ulimit -f 1 && exec "$0" --input-type=module -e "$1"', process.execPath, program], {
    encoding: 'utf8',
  });
  expect(stdout.trim()).toBe('EFBIG');
  expect(readFileSync(file, 'utf8')).toBe('before');
  expect(readdirSync(folder)).toEqual(['secret']);
});
