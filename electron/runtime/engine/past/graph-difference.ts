// How two graphs differ, as far as what they compute goes: where a node stands and what it is called in the editor does not count. Pure.

import type { JsonValue } from '../../../../shared/model/json.ts';
import type { WorkflowDocument, WorkflowNode } from '../../../../shared/model/workflow.ts';
import { canonicalJson } from '../../policy/canonical.ts';

export interface GraphDifference {
  added: string[];
  removed: string[];
  changed: string[];
}

export function graphDifference(left: WorkflowDocument, right: WorkflowDocument): GraphDifference {
  if (left === right) return { added: [], removed: [], changed: [] };
  const before = texts(left);
  const after = texts(right);
  return {
    added: [...after.keys()].filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    changed: [...after].filter(([id, text]) => before.has(id) && before.get(id) !== text).map(([id]) => id),
  };
}

/** Nodes of the right one that are new or not what they were. */
export function changedNodes(left: WorkflowDocument, right: WorkflowDocument): string[] {
  const { added, changed } = graphDifference(left, right);
  return [...added, ...changed];
}

/** By node: what it does and what feeds it. */
function texts({ nodes, edges }: WorkflowDocument): Map<string, string> {
  const fed = new Map<string, string[]>();
  for (const { from, to } of edges) fed.set(to.node, [...(fed.get(to.node) ?? []), `${from.node}.${from.port}>${to.port}`]);
  return new Map(nodes.map((node) => [node.id as string, `${textOf(node)}|${(fed.get(node.id) ?? []).sort().join('|')}`]));
}

const textOf = ({ kind, version, config, retry, timeoutMs, onError, pinned }: WorkflowNode): string =>
  canonicalJson({ kind, version, config, retry, timeoutMs, onError, pinned } as unknown as JsonValue);
