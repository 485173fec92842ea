// Makes FTS5 queries from what people type. Every word is quoted, so no text is ever syntax.

/** Marks around matches in snippets: control characters, which text for people does not hold. */
export const markStart = '\u0001';
export const markEnd = '\u0002';

const stopWords: ReadonlySet<string> = new Set(
  `a about am an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its
  me my no not of on or our she so some than that the their them then there these they this to was we were what when where which
  who whom whose why will with would you your`.split(/\s+/),
);

const maxWords = 40;

/** The words of a text as the tokenizer sees them. */
function wordsOf(text: string): string[] {
  return (text.match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? []).slice(0, maxWords);
}

const quote = (word: string): string => `"${word}"`;

/** All words must occur. The last may be unfinished when `prefix`. Undefined when the text holds no word. */
export function everyWord(text: string, options: { prefix?: boolean } = {}): string | undefined {
  const words = wordsOf(text);
  if (words.length === 0) return undefined;
  return words.map(quote).join(' ') + (options.prefix === true ? '*' : '');
}

/** Any of the words that carry meaning. Undefined when none does. */
export function anyWord(text: string): string | undefined {
  const words = wordsOf(text).filter((word) => !stopWords.has(word.toLowerCase()));
  return words.length === 0 ? undefined : [...new Set(words)].map(quote).join(' OR ');
}
