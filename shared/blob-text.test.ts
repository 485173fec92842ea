import { expect, test } from 'vitest';
import { textOfBlob } from './blob-text.ts';

const base64 = (bytes: number[]): string => btoa(String.fromCharCode(...bytes));

test.each([
  ['text/plain', [0xc3, 0xa9], 'é'],
  ['application/json', [0x7b, 0x7d], '{}'],
  ['application/ld+json', [0x7b, 0x7d], '{}'],
  ['image/png', [0x7b, 0x7d], undefined],
  [undefined, [0x7b, 0x7d], undefined],
  // Latin-1 is not guessed at: what is not UTF-8 stays bytes.
  ['text/plain', [0xe9, 0x20], undefined],
])('bytes of %s', (type, bytes, text) => expect(textOfBlob(base64(bytes), type)).toBe(text));

test('what is no base64 is no text', () => expect(textOfBlob('***', 'text/plain')).toBeUndefined());
