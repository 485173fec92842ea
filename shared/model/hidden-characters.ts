// Makes characters visible that a reader cannot see but a tool would obey: direction overrides, zero-width marks, control and tag
// characters. What is approved must be what is read; what a model is given has none of them.

/** Controls except tab and line feed, everything a font leaves out, line separators, halves of a character. */
const hiddenCharacter = /(?![\t\n])\p{Cc}|\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]|\p{Zl}|\p{Zp}|\p{Cs}/u;
const hiddenCharacters = new RegExp(hiddenCharacter.source, 'gu');

const names: Record<number, string> = {
  0: 'null',
  7: 'bell',
  8: 'backspace',
  13: 'carriage return',
  27: 'escape',
  173: 'soft hyphen',
  8203: 'zero-width space',
  8204: 'zero-width non-joiner',
  8205: 'zero-width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'end of direction change',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8288: 'word joiner',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first-strong isolate',
  8297: 'end of isolate',
  65279: 'byte-order mark',
};

export interface TextPiece {
  text: string;
  /** Set for a hidden character: what it is, in words. `text` is then its visible stand-in. */
  hidden?: string;
}

export const hasHidden = (text: string): boolean => hiddenCharacter.test(text);

/** The text in pieces, each hidden character replaced by its code point, e.g. `U+202E`. */
export function revealHidden(text: string): TextPiece[] {
  if (!hasHidden(text)) return text === '' ? [] : [{ text }];
  const pieces: TextPiece[] = [];
  let plain = '';
  for (const character of text) {
    if (!hiddenCharacter.test(character)) {
      plain += character;
      continue;
    }
    if (plain !== '') pieces.push({ text: plain });
    plain = '';
    const code = character.codePointAt(0) ?? 0;
    const point = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    pieces.push({ text: point, hidden: names[code] ?? (code >= 0xe0000 ? 'invisible tag character' : 'hidden character') });
  }
  if (plain !== '') pieces.push({ text: plain });
  return pieces;
}

/** For places that can only hold plain text, such as a heading. */
export const visibleText = (text: string): string =>
  revealHidden(text)
    .map((piece) => (piece.hidden === undefined ? piece.text : `⟨${piece.text}⟩`))
    .join('');

/** For a model: the same text without them. A line break by another name stays one. */
export const withoutHidden = (text: string): string => text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n').replace(hiddenCharacters, '');

/** Each hidden character with its place, spelled out for people; at most so many. */
export function spellHidden(text: string, most = 20): string[] {
  const found: string[] = [];
  let place = 0;
  for (const piece of revealHidden(text)) {
    if (piece.hidden === undefined) {
      place += [...piece.text].length;
      continue;
    }
    place += 1;
    if (found.length === most) return [...found, 'and more'];
    found.push(`${piece.text} ${piece.hidden} at character ${place}`);
  }
  return found;
}
