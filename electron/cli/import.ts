// `orrery import <file>`: reads a workflow file of another program, says node by node what would run, and stores what could be
// read. The report goes to stdout.

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { type ImportReport, maxImportPart, maxImportText } from '../../shared/model/import-report.ts';
import { type WorkflowDocument, workflowDocument } from '../../shared/model/workflow.ts';
import type { HostClient } from '../wires/attach.ts';
import { amber, bold, dim, exitCodes, green, inert, print, printJson, red, say } from './output.ts';
import { withHost } from './with-host.ts';
import { maxChars, readWorkflowText } from './workflow-file.ts';

interface ImportOptions {
  report?: boolean;
  json?: boolean;
  out?: string;
  data?: string;
}

export function importCommand(program: Command): void {
  program
    .command('import')
    .argument('<file>', 'a workflow file of Orrery or n8n (those of ComfyUI, Node-RED, Flowise and Rivet are only described)')
    .description('store a workflow file of Orrery or another program, with a report of what runs')
    .option('--report', 'only say what would run; store nothing')
    .option('--out <file>', 'write the workflow as an Orrery file too, for `orrery run`; further ones get -2, -3, … in their names')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .addHelpText(
      'after',
      '\nExit codes: 0 something was read, 1 nothing could be imported, 2 wrong input.\n\nExample:\n  orrery import my-n8n-export.json --report\n  orrery import resources/sample-workflows/weekly-review.json',
    )
    .action(async (file: string, options: ImportOptions) => {
      await withHost(options, async (client) => {
        const input = { text: readWorkflowText(file, maxImportText, inParts), name: path.basename(file).slice(0, 200) };
        if (input.text.length > maxChars) return importLarge(client, input, options);
        if (options.report === true) {
          const { report, document } = await client.workflows.readForeign(input);
          if (options.json === true) printJson({ report });
          else printReport(report);
          if (options.out !== undefined && document !== undefined) write([document], options.out, options.json === true);
          return document === undefined ? exitCodes.failed : exitCodes.ok;
        }
        const { report, workflows } = await client.workflows.importForeign(input);
        if (options.json === true) printJson({ report, workflows: workflows.map(({ id, name }) => ({ id, name })) });
        else {
          printReport(report);
          for (const workflow of workflows) print(`Stored “${inert(workflow.name)}” ${dim(workflow.id)}`);
          if (workflows.length === 0) print('Nothing was stored.');
        }
        if (options.out !== undefined) write(workflows, options.out, options.json === true);
        return workflows.length === 0 ? exitCodes.failed : exitCodes.ok;
      });
    });
}

const inParts =
  'Import it in parts: export single workflows (n8n: `n8n export:workflow --all --separate --output=FOLDER`) and import each file.';

/** More than one message carries: in parts, and read beside the host's other work. */
async function importLarge(client: HostClient, { text, name }: { text: string; name: string }, options: ImportOptions): Promise<number> {
  const upload = randomUUID();
  for (let index = 0; index * maxImportPart < text.length; index += 1)
    await client.workflows.putImportPart({ upload, index, text: text.slice(index * maxImportPart, (index + 1) * maxImportPart) });
  const isReport = options.report === true;
  const { report, count, workflows } = await client.workflows.readImportParts({ upload, name, store: !isReport });
  if (options.json === true) printJson(isReport ? { report } : { report, workflows });
  else {
    printReport(report);
    for (const workflow of workflows) print(`Stored “${inert(workflow.name)}” ${dim(workflow.id)}`);
    if (!isReport && workflows.length === 0) print('Nothing was stored.');
  }
  if (options.out !== undefined) {
    const stored: WorkflowDocument[] = [];
    for (const { id } of workflows) stored.push(await client.workflows.get({ id }));
    write(stored, options.out, options.json === true);
  }
  return count === 0 ? exitCodes.failed : exitCodes.ok;
}

function write(documents: readonly WorkflowDocument[], out: string, isQuiet: boolean): void {
  const { dir, name, ext } = path.parse(out);
  documents.forEach((document, index) => {
    const file = index === 0 ? out : path.join(dir, `${name}-${index + 1}${ext}`);
    try {
      // Reading it as a document leaves out what only the store knows: its id, revision and times.
      writeFileSync(file, `${JSON.stringify(workflowDocument.parse(document), null, 2)}\n`);
    } catch (error) {
      throw new AppError('input-out-unwritable', `${file} cannot be written: ${(error as Error).message}`, {
        hint: 'Choose another path for --out.',
        cause: error,
      });
    }
    if (!isQuiet) say(`Wrote ${file}`);
  });
}

const marks = { runs: green('✓ runs  '), partly: amber('~ partly'), not: red('✗ not   ') };

function printReport(report: ImportReport): void {
  print(bold(inert(report.summary)));
  for (const workflow of report.workflows) {
    print();
    print(`${bold(inert(workflow.name))}  ${marks[workflow.verdict].trim()}`);
    for (const node of workflow.nodes) {
      const kind = node.kind === undefined ? '' : dim(` → ${node.kind}`);
      print(`  ${marks[node.verdict]}  ${inert(node.name)}  ${dim(inert(node.type))}${kind}`);
      for (const reason of node.reasons) print(`              ${inert(reason)}`);
    }
    for (const note of workflow.notes) print(`  ${dim('·')} ${inert(note)}`);
  }
  print();
}
