// A search hit's snippet marks its matches with U+0001 and U+0002; this cuts it into plain and marked parts.

export interface SnippetPart {
  text: string;
  isMatch: boolean;
}

export function snippetParts(snippet: string): SnippetPart[] {
  const parts: SnippetPart[] = [];
  let isMatch = false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the store's own marks
  for (const piece of snippet.split(/([\u0001\u0002])/)) {
    if (piece === '\u0001') isMatch = true;
    else if (piece === '\u0002') isMatch = false;
    else if (piece !== '') parts.push({ text: piece, isMatch });
  }
  return parts;
}

/** `a, b ,, a` → `['a', 'b']`; at most 30 of 60 characters, as the contract wants. */
export const parseTags = (text: string): string[] =>
  [...new Set(text.split(',').map((tag) => tag.trim().slice(0, 60)))].filter((tag) => tag !== '').slice(0, 30);
