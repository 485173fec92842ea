// Title case and plain letters, for n8n's functions of those names.

const small =
  /^(?:a|an|and|as|at|because|but|by|en|for|if|in|neither|nor|of|on|only|or|over|per|so|some|than|that|the|to|up|upon|v|versus|via|vs|when|with|without|yet)$/i;

/** Each word with a capital, except small words inside a sentence; words with capitals of their own are left alone. */
export function titleCase(text: string): string {
  const words = text.split(/(\s+)/);
  const last = words.findLastIndex((word) => /\S/.test(word));
  const first = words.findIndex((word) => /\S/.test(word));
  return words
    .map((word, at) => {
      if (!/\S/.test(word)) return word;
      const core = word.replace(/[^\p{L}\p{N}]/gu, '');
      if (/.\p{Lu}/u.test(core) || /:\/\/|^\S+@\S+\.\S/.test(word)) return word;
      if (at !== first && at !== last && small.test(core)) return word;
      return word.replace(
        /(^|[-–—/])([^\p{L}\p{N}]*)(\p{L})/gu,
        (_, edge: string, signs: string, letter: string) => edge + signs + letter.toUpperCase(),
      );
    })
    .join('');
}

const letters: Record<string, string> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'TH',
  ł: 'l',
  Ł: 'L',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  ĸ: 'k',
  ŋ: 'ng',
  Ŋ: 'NG',
  ŧ: 't',
  Ŧ: 'T',
  '€': 'EUR',
  '£': 'PS',
  '¥': 'Y=',
  '©': '(c)',
  '®': '(r)',
  '™': 'tm',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': ',,',
  '–': '-',
  '—': '--',
  '…': '...',
  '«': '<<',
  '»': '>>',
  '°': 'deg',
  '×': 'x',
  '÷': '/',
  '½': ' 1/2 ',
  '¼': ' 1/4 ',
  '¾': ' 3/4 ',
  '¡': '!',
  '¿': '?',
  '\u00a0': ' ',
};

/** Letters with marks become plain ones; what has no plain form becomes a question mark. */
export const asciiOf = (text: string): string =>
  [...text.normalize('NFD')].map((sign) => (sign < '\u0080' ? sign : (letters[sign] ?? (/\p{M}/u.test(sign) ? '' : '?')))).join('');
