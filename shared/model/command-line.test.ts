import { expect, it } from 'vitest';
import { wordsOfCommand } from './command-line.ts';

it.each<[string, string[]]>([
  ['', []],
  ['  npx  -y\tserver ', ['npx', '-y', 'server']],
  [`npx "a b" 'c d' $(rm) ;x`, ['npx', 'a b', 'c d', '$(rm)', ';x']],
  [`--name="a b"c --x='d e'`, ['--name=a bc', '--x=d e']],
  ['my\\ file \\"x\\" \\\'', ['my file', '"x"', "'"]],
  [`"" ''`, ['', '']],
  // Windows: a backslash is itself, and in double quotes too unless it comes before a quote or another.
  ['C:\\tools\\server.exe --dir \\\\host\\share', ['C:\\tools\\server.exe', '--dir', '\\\\host\\share']],
  ['"C:\\Program Files\\x.exe"', ['C:\\Program Files\\x.exe']],
  ['"C:\\\\Program Files\\\\x.exe" --a', ['C:\\Program Files\\x.exe', '--a']],
  ['"say \\"hi\\""', ['say "hi"']],
  // Quotes without their other half.
  [`don't "stop`, ["don't", '"stop']],
  // Pasted from a page, line by line.
  ['npx \\\n  -y \\\r\n  server', ['npx', '-y', 'server']],
])('%j', (line, words) => {
  expect(wordsOfCommand(line)).toEqual(words);
});

it('takes its time for no text', () => {
  expect(wordsOfCommand(`${'"'.repeat(19_999)}\\`)).toHaveLength(1);
  expect(wordsOfCommand('\\'.repeat(20_000))).toHaveLength(1);
});
