// A workflow file that a command was given: its text, or what can be run of it. A file of another program is imported on the
// way, with a line that says how much of it runs; nothing is stored.

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/model/json.ts';
import { parseWorkflowDocument, type WorkflowDocument } from '../../shared/model/workflow.ts';
import { textOfBytes } from '../../shared/text-of-bytes.ts';
import type { HostClient } from '../wires/attach.ts';
import { inert, say } from './output.ts';

/** One message to the host carries no more. */
export const maxChars = 3_500_000;

const tooLarge = (file: string, most: number): AppError =>
  new AppError('input-file-too-large', `${file} is larger than ${most / 1_000_000} MB.`, {
    hint: 'Export single workflows instead of all at once.',
  });

const unfit = (file: string, what: string): AppError =>
  new AppError('input-file-unreadable', `${file} ${what}.`, { hint: 'Choose a workflow file.' });

/** Throws `input-file-missing`, `input-file-unreadable`, `input-file-too-large`, `input-not-utf8`. */
export function readWorkflowText(file: string, most = maxChars): string {
  try {
    // A named pipe would wait for a writer for ever; one that the shell made has its writer.
    const isHandedOver = /^\/dev\/(?:stdin|fd\/\d+)$/.test(file);
    const handle = openSync(file, constants.O_RDONLY | (isHandedOver ? 0 : (constants.O_NONBLOCK ?? 0)));
    try {
      const facts = fstatSync(handle);
      if (!facts.isFile() && !isHandedOver) throw unfit(file, 'is not a file');
      if (facts.size > most * 4) throw tooLarge(file, most);
      const text = textOfBytes(readFileSync(handle), file);
      if (text.length > most) throw tooLarge(file, most);
      if (text.trim() === '') throw unfit(file, 'is empty');
      return text;
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new AppError(
      isMissing ? 'input-file-missing' : 'input-file-unreadable',
      isMissing ? `There is no file ${file}.` : `${file} cannot be read: ${(error as Error).message}`,
      { hint: 'Check the path.', cause: error },
    );
  }
}

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
