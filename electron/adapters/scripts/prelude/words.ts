// Title case and plain letters, for n8n's functions of those names.

const small =
  /\b(?:an?d?|a[st]|because|but|by|en|for|i[fn]|neither|nor|o[fnr]|only|over|per|so|some|tha[tn]|the|to|up|upon|vs?\.?|versus|via|when|with|without|yet)\b/i;

/** Each word with a capital, except small words inside a sentence; words with capitals or dots of their own are left alone. */
export function titleCase(text: string): string {
  let made = '';
  for (const { 0: word, index } of text.matchAll(/[^\s:–—-]+|./g)) {
    const end = index + word.length;
    const isSmall = small.test(word) && index !== 0 && end !== text.length;
    const isAddress = text[end] === ':' && !/\s/.test(text.charAt(end + 1));
    const isOwn = /.(?=[A-Z]|\..)/.test(word) || isSmall || isAddress;
    made += isOwn ? word : word.replace(/[A-Za-z0-9\u00C0-\u00FF]/, (letter) => letter.toUpperCase());
  }
  return made;
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
