import { expect, it } from 'vitest';
import { blockBytes, readHeader, textOf } from './tar-header.ts';

interface Fields {
  name?: string;
  prefix?: string;
  magic?: string;
  mode?: string;
  size?: string;
  letter?: string;
  sum?: string;
}
/** One block, written field by field. */
function header({ name = 'package/a', prefix = '', magic = 'ustar', mode = '0000644', size = '00000000012', letter = '0', sum }: Fields) {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0);
  block.write(mode, 100);
  block.write(size, 124);
  block.write('        ', 148);
  block.write(letter, 156);
  block.write(magic, 257);
  block.write(prefix, 345);
  const total = block.reduce((before, each) => before + each, 0);
  block.write(sum ?? `${total.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

it('reads a name, a size and whether it is a program', () => {
  expect(readHeader(header({}))).toEqual({ name: 'package/a', kind: 'file', note: 'nothing', size: 10, isProgram: false });
  expect(readHeader(header({ mode: '0000755', letter: '\0' }))).toMatchObject({ kind: 'file', isProgram: true });
});

it('puts a long name together only where the form has the second place', () => {
  expect(readHeader(header({ prefix: 'package/deep' }))?.name).toBe('package/deep/package/a');
  expect(readHeader(header({ prefix: 'package/deep', magic: 'other' }))?.name).toBe('package/a');
  // A name that fills its place has no end of its own.
  expect(readHeader(header({ name: 'n'.repeat(100) }))?.name).toBe('n'.repeat(100));
});

it.each([
  ['5', 'folder', 'nothing'],
  ['L', 'note', 'name'],
  ['x', 'note', 'facts'],
  ['g', 'note', 'nothing'],
  ['1', 'other', 'nothing'],
  ['2', 'other', 'nothing'],
  ['3', 'other', 'nothing'],
  ['K', 'other', 'nothing'],
])('tells what is behind the letter %s', (letter, kind, note) => {
  expect(readHeader(header({ letter }))).toMatchObject({ kind, note });
});

it('knows the end, and takes no other block for a header', () => {
  expect(readHeader(Buffer.alloc(blockBytes))).toBeUndefined();
  expect(() => readHeader(header({ sum: '000001\0 ' }))).toThrow('damaged');
  expect(() => readHeader(header({ sum: 'twelve\0 ' }))).toThrow('number');
  expect(() => readHeader(header({ size: '-0000000001' }))).toThrow('number');
  // The binary form of numbers, which no npm package has.
  expect(() => readHeader(header({ size: '\u007f\u007f' }))).toThrow('number');
});

const note = (...lines: string[]) => textOf({ note: 'facts' }, Buffer.from(lines.join('')));

it('takes a name from a note, and nothing else', () => {
  expect(textOf({ note: 'name' }, Buffer.from('package/long\0\0'))).toBe('package/long');
  expect(note('18 path=package/a\n', '20 mtime=1700000000\n')).toBe('package/a');
  expect(note('12 path=a=b\n')).toBe('a=b');
  expect(note('20 mtime=1700000000\n')).toBeUndefined();
  expect(textOf({ note: 'nothing' }, Buffer.from('18 path=package/a\n'))).toBeUndefined();
});

it.each([
  ['a length that is none', 'x path=a\n'],
  ['a length beyond its end', '99 path=a\n'],
  ['a length of nothing', '0 path=a\n'],
  ['no length', 'path=a\n'],
  ['another size', '10 size=99\n'],
  ['a link', '14 linkpath=b\n'],
])('refuses a note with %s', (_what, line) => {
  expect(() => note(line)).toThrow(/notes/);
});
