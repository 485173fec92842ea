import { expect, test } from 'vitest';
import { widthOf } from './output.ts';

test.each([
  ['plain', 5],
  ['\u001b[31mred\u001b[0m', 3],
  ['日本', 4],
  ['한글', 4],
  ['😀 ok', 5],
  ['e\u0301', 1],
  ['ünï', 3],
])('%j takes %i places', (text, places) => expect(widthOf(text)).toBe(places));
