import { expect, it } from 'vitest';
import { AppError, cancelled } from '../../../shared/errors.ts';
import { archiveFault, contentTooLarge, refused, shown } from './archive-faults.ts';

it.each([
  [Object.assign(new Error('write'), { code: 'ENOSPC' }), 'disk-full'],
  [Object.assign(new Error('write'), { code: 'EDQUOT' }), 'disk-full'],
  [Object.assign(new Error('open'), { code: 'ENOENT' }), 'file-not-found'],
  [Object.assign(new Error('open'), { code: 'EACCES' }), 'file-failed'],
  [Object.assign(new Error('unknown compression'), { code: 'Z_DATA_ERROR' }), 'archive-damaged'],
  [new Error('end of central directory not found'), 'archive-damaged'],
  [new Error('invalid relative path: ../../evil.txt'), 'archive-refused'],
  ['a text', 'archive-damaged'],
])('says in words what %s is', (error, code) => {
  expect(archiveFault(error)).toMatchObject({ code, hint: expect.stringMatching(/\.$/) });
});

it('leaves what has words already, and what was stopped', () => {
  const known = new AppError('archive-refused', 'x', { hint: 'y' });
  expect(archiveFault(known)).toBe(known);
  const stopped = cancelled();
  expect(archiveFault(stopped)).toBe(stopped);
});

it('shows a name in a sentence: short, on one line', () => {
  expect(shown('a\nb\u0000c')).toBe('“a␀b␀c”');
  expect(shown('x'.repeat(500))).toHaveLength(102);
  expect(refused(`${shown('a')} is a link`).message).toBe('The archive is not safe to unpack: “a” is a link.');
  expect(contentTooLarge(3 * 1024 * 1024).message).toContain('more than 3 MB');
});
