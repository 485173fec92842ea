// The trigger node of a job as its workflow has it now, or what is wrong with it.

import { AppError } from '../../../shared/errors.ts';
import { issueSentence } from '../../../shared/issue-words.ts';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Complaint, Workflow } from '../../../shared/model/workflow.ts';
import { planWorkflow } from '../engine/plan.ts';
import type { AnyNodeType, TriggerSpec } from '../nodes/define-node.ts';
import type { WorkflowStore } from '../ports.ts';
import type { NodeRegistry } from '../services.ts';
import { fromHome } from './paths.ts';

export interface ReadTrigger {
  workflow: Workflow;
  type: AnyNodeType;
  trigger: TriggerSpec<unknown>;
  /** Upgraded and parsed. */
  config: JsonObject;
  complaints: Complaint[];
}

export interface ReadDeps {
  workflows: Pick<WorkflowStore, 'get'>;
  registry: Pick<NodeRegistry, 'get'>;
  /** What `~` in a watched path stands for: from here on the path is whole, and shown so. */
  home: string | undefined;
}

/** Throws `workflow-not-found`, `node-not-found`, `node-not-trigger`, `workflow-invalid` for a config that cannot be read. */
export function readTrigger({ workflows, registry, home }: ReadDeps, id: WorkflowId, nodeId: string): ReadTrigger {
  const workflow = workflows.get(id);
  if (workflow === undefined)
    throw new AppError('workflow-not-found', 'That workflow is not there any more.', { hint: 'Reload the list.' });
  const node = workflow.nodes.find((each) => each.id === nodeId);
  if (node === undefined)
    throw new AppError('node-not-found', `“${workflow.name}” has no node “${nodeId}” any more.`, {
      place: nodeId,
      hint: 'Turn on one of the triggers that it has, and remove this job.',
    });
  const type = registry.get(node.kind);
  if (type?.trigger === undefined)
    throw new AppError('node-not-trigger', `“${node.title ?? type?.title ?? node.id}” does not start a workflow by itself.`, {
      place: nodeId,
      hint: 'Choose a trigger such as Schedule or Files change.',
    });
  const { plan, complaints } = planWorkflow(workflow, registry);
  const planned = plan?.nodes.find((each) => each.id === nodeId)?.config;
  const config = planned ?? configAlone(type, node.config, complaints, nodeId);
  const { path } = config;
  const whole = type.trigger.source === 'files' && typeof path === 'string' ? { ...config, path: fromHome(path, home) } : config;
  return { workflow, type, trigger: type.trigger, config: whole, complaints };
}

/** The rest of the graph may be wrong: this node is read by itself, so that it can still be said when it would start. */
function configAlone(type: AnyNodeType, config: JsonObject, complaints: readonly Complaint[], nodeId: string): JsonObject {
  const parsed = type.config.safeParse(config);
  if (parsed.success) return parsed.data as JsonObject;
  const first = complaints.find((each) => each.severity === 'error' && each.node === nodeId);
  const issue = parsed.error.issues[0];
  const field = first?.field ?? issue?.path.join('.');
  const words = issue === undefined ? 'Its form is wrong.' : issueSentence(issue);
  throw new AppError('workflow-invalid', first?.message ?? `${type.title}: ${words}`, {
    hint: first?.hint ?? 'Mend it in the editor.',
    place: field === undefined || field === '' ? nodeId : `${nodeId}.${field}`,
    details: { complaints },
  });
}

/** Throws `workflow-invalid` with the first thing that is wrong with the graph, as a run would. */
export function mustBeSound({ complaints }: ReadTrigger): void {
  const first = complaints.find((each) => each.severity === 'error');
  if (first === undefined) return;
  const place = first.node === undefined ? first.edge : first.field === undefined ? first.node : `${first.node}.${first.field}`;
  throw new AppError('workflow-invalid', first.message, {
    hint: first.hint ?? 'Open it in the editor to see what is wrong.',
    ...(place === undefined ? {} : { place }),
    details: { complaints },
  });
}
