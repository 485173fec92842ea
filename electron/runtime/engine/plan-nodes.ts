// Resolves the nodes of a document: known kind, config brought up to date and parsed, templates that parse. Pure.

import { AppError } from '../../../shared/errors.ts';
import { issueWords } from '../../../shared/issue-words.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { outputsOf } from '../../../shared/model/node-descriptor.ts';
import type { WorkflowDocument, WorkflowNode } from '../../../shared/model/workflow.ts';
import { checkExpressions } from '../expression-check.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import type { NodeRegistry } from '../services.ts';
import { checkTemplates, hasTemplates } from '../templates.ts';
import { type Complaints, type PlanNode, quoted } from './plan-types.ts';

export interface ResolvedNodes {
  nodes: PlanNode[];
  /** Every node id of the document that may carry edges: number when resolved, undefined when its kind is unknown. */
  byId: Map<string, number | undefined>;
  notes: Set<string>;
}

export function resolveNodes(document: WorkflowDocument, registry: Pick<NodeRegistry, 'get'>, complaints: Complaints): ResolvedNodes {
  const resolved: ResolvedNodes = { nodes: [], byId: new Map(), notes: new Set() };
  for (const node of document.nodes) {
    if (resolved.byId.has(node.id) || resolved.notes.has(node.id)) {
      complaints.error('duplicate-node', `Two nodes have the id ${quoted(node.id)}.`, {
        node: node.id,
        hint: 'Give one of them another id.',
      });
      continue;
    }
    const type = registry.get(node.kind);
    if (type === undefined) {
      resolved.byId.set(node.id, undefined);
      complaints.error(
        'unknown-kind',
        `${quoted(node.title ?? node.id)} is of the kind ${quoted(node.kind)}, which this Orrery does not know.`,
        {
          node: node.id,
          hint: 'Update Orrery or add the plugin that brings it, or remove the node.',
        },
      );
      continue;
    }
    if (type.control === 'note') {
      resolved.notes.add(node.id);
      continue;
    }
    const index = resolved.nodes.length;
    resolved.byId.set(node.id, index);
    resolved.nodes.push(resolveNode(node, type, index, complaints));
  }
  return resolved;
}

function resolveNode(node: WorkflowNode, type: AnyNodeType, index: number, complaints: Complaints): PlanNode {
  const title = node.title === undefined || node.title === '' ? type.title : node.title;
  const upgraded = upgradeConfig(node, type, title, complaints);
  const config = parseConfig(upgraded, node, type, title, complaints);
  return {
    index,
    id: node.id,
    title,
    node,
    type,
    config,
    hasTemplates: hasTemplates(config, type.fields),
    outputs: outputsOf(type, { config, onError: node.onError }),
    inEdges: [],
    outEdges: [],
    scope: 0,
    slot: 0,
  };
}

function upgradeConfig(node: WorkflowNode, type: AnyNodeType, title: string, complaints: Complaints): JsonObject {
  if (node.version > type.version) {
    complaints.error(
      'node-too-new',
      `${quoted(title)} was made with a newer Orrery (version ${node.version} of ${node.kind}; this one knows ${type.version}).`,
      {
        node: node.id,
        hint: 'Update Orrery to run this workflow.',
      },
    );
    return node.config;
  }
  let config = node.config;
  for (let version = node.version; version < type.version; version += 1) {
    const upgrade = type.upgrades?.[version];
    if (upgrade === undefined) {
      complaints.error('node-too-old', `${quoted(title)} was made for version ${version} of ${node.kind}, which can no longer be read.`, {
        node: node.id,
        hint: 'Replace the node by a new one.',
      });
      return config;
    }
    config = upgrade(config);
  }
  return config;
}

function parseConfig(config: JsonObject, node: WorkflowNode, type: AnyNodeType, title: string, complaints: Complaints): JsonObject {
  const result = type.config.safeParse(config);
  if (!result.success) {
    for (const issue of result.error.issues) {
      const field = issue.path[0] === undefined ? undefined : String(issue.path[0]);
      complaints.error('config-invalid', `${quoted(title)}: ${labelOf(type, field)}${issueWords(issue)}.`, {
        node: node.id,
        ...(field === undefined ? {} : { field }),
        hint: 'Mend it in the inspector.',
      });
    }
    return config;
  }
  const parsed = result.data as JsonObject;
  const faults = [...(type.check?.(parsed) ?? []), ...checkTemplates(parsed, type.fields), ...checkExpressions(parsed, type.fields)];
  for (const fault of faults) {
    complaints.error('config-invalid', `${quoted(title)}: ${labelOf(type, fault.field)}${fault.message}`, {
      node: node.id,
      field: fault.field,
      hint: 'Mend it in the inspector.',
    });
  }
  return parsed;
}

const labelOf = (type: AnyNodeType, field: string | undefined): string => {
  if (field === undefined) return '';
  return `${quoted(type.fields.find((spec) => spec.key === field)?.label ?? field)} `;
};

/** Parses a config after its templates were rendered. Throws `config-invalid`. */
export function parseRendered(node: PlanNode, rendered: JsonObject): JsonObject {
  const result = node.type.config.safeParse(rendered);
  if (result.success) return result.data as JsonObject;
  const issue = result.error.issues[0];
  const field = issue?.path[0] === undefined ? undefined : String(issue.path[0]);
  throw new AppError(
    'config-invalid',
    `${quoted(node.title)}: ${labelOf(node.type, field)}${issue === undefined ? 'is not valid' : issueWords(issue)} once its template is filled in.`,
    {
      ...(field === undefined ? {} : { place: field }),
      hint: 'Look at what the template gives in this run.',
    },
  );
}
