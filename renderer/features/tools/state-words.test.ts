import { expect, it } from 'vitest';
import { wordsOfCommand } from '../../../shared/model/command-line.ts';
import { commandLine } from './state-words.ts';

it('writes a command as it can be read again, Windows paths as they are', () => {
  const windows = { command: 'C:\\Program Files\\nodejs\\npx.cmd', args: ['-y', 'C:\\Users\\Ada\\Notes'] };
  expect(commandLine(windows)).toBe('"C:\\Program Files\\nodejs\\npx.cmd" -y C:\\Users\\Ada\\Notes');
  for (const args of [windows.args, ['a b', 'say "x"', 'ends in \\ ', "it's", '']])
    expect(wordsOfCommand(commandLine({ command: windows.command, args }))).toEqual([windows.command, ...args]);
});
