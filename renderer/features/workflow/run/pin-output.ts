// Pinning what a step gave to its node in the stored workflow. It changes the workflow, never the run.

import { AppError } from '../../../../shared/errors.ts';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import { client } from '../../../api/index.ts';
import { getT } from '../../../strings/index.ts';
import { documentOf } from '../editor/store.ts';

/** Throws `pin-node-gone`, `workflow-not-found`, `workflow-changed-elsewhere`. */
export async function pinInStored(
  workflow: WorkflowId,
  node: { id: string; title: string },
  outputs: Record<string, JsonValue>,
): Promise<void> {
  const stored = await client.workflows.get({ id: workflow });
  if (!stored.nodes.some(({ id }) => id === node.id)) {
    const t = getT('past');
    throw new AppError('pin-node-gone', t('pin.node-gone', { node: node.title }), { hint: t('pin.node-gone-hint') });
  }
  const document = documentOf(stored);
  const nodes = document.nodes.map((each) => (each.id === node.id ? { ...each, pinned: outputs } : each));
  await client.workflows.save({ id: workflow, revision: stored.revision, document: { ...document, nodes } });
}
