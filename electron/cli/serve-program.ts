// orrery serve, alone: a start that does not load what the other commands need. Loaded by index.ts.

import { emptyProgram } from './empty-program.ts';
import { toleratePipes } from './pipes.ts';
import { serveCommand } from './serve.ts';

toleratePipes();
const program = emptyProgram();
serveCommand(program);
await program.parseAsync();
