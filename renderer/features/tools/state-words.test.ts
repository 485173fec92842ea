import { expect, it } from 'vitest';
import { wordsOfCommand } from '../../../shared/model/command-line.ts';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { commandLine, shownState } from './state-words.ts';

it('writes a command as it can be read again, Windows paths as they are', () => {
  const windows = { command: 'C:\\Program Files\\nodejs\\npx.cmd', args: ['-y', 'C:\\Users\\Ada\\Notes'] };
  expect(commandLine(windows)).toBe('"C:\\Program Files\\nodejs\\npx.cmd" -y C:\\Users\\Ada\\Notes');
  for (const args of [windows.args, ['a b', 'say "x"', 'ends in \\ ', "it's", '']])
    expect(wordsOfCommand(commandLine({ command: windows.command, args }))).toEqual([windows.command, ...args]);
});

it('says of one that ran and broke a limit that it was ended, and first what waits for the person', () => {
  const word = (more: object): string => shownState({ state: 'failed', ...more } as unknown as ServerStatus).word;
  expect(word({ failure: { cause: 'not-found' } })).toBe('failed');
  expect(word({ failure: { cause: 'too-big' } })).toBe('ended');
  expect(word({ failure: { cause: 'not-authorized' }, signIn: { needed: true } })).toBe('signIn');
});
