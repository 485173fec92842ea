import { expect, it } from 'vitest';
import { parseTags, snippetParts } from './snippet.ts';

it('marks what was matched and keeps the rest', () => {
  expect(snippetParts('use \u0001ISO\u0002 dates')).toEqual([
    { text: 'use ', isMatch: false },
    { text: 'ISO', isMatch: true },
    { text: ' dates', isMatch: false },
  ]);
});

it('takes marks at the edges and cut-off marks', () => {
  expect(snippetParts('\u0001a\u0002')).toEqual([{ text: 'a', isMatch: true }]);
  expect(snippetParts('b\u0002 c')).toEqual([
    { text: 'b', isMatch: false },
    { text: ' c', isMatch: false },
  ]);
});

it('reads tags once each', () => {
  expect(parseTags(' a, b ,, a')).toEqual(['a', 'b']);
});
