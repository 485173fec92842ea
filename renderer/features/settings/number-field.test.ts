import { expect, it } from 'vitest';
import { wholeNumber } from './number-field.tsx';

it('only whole numbers within the bounds are taken', () => {
  expect(['1', ' 16 ', '1000', '0', '1001', '', '1.5', '-3', '1e3', 'many'].map((text) => wholeNumber(text, 1, 1000))).toEqual([
    1,
    16,
    1000,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
