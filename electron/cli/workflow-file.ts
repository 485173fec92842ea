// A workflow file that a command was given: its text, or what can be run of it. A file of another program is imported on the
// way, with a line that says how much of it runs; nothing is stored.

import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/model/json.ts';
import { parseWorkflowDocument, type WorkflowDocument } from '../../shared/model/workflow.ts';
import type { HostClient } from '../wires/attach.ts';
import { inert, say } from './output.ts';
import { readGiven } from './read-given.ts';

/** One message to the host carries no more. */
export const maxChars = 3_500_000;

/** Throws `input-file-missing`, `input-file-unreadable`, `input-file-too-large`, `input-not-utf8`. */
export const readWorkflowText = (file: string, most = maxChars, ifLarger = storeIt): string =>
  readGiven(file, { what: 'a workflow file', most, ifLarger });

const storeIt = 'Store it with `orrery import FILE`, and run it by its name.';

/** Throws as above, and `workflow-malformed` or `not-importable` with what the file is. */
export async function readRunnable(client: HostClient, file: string): Promise<WorkflowDocument> {
  const text = readWorkflowText(file);
  const name = path.basename(file);
  const value = parseJson(text, name);
  const isOwn = value !== null && typeof value === 'object' && 'format' in value;
  if (isOwn) return parseWorkflowDocument(value, name);
  const { report, document } = await client.workflows.readForeign({ text, name: name.slice(0, 200) });
  // What no program is known to write is judged as a workflow of ours, so that the place of the fault is named.
  if (report.program === 'unknown' || report.program === 'orrery') return parseWorkflowDocument(value, name);
  if (document === undefined)
    throw new AppError('not-importable', report.summary, { place: name, hint: `See what is in it: orrery import ${name} --report` });
  say(inert(report.summary));
  return document;
}
