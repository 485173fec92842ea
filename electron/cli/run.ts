// `orrery run <workflow>`: runs a workflow file, or one that is stored, and prints the run. Progress goes to stderr, the result to stdout.

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';
import type { HostClient } from '../wires/attach.ts';
import { findWorkflow } from './find-workflow.ts';
import { followRun, titlesOf } from './follow-run.ts';
import { readInputs, wholePath } from './inputs.ts';
import { withHost } from './with-host.ts';
import { readRunnable } from './workflow-file.ts';

interface RunOptions {
  set: string[];
  json?: boolean;
  data?: string;
  allow: string[];
  stepThrough?: boolean;
}

export function runCommand(program: Command): void {
  program
    .command('run')
    .argument('<workflow>', 'a workflow file of Orrery or n8n, or the name or id of a stored workflow')
    .description('run a workflow and print what it did')
    .option('--set <key=value>', 'give an input; repeat for more', (value: string, all: string[]) => [...all, value], [])
    .option(
      '--allow <folder>',
      'let the run’s file tools use this folder too; repeat for more',
      (value: string, all: string[]) => [...all, wholePath(value)],
      [],
    )
    .option('--step-through', 'hold before every step: at a terminal you are asked, else `orrery runs step` goes on')
    .option('--json', 'print the run as JSON')
    .option('--data <folder>', 'the data folder')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong input, 3 waits for a person, 4 data folder in use or its host gone, 130 stopped, 143 ended by a signal.\n\nExample:\n  orrery run folder-digest.json --set folder=/home/me/notes\n  orrery run "Review of the week" --set folder=/home/me/notes',
    )
    .action(async (which: string, options: RunOptions) => {
      await withHost(options, async (client) => {
        const { workflow, document } = await whatToRun(client, which);
        const run = await client.runs.start({
          workflow,
          inputs: readInputs(options.set, document),
          grant: { tools: [], folders: options.allow },
          ...(options.stepThrough === true ? { stepThrough: true } : {}),
        });
        return followRun(client, run, titlesOf(document), options.json === true);
      });
    });
}

type Start = Parameters<HostClient['runs']['start']>[0]['workflow'];

/** A file where there is one, or where only a file can be meant; else what is stored under that name. */
async function whatToRun(client: HostClient, which: string): Promise<{ workflow: Start; document: WorkflowDocument }> {
  if (existsSync(which) || /[\\/]|\.json$/i.test(which)) {
    const document = await readRunnable(client, which);
    return { workflow: { document }, document };
  }
  const stored = await findWorkflow(client, which, 'There is neither a file nor a stored workflow');
  return { workflow: { id: stored.id }, document: stored };
}
