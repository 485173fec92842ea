import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { unreadable } from './blob-errors.ts';

const trouble = (code: string): Error => Object.assign(new Error(code), { code });

it.each([
  ['gone', trouble('ENOENT'), 'large-value-missing'],
  ['its folder gone', trouble('ENOTDIR'), 'large-value-missing'],
  ['something else in its place', trouble('EISDIR'), 'large-value-damaged'],
  ['known already', new AppError('cancelled', 'Stopped.', { hint: 'Begin again.' }), 'cancelled'],
])('%s', (_what, error, code) => {
  expect(unreadable('abc', error).code).toBe(code);
});

it('trouble of the disk is not taken for damage of the value', () => {
  const { code, hint } = unreadable('abc', trouble('EIO'));
  expect(code).not.toMatch(/^large-value/);
  expect(hint).toBeTruthy();
});
