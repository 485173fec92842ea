// What orrery <command> can do. Each command is one file; this one only lists them.

import type { Command } from 'commander';
import { auditCommand } from './audit.ts';
import { backupsCommand } from './backups.ts';
import { chatCommand } from './chat.ts';
import { completionCommand } from './completion.ts';
import { doctorCommand } from './doctor.ts';
import { emptyProgram } from './empty-program.ts';
import { grantsCommand } from './grants.ts';
import { importCommand } from './import.ts';
import { inboxCommand } from './inbox.ts';
import { jobsCommand } from './jobs.ts';
import { mcpCommand } from './mcp.ts';
import { memoryCommand } from './memory.ts';
import { offlineCommand } from './offline.ts';
import { programsCommand } from './programs.ts';
import { queueCommand } from './queue.ts';
import { runCommand } from './run.ts';
import { runsCommand } from './runs.ts';
import { serveCommand } from './serve.ts';
import { toolsCommand } from './tools.ts';
import { revisionsCommand, undoCommand } from './undo.ts';
import { vaultCommand } from './vault.ts';

/** With nothing parsed yet. It ends the process on wrong usage. */
export function makeProgram(): Command {
  const program = emptyProgram();
  for (const add of [
    runCommand,
    mcpCommand,
    importCommand,
    runsCommand,
    jobsCommand,
    inboxCommand,
    queueCommand,
    chatCommand,
    toolsCommand,
    memoryCommand,
    grantsCommand,
    programsCommand,
    undoCommand,
    revisionsCommand,
    serveCommand,
    doctorCommand,
    backupsCommand,
    auditCommand,
    offlineCommand,
    vaultCommand,
    completionCommand,
  ])
    add(program);
  return program;
}
