import { expect, it } from 'vitest';
import { textOfBytes } from './text-of-bytes.ts';

const utf16 = (text: string, isBig: boolean): Uint8Array => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
};

it('UTF-8 and UTF-16 are read, with or without their marks', () => {
  for (const bytes of [Buffer.from('Größe 😀'), Buffer.from('\uFEFFGröße 😀'), utf16('Größe 😀', false), utf16('Größe 😀', true)])
    expect(textOfBytes(bytes, 'a.json')).toBe('Größe 😀');
  expect(textOfBytes(new Uint8Array(), 'a.json')).toBe('');
});

it('what is neither is named, not mangled', () => {
  expect(() => textOfBytes(Buffer.from('Größe', 'latin1'), 'a.json')).toThrow('a.json is not text in UTF-8.');
});
