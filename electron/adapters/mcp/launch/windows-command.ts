// One command line for cmd.exe, which `.cmd` and `.bat` files need. cmd reads a line twice when a batch file passes its arguments
// on, and has no way to quote some signs: what cannot be quoted so that it stays one argument is refused, never guessed.

import { StartError } from './start-error.ts';

/** Signs that end a line or a text; and `%`, which a batch file expands within quotes too. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const cannotQuote = /[\u0000-\u001f\u007f%]/;

/** One argument: quoted for the program, then every sign that cmd itself reads escaped, twice since the batch file reads it again. */
function quoted(text: string, isCommand: boolean): string {
  const forProgram = `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
  const escaped = forProgram.replace(/([()\][!^"`<>&|;, *?])/g, '^$1');
  return isCommand ? escaped : escaped.replace(/([()\][!^"`<>&|;, *?])/g, '^$1');
}

/** The arguments for `cmd.exe`. Throws StartError `not-executable` for what cmd could read as more than one argument. */
export function cmdArguments(file: string, args: readonly string[]): string[] {
  const bad = [file, ...args].find((each) => cannotQuote.test(each));
  if (bad !== undefined)
    throw new StartError(
      'not-executable',
      `“${file}” is a batch file, and Windows would change what it is given: ${JSON.stringify(bad).slice(0, 200)}`,
      'Name the program itself as the command (for npm packages: node and the path of the script), or leave out percent signs and line breaks.',
    );
  const line = [quoted(file, true), ...args.map((each) => quoted(each, false))].join(' ');
  return ['/d', '/s', '/v:off', '/c', `"${line}"`];
}
