// `orrery run <workflow.json>`: runs a workflow file and prints the run. Progress goes to stderr, the result to stdout.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { InboxItem } from '../../shared/model/grant.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import { emptyRunView, foldRun, type RunView } from '../../shared/model/run-view.ts';
import { parseWorkflowText, type WorkflowDocument } from '../../shared/model/workflow.ts';
import type { HostClient } from '../wires/attach.ts';
import { answerInTerminal } from './answer.ts';
import { readInputs, wholePath } from './inputs.ts';
import { exitCodes, print, printJson, say } from './output.ts';
import { describeRun, printRun, sayStep } from './run-print.ts';
import { withHost } from './with-host.ts';

interface RunOptions {
  set: string[];
  json?: boolean;
  data?: string;
  allow: string[];
}

export function runCommand(program: Command): void {
  program
    .command('run')
    .argument('<workflow.json>', 'a workflow file')
    .description('run a workflow and print what it did')
    .option('--set <key=value>', 'give an input; repeat for more', (value: string, all: string[]) => [...all, value], [])
    .option(
      '--allow <folder>',
      'let the run’s file tools use this folder too; repeat for more',
      (value: string, all: string[]) => [...all, wholePath(value)],
      [],
    )
    .option('--json', 'print the run as JSON')
    .option('--data <folder>', 'the data folder')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong input, 3 waits for a person, 4 data folder in use or its host gone, 130 stopped, 143 ended by a signal.\n\nExample:\n  orrery run folder-digest.json --set folder=/home/me/notes',
    )
    .action(async (file: string, options: RunOptions) => {
      await withHost(options, async (client) => {
        const document = readDocument(file);
        const run = await client.runs.start({
          workflow: { document },
          inputs: readInputs(options.set, document),
          grant: { tools: [], folders: options.allow },
        });
        return followRun(client, run, document, options.json === true);
      });
    });
}

function readDocument(file: string): WorkflowDocument {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new AppError(
      missing ? 'input-file-missing' : 'input-file-unreadable',
      missing ? `There is no file ${file}.` : `${file} cannot be read: ${(error as Error).message}`,
      {
        hint: 'Check the path.',
        cause: error,
      },
    );
  }
  return parseWorkflowText(text, path.basename(file));
}

async function followRun(client: HostClient, run: RunSummary, document: WorkflowDocument, json: boolean): Promise<number> {
  const titles = new Map(document.nodes.map((node) => [node.id as string, node.title ?? node.kind]));
  const interactive = process.stdin.isTTY === true && !json;
  let view: RunView = emptyRunView;
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(exitCodes.cancelled);
    stopping = true;
    say('Stopping …');
    // The stream ends with the run's last event.
    void client.runs.cancel({ id: run.id }).catch(() => undefined);
  };
  process.on('SIGINT', stop);
  try {
    for await (const batch of await client.runs.watch({ id: run.id, after: 0 })) {
      const events = batch.map((one) => one.event);
      view = foldRun(view, events);
      if (!json) for (const event of events) sayStep(event, titles);
      if (view.status !== 'waiting') continue;
      const open = (await client.inbox.list({ status: 'open', limit: 100 })).filter((item) => item.run === run.id);
      if (open.length === 0) continue;
      if (!interactive) return printWaiting(run, open, json);
      for (const item of open) await answerInTerminal(client, item);
    }
  } finally {
    process.off('SIGINT', stop);
  }
  return printEnd(client, run.id, titles, json);
}

function printWaiting(run: RunSummary, open: InboxItem[], json: boolean): number {
  if (json) printJson({ run: { ...run, status: 'waiting' }, waiting: open });
  else {
    print(`Run ${run.number} waits for you:`);
    for (const item of open)
      print(
        `  ${item.request.kind === 'question' ? item.request.question : item.request.kind === 'approval' ? `${item.request.action}?` : item.request.what}`,
      );
    say('Answer in Orrery (npm start), or run this in a terminal. The run goes on from here.');
  }
  return exitCodes.waiting;
}

async function printEnd(client: HostClient, id: RunId, titles: Map<string, string>, json: boolean): Promise<number> {
  const { run, events } = await client.runs.get({ id });
  const view = foldRun(
    emptyRunView,
    events.map((one) => one.event),
  );
  if (json) printJson(describeRun(run, view));
  else printRun(run, view, titles);
  return run.status === 'done' ? exitCodes.ok : run.status === 'cancelled' ? exitCodes.cancelled : exitCodes.failed;
}
