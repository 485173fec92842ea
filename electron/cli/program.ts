// orrery <command>: runs what the command line says. Loaded by index.ts.

import { makeProgram } from './make-program.ts';
import { toleratePipes } from './pipes.ts';

toleratePipes();
await makeProgram().parseAsync();
