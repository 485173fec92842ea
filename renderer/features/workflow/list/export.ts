// Workflow files out of the page.

import type { WorkflowId } from '../../../../shared/model/ids.ts';
import { client } from '../../../api/index.ts';
import { documentOf } from '../editor/store.ts';

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
