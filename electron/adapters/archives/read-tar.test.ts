// npm packages as npm makes them, and tars that nobody makes honestly: each is refused whole.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readTar, type TarOptions } from './read-tar.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'orrery-tar-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Sketch {
  name: string;
  type?: string;
  data?: string;
  mode?: number;
  size?: number;
  link?: string;
  sum?: number;
}
/** Written field by field, so that each can lie. */
function tarOf(sketches: readonly Sketch[], end = true): Buffer {
  const blocks = sketches.flatMap(({ name, type = '0', data = '', mode = 0o644, size, link = '', sum }) => {
    const header = Buffer.alloc(512);
    const put = (text: string, at: number): void => void header.write(text, at, 'utf8');
    const number = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0');
    put(name, 0);
    put(number(mode, 8), 100);
    put(number(size ?? Buffer.byteLength(data), 12), 124);
    put('        ', 148);
    put(type, 156);
    put(link, 157);
    put('ustar\0' + '00', 257);
    put(number(sum ?? header.reduce((total, each) => total + each, 0), 7), 148);
    header[154] = 0;
    const content = Buffer.from(data);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, ...(end ? [Buffer.alloc(1024)] : [])]);
}
const into = (): string => join(home, 'into');
function unpack(tar: Buffer, more: Partial<TarOptions> = {}) {
  const file = join(home, 'a.tgz');
  writeFileSync(file, gzipSync(tar));
  return readTar(file, { into: into(), signal: new AbortController().signal, ...more });
}
const honest: Sketch[] = [
  { name: 'package/', type: '5', mode: 0o755 },
  { name: 'package/bin/run', data: 'echo', mode: 0o755 },
  { name: 'package/readme.md', data: 'x'.repeat(700) },
];

it('unpacks what npm packs, without its own first folder; what is not wanted is left out', async () => {
  expect(await unpack(tarOf(honest))).toEqual({
    files: [
      { path: 'bin/run', bytes: 4 },
      { path: 'readme.md', bytes: 700 },
    ],
    bytes: 704,
  });
  expect(statSync(join(into(), 'bin/run')).mode & 0o777).toBe(0o700);
  rmSync(into(), { recursive: true });
  await unpack(tarOf(honest), { wants: (path) => path.startsWith('bin/') });
  expect(readdirSync(into())).toEqual(['bin']);
});

it('reads the long names that a real tar writes', async () => {
  const long = `package/${'deep/'.repeat(12)}${'n'.repeat(80)}.js`;
  mkdirSync(join(home, long, '..'), { recursive: true });
  writeFileSync(join(home, long), 'far');
  for (const format of ['gnu', 'pax', 'ustar']) {
    execFileSync('tar', ['-czf', join(home, 'a.tgz'), `--format=${format}`, '-C', home, 'package']);
    rmSync(into(), { recursive: true, force: true });
    await readTar(join(home, 'a.tgz'), { into: into(), signal: new AbortController().signal });
    expect(readFileSync(join(into(), long.slice('package/'.length)), 'utf8'), format).toBe('far');
  }
});

const fact = (key: string, value: string): string => {
  const body = ` ${key}=${value}\n`;
  let length = body.length + 1;
  while (String(length).length + body.length !== length) length += 1;
  return `${length}${body}`;
};
it.each<[string, Sketch[], string]>([
  ['a way out', [{ name: 'package/../../out', data: 'x' }], 'archive-refused'],
  ['a whole path', [{ name: '/etc/passwd', data: 'x' }], 'archive-refused'],
  ['a link', [{ name: 'package/a', type: '2', link: '/etc' }], 'archive-refused'],
  ['a hard link', [{ name: 'package/a', type: '1', link: 'package/b' }], 'archive-refused'],
  ['a device', [{ name: 'package/a', type: '3' }], 'archive-refused'],
  ['a kind that nobody knows', [{ name: 'package/a', type: 'Z', data: 'x' }], 'archive-refused'],
  [
    'the same twice',
    [
      { name: 'package/a', data: 'x' },
      { name: 'package/A', data: 'y' },
    ],
    'archive-refused',
  ],
  [
    'one below a file',
    [
      { name: 'package/a', data: 'x' },
      { name: 'package/a/b', data: 'y' },
    ],
    'archive-refused',
  ],
  [
    'a file where a folder was',
    [
      { name: 'package/a/b', data: 'x' },
      { name: 'package/a', data: 'y' },
    ],
    'archive-refused',
  ],
  ['a file beside the package', [{ name: 'loose', data: 'x' }], 'archive-refused'],
  [
    'a long name that leads out',
    [
      { name: 'note', type: 'L', data: 'package/../../x' },
      { name: 'package/a', data: 'x' },
    ],
    'archive-refused',
  ],
  [
    'a note that leads out',
    [
      { name: 'note', type: 'x', data: fact('path', '../x') },
      { name: 'package/a', data: 'x' },
    ],
    'archive-refused',
  ],
  [
    'a note with another size',
    [
      { name: 'note', type: 'x', data: fact('size', '9') },
      { name: 'package/a', data: 'x' },
    ],
    'archive-damaged',
  ],
  [
    'a note without an end',
    [
      { name: 'note', type: 'x', data: '99 path=x' },
      { name: 'package/a', data: 'x' },
    ],
    'archive-damaged',
  ],
  ['a header that was changed', [{ name: 'package/a', data: 'x', sum: 7 }], 'archive-damaged'],
  ['a size beyond the limit', [{ name: 'package/a', size: 4_000_000_000 }], 'archive-too-large'],
])('refuses %s, and leaves nothing', async (_what, sketches, code) => {
  await expect(unpack(tarOf(sketches))).rejects.toMatchObject({ code });
  expect(readdirSync(home)).toEqual(['a.tgz']);
});

it('refuses one that ends too early, is no archive, or has too many entries; stops when told to; replaces nothing', async () => {
  await expect(unpack(tarOf(honest).subarray(0, 1400))).rejects.toMatchObject({ code: 'archive-damaged' });
  writeFileSync(join(home, 'b.tgz'), 'nothing of the kind');
  const plain = { into: into(), signal: new AbortController().signal };
  await expect(readTar(join(home, 'b.tgz'), plain)).rejects.toMatchObject({ code: 'archive-damaged' });
  await expect(readTar(join(home, 'none.tgz'), plain)).rejects.toMatchObject({ code: 'file-not-found' });
  await expect(unpack(tarOf(honest), { limits: { entries: 2 } })).rejects.toMatchObject({ code: 'archive-refused' });
  await expect(unpack(tarOf(honest), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  expect(existsSync(into())).toBe(false);
  mkdirSync(into());
  await expect(unpack(tarOf(honest))).rejects.toMatchObject({ code: 'file-exists' });
});
