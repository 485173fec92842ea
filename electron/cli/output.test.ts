import { expect, test, vi } from 'vitest';
import { inert, inertLine, printTable, widthOf } from './output.ts';

test.each([
  ['plain', 5],
  ['\u001b[31mred\u001b[0m', 3],
  ['日本', 4],
  ['한글', 4],
  ['😀 ok', 5],
  ['e\u0301', 1],
  ['ünï', 3],
])('%j takes %i places', (text, places) => expect(widthOf(text)).toBe(places));

function printed(rows: string[][], columns: number | undefined): string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text).trimEnd());
    return true;
  });
  try {
    printTable(rows, columns);
  } finally {
    spy.mockRestore();
  }
  return lines;
}

test('the last column goes on below itself on a narrow terminal; nothing is broken where a program reads it', () => {
  const rows = [
    ['contained', 'It runs in a sandbox: it sees its own folder and nothing of your home.'],
    ['log', '/a/path/that/is/longer/than/what/there/is/room/for'],
  ];
  expect(printed(rows, 40)).toEqual([
    'contained  It runs in a sandbox: it sees',
    '           its own folder and nothing of',
    '           your home.',
    'log        /a/path/that/is/longer/than/what/there/is/room/for',
  ]);
  expect(printed(rows, undefined)).toHaveLength(2);
  expect(printed([['a column as wide as the terminal is', 'and one more that has no room']], 40)).toHaveLength(1);
});

test('text from outside turns no line around, and what is said yes to is one line', () => {
  expect(inert('a\u001b[2Jb')).toBe('a\\x1b[2Jb');
  expect(inert('/home/me/\u202etxt.exe\u2066')).toBe('/home/me/⟨U+202E⟩txt.exe⟨U+2066⟩');
  expect(inert('one\ntwo שלום é')).toBe('one\ntwo שלום é');
  expect(inertLine('may read /a\n+ may read /b')).toBe('may read /a\\n+ may read /b');
});
