// Prints what each command of orrery says to --help, as JSON, by its words (`runs fork`; the program itself under nothing). One process
// in place of one for each command.

import type { Command } from 'commander';
import { makeProgram } from '../../electron/cli/make-program.ts';

const helps: Record<string, string> = {};
function gather(command: Command, words: string[]): void {
  helps[words.join(' ')] = command.helpInformation();
  for (const each of command.commands) gather(each, [...words, each.name()]);
}
gather(makeProgram(), []);
process.stdout.write(JSON.stringify(helps));
