import { describe, expect, it } from 'vitest';
import { hasHidden, revealHidden, visibleText } from './hidden.ts';

describe('hidden characters', () => {
  it('leaves ordinary text of any script alone', () => {
    for (const text of ['report.md', 'Über çıplak 日本語 العربية עברית', 'a\tb\nc', '👍 done', '']) {
      expect(hasHidden(text), text).toBe(false);
      expect(visibleText(text)).toBe(text);
    }
  });

  it('shows direction overrides, zero-width, control and tag characters', () => {
    for (const code of [
      0x00, 0x07, 0x0d, 0x1b, 0x7f, 0x9b, 0xad, 0x200b, 0x200d, 0x200f, 0x202e, 0x2066, 0x2028, 0xfeff, 0x3164, 0xe0041,
    ]) {
      const text = `a${String.fromCodePoint(code)}b`;
      const shown = visibleText(text);
      expect(shown, code.toString(16)).toBe(`a⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩b`);
    }
  });

  it('names what it shows and keeps the order', () => {
    const pieces = revealHidden('invoice\u202Efdp.exe');
    expect(pieces).toEqual([{ text: 'invoice' }, { text: 'U+202E', hidden: 'right-to-left override' }, { text: 'fdp.exe' }]);
  });

  it('shows half of a surrogate pair', () => {
    expect(visibleText('a\uD800b')).toBe('a⟨U+D800⟩b');
  });
});
