import { expect, it } from 'vitest';
import { textOfBytes } from './text-of-bytes.ts';

const text = 'Größe 😀';
const utf8 = (written: string): Uint8Array => new TextEncoder().encode(written);
const utf16 = (written: string, isLittle: boolean): Uint8Array => {
  const view = new DataView(new ArrayBuffer(written.length * 2));
  for (let at = 0; at < written.length; at += 1) view.setUint16(at * 2, written.charCodeAt(at), isLittle);
  return new Uint8Array(view.buffer);
};

it('UTF-8 and UTF-16 are read, with or without their marks', () => {
  for (const bytes of [utf8(text), utf8(`\uFEFF${text}`), utf16(`\uFEFF${text}`, true), utf16(`\uFEFF${text}`, false)])
    expect(textOfBytes(bytes, 'a.json')).toBe(text);
  expect(textOfBytes(new Uint8Array(), 'a.json')).toBe('');
});

it('what is neither is named, not mangled', () => {
  expect(() => textOfBytes(Uint8Array.from([0x47, 0x72, 0xf6, 0xdf, 0x65]), 'a.json')).toThrow('a.json is not text in UTF-8.');
});
