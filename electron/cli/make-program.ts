// What orrery <command> can do. Each command is one file; this one only lists them.

import { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { findPlaces } from '../host/places.ts';
import { auditCommand } from './audit.ts';
import { backupsCommand } from './backups.ts';
import { chatCommand } from './chat.ts';
import { doctorCommand } from './doctor.ts';
import { grantsCommand } from './grants.ts';
import { importCommand } from './import.ts';
import { jobsCommand } from './jobs.ts';
import { mcpCommand } from './mcp.ts';
import { memoryCommand } from './memory.ts';
import { exitCodes, sayError } from './output.ts';
import { queueCommand } from './queue.ts';
import { runCommand } from './run.ts';
import { runsCommand } from './runs.ts';
import { serveCommand } from './serve.ts';
import { toolsCommand } from './tools.ts';
import { revisionsCommand, undoCommand } from './undo.ts';
import { vaultCommand } from './vault.ts';

const usageHint = 'Run it with --help for what it takes.';
const asJson = process.argv.includes('--json');

/** With nothing parsed yet. It ends the process on wrong usage. */
export function makeProgram(): Command {
  const program = new Command('orrery')
    .description('Agents and workflows on this machine. The data folder is ORRERY_DATA or the system’s own place for it.')
    .version(findPlaces().version)
    .showHelpAfterError(asJson ? false : usageHint)
    .configureOutput({
      outputError: (text, write) => {
        if (asJson) sayError(new AppError('input-usage', text.trim().replace(/^error: /, ''), { hint: usageHint }), true);
        else write(text);
      },
    })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage));

  for (const add of [
    runCommand,
    mcpCommand,
    importCommand,
    runsCommand,
    jobsCommand,
    queueCommand,
    chatCommand,
    toolsCommand,
    memoryCommand,
    grantsCommand,
    undoCommand,
    revisionsCommand,
    serveCommand,
    doctorCommand,
    backupsCommand,
    auditCommand,
    vaultCommand,
  ])
    add(program);
  return program;
}
