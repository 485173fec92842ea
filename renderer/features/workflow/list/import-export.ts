// Workflow files in and out of the page.

import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { Workflow } from '../../../../shared/model/workflow.ts';
import { client } from '../../../api/index.ts';
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

export async function importFile(file: File): Promise<Workflow> {
  const text = await file.text();
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
