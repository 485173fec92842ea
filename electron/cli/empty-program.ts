// The command line as such: what holds for every command.

import { Command, Help } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { findPlaces } from '../host/places.ts';
import { exitCodes, sayError } from './output.ts';

const usageHint = 'Run it with --help for what it takes.';
const asJson = process.argv.includes('--json');

/** Without a command yet. It ends the process on wrong usage. */
export const emptyProgram = (): Command =>
  new Command('orrery')
    .description('Agents and workflows on this machine. The data folder is ORRERY_DATA or the system’s own place for it.')
    .version(findPlaces().version)
    // What may be repeated begins as an empty list: nothing to tell.
    .configureHelp({ optionDescription: (option) => new Help().optionDescription(option).replace(/ \(default: (?:\[\]|"")\)$/, '') })
    .showHelpAfterError(asJson ? false : usageHint)
    .configureOutput({
      outputError: (text, write) => {
        if (asJson) sayError(new AppError('input-usage', text.trim().replace(/^error: /, ''), { hint: usageHint }), true);
        else write(text);
      },
    })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage));
