// orrery <command>. Each command is one file; this one only lists them. Loaded by index.ts.

import { Command } from 'commander';
import { findPlaces } from '../host/places.ts';
import { chatCommand } from './chat.ts';
import { doctorCommand } from './doctor.ts';
import { memoryCommand } from './memory.ts';
import { exitCodes } from './output.ts';
import { runCommand } from './run.ts';
import { runsCommand } from './runs.ts';
import { serveCommand } from './serve.ts';
import { toolsCommand } from './tools.ts';

const program = new Command('orrery')
  .description('Agents and workflows on this machine. The data folder is ORRERY_DATA or the system’s own place for it.')
  .version(findPlaces().version)
  .showHelpAfterError('Run it with --help for what it takes.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage));

for (const add of [runCommand, runsCommand, chatCommand, toolsCommand, memoryCommand, serveCommand, doctorCommand]) add(program);

// A reader that leaves early (`orrery runs | head`) is not a fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed));

await program.parseAsync();
