// Workflow files in and out of the page.

import { AppError } from '../../../../shared/errors.ts';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { Workflow } from '../../../../shared/model/workflow.ts';
import { client } from '../../../api/index.ts';
import { getT } from '../../../strings/index.ts';
import { formatBytes } from '../../../ui/index.ts';
import { documentOf } from '../editor/store.ts';

/** Asks for a file; undefined when the person closes the dialog. Throws an AppError that names the faulty place. */
export function pickAndImport(): Promise<Workflow | undefined> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.json,application/json';
    input.addEventListener('cancel', () => resolve(undefined));
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file === undefined) return resolve(undefined);
      importFile(file).then(resolve, reject);
    });
    input.click();
  });
}

/** What one message may carry as text, in UTF-16 units and in bytes as JSON. */
const maxCharacters = 3_500_000;
const maxBytes = 4_000_000;

/** Throws before anything is sent when the file is too large. */
export async function importFile(file: File): Promise<Workflow> {
  // A larger file is not even read: its text could only grow on the way.
  const text = file.size > maxBytes ? undefined : await file.text();
  if (text === undefined || text.length > maxCharacters || new Blob([JSON.stringify(text)]).size > maxBytes) {
    const t = getT('workflow');
    throw new AppError('workflow-file-too-large', t('list.too-large', { name: file.name, size: formatBytes(file.size) }), {
      hint: t('list.too-large-hint'),
    });
  }
  return client.workflows.importText({ text });
}

export async function exportFile(id: WorkflowId): Promise<void> {
  const document_ = documentOf(await client.workflows.get({ id }));
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(document_, undefined, 2)}\n`], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${
    document_.name
      .replace(/[^\p{L}\p{N} _-]+/gu, '')
      .trim()
      .slice(0, 80) || 'workflow'
  }.json`;
  link.click();
  // The download has read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
