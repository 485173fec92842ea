// Every hint that stands in the sources, as a terminal says it: none asks for what only a window has without saying how to get there.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { terminalHint } from './hints.ts';

const sources = ['electron', 'shared'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && entry.name.endsWith('.ts') && !/\.(test|fixture|generated)\.ts$/.test(entry.name)
      ? [join(entry.parentPath, entry.name)]
      : [],
  ),
);
/** Texts in quotation marks of any line that sets a hint, and of the two after it, where it is chosen among several. */
const hints = sources.flatMap((file) => {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, at) => {
    const from = line.indexOf('hint:');
    if (from === -1 || /z\.|hint: string|hint\?:/.test(line)) return [];
    const text = [line.slice(from), ...(/hint:\s*$|\?\s*$|===|hint:\s*\w+/.test(line) ? lines.slice(at + 1, at + 3) : [])].join('\n');
    return [...text.matchAll(/'((?:[^'\\\n]|\\.)+)'|`([^`]+)`/g)].map(([, plain, template]) => plain ?? template ?? '');
  });
});
const code = (text: string): string => (/run/.test(text) ? 'run-not-found' : 'grant-not-found');

test('there are many hints, and none of them is for a window alone', () => {
  expect(hints.length).toBeGreaterThan(500);
  const odd = hints.flatMap((hint) => {
    const said = terminalHint({ code: code(hint), hint }) ?? '';
    const isOfWindow =
      /\breload\b|\bclick\b|\bpress the\b|\bbutton\b/i.test(said) ||
      (/\b[Pp]age\b|\bSettings\b|status bar|\btab\b/.test(said) && !/`orrery /.test(said));
    const isOfOthers = /address of a page|example\.com\/page|another page|npm settings|[Pp]ages and tools|page of the web/.test(said);
    return isOfWindow && !isOfOthers ? [said] : [];
  });
  expect(odd).toEqual([]);
});

test.each([
  ['grant-not-found', 'Reload the list.', '`orrery grants` lists them with their numbers.'],
  ['run-not-found', 'Reload the list of runs.', '`orrery runs` lists them with their numbers.'],
  ['server-not-found', 'Reload the list.', '`orrery tools` lists the tools and whose they are.'],
  ['conversation-not-found', 'Reload the list of conversations.', 'Try it once more.'],
  ['approval-mismatch', 'Reload, look at it again, and answer then.', 'Look at it again with `orrery inbox`, and answer then.'],
  [
    'already-answered',
    'The first answer stands; reload the inbox to see it.',
    'The first answer stands; `orrery inbox list --answered` shows it.',
  ],
  ['x', 'Set a passphrase on the Vault page.', 'Set a passphrase with `orrery vault passphrase`.'],
  [
    'offline',
    'Turn “Offline” off in the status bar or in Settings › Network, if it is to be reached.',
    'Turn it off with `orrery offline off`, if it is to be reached.',
  ],
  [
    'x',
    'Set it in Settings.',
    'Set it in Settings. That is in Orrery’s window: `orrery serve` gives an address that shows it in a browser.',
  ],
  ['x', 'Give the whole path of a folder that exists.', 'Give the whole path of a folder that exists.'],
])('%s: “%s”', (of, hint, said) => expect(terminalHint({ code: of, hint })).toBe(said));

test('what has no hint has none', () => expect(terminalHint({ code: 'x' })).toBeUndefined());
