import { expect, test } from 'vitest';
import { sha256 } from './hash.ts';

test('is SHA-256 of the UTF-8 text in hex', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('é')).not.toBe(sha256('e'));
});
