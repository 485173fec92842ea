// A whole n8n workflow as one step: for graphs that go round, or whose order decides their results.

import { AppError } from '../../../../shared/errors.ts';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { NodeContext, NodeOutputs } from '../../nodes/define-node.ts';
import { parseWorkflow } from './parse.ts';
import { runN8nWorkflow } from './run-workflow.ts';
import type { WholeConfig } from './step-config.ts';
import { depsOf, failed, plainItem, triggerItems } from './step-run.ts';

export async function runWhole(context: NodeContext<WholeConfig, 'scripts' | 'net' | 'clock'>): Promise<NodeOutputs> {
  const { config, scope } = context;
  const { workflow } = parseWorkflow(config.workflow, 'n8n workflow');
  const begun = config.starts.find((start) => scope.steps[start.node] !== undefined) ?? config.starts[0];
  const start = workflow.nodes.find((node) => node.name === begun?.name);
  if (start === undefined || begun === undefined)
    throw new AppError('n8n-no-start', 'The node that this n8n workflow begins with is not in it any more.', {
      hint: 'Import the file again.',
    });
  const given = scope.steps[begun.node] ?? (Array.isArray(scope.input) ? scope.input[0] : scope.input) ?? null;
  const deps = depsOf(context, config.others);
  const result = await runN8nWorkflow(workflow, start, triggerItems(given as JsonValue), {
    ...deps,
    onNode: (name, done) => context.progress({ done, note: name }),
  });
  if (result.error !== undefined) throw failed(result.error.node, result.error.message, result.error.description);
  const nodes: JsonObject = {};
  for (const [name, runs] of result.runData)
    nodes[name] = runs.map((run) => run.outputs.map((items) => (items ?? []).map(plainItem))) as JsonValue;
  const fired: Record<string, unknown> = { out: { nodes } };
  for (const row of config.outputs) {
    const items = (result.runData.get(row.node) ?? []).flatMap((run) => run.outputs[row.output] ?? []);
    if (items.length > 0) fired[row.name] = items.map(plainItem);
  }
  return JSON.parse(JSON.stringify(fired)) as NodeOutputs;
}
