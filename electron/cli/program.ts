// orrery <command>: runs what the command line says. Loaded by index.ts.

import { makeProgram } from './make-program.ts';
import { exitCodes } from './output.ts';

// A reader that leaves early (`orrery runs | head`) is not a fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed));
// Nor is one that hears no progress (`orrery run … 2>&1 | head`): the work goes on.
process.stderr.on('error', () => undefined);

await makeProgram().parseAsync();
