// Runs an n8n workflow from a start node with what an Orrery node may use: the sandbox, the guarded client, the clock.

import type { JsonObject } from '../../../../shared/model/json.ts';
import { Execution, type ExecutionResult } from './execution.ts';
import { NodeFault, type NodePowersForN8n, type NodeWork } from './node-run.ts';
import { shortType } from './nodes/index.ts';
import { looksLikeN8n, parseWorkflow } from './parse.ts';
import type { ReckonEnd, ReckonPowers } from './reckon.ts';
import { evaluateExpressions, type RunScript, runCode, runSql } from './sandbox.ts';
import type { Item, N8nNode, N8nWorkflow } from './types.ts';

/** n8n's own zone where neither the file nor its host says one. */
export const defaultZone = 'America/New_York';

export interface WorkflowDeps {
  script: RunScript;
  request: NodePowersForN8n['http'];
  /** A thread for nodes that only reckon; without one they run here. */
  reckon?: (work: NodeWork, powers: ReckonPowers) => Promise<ReckonEnd>;
  sleep(ms: number): Promise<void>;
  now(): number;
  signal: AbortSignal;
  /** Other workflows of the same file, by id and by name. */
  others: ReadonlyMap<string, N8nWorkflow>;
  onNode?: (name: string, done: number) => void;
}

const maxDepth = 8;

export function runN8nWorkflow(
  workflow: N8nWorkflow,
  start: N8nNode,
  items: Item[],
  deps: WorkflowDeps,
  depth = 0,
): Promise<ExecutionResult> {
  const timezone = zoneOf(workflow);
  return new Execution(workflow, {
    signal: deps.signal,
    timezone,
    ...(deps.onNode === undefined ? {} : { onNode: deps.onNode }),
    powers: ({ node, source, runIndex, runData, inputs, memories }) =>
      makePowers(deps, { workflow, node, source, runIndex, runData, inputs, memories, timezone, now: deps.now() }, depth),
  }).run(start, items);
}

export const zoneOf = (workflow: N8nWorkflow): string => {
  const zone = workflow.settings.timezone;
  return typeof zone === 'string' && zone !== '' && zone !== 'DEFAULT' ? zone : defaultZone;
};

export function makePowers(deps: WorkflowDeps, around: Parameters<typeof evaluateExpressions>[1], depth: number): NodePowersForN8n {
  const { reckon } = deps;
  const scripted: ReckonPowers = {
    evaluate: (expressions, indexes) => evaluateExpressions(deps.script, around, expressions, indexes),
    code: (request) => runCode(deps.script, around, request),
    sql: (tables, query, parameters) => runSql(deps.script, tables, query, parameters),
  };
  return {
    ...scripted,
    ...(reckon === undefined
      ? {}
      : {
          async reckon(work) {
            const end = await reckon(work, scripted);
            if ('fault' in end) throw new NodeFault(end.fault.message, end.fault.description);
            return end.outputs;
          },
        }),
    http: deps.request,
    sleep: deps.sleep,
    now: deps.now,
    subWorkflow: async (request) => {
      if (depth >= maxDepth) throw new NodeFault(`Workflows call each other more than ${maxDepth} deep.`);
      const workflow = 'id' in request ? deps.others.get(request.id) : inline(request.json);
      if (workflow === undefined)
        throw new NodeFault(`The workflow “${'id' in request ? request.id : ''}” that this node calls was not in the imported file.`);
      return runSub(workflow, request.items, deps, depth + 1);
    },
  };
}

function inline(json: JsonObject): N8nWorkflow {
  if (!looksLikeN8n(json)) throw new NodeFault('The workflow JSON of this node is not a workflow.');
  const { workflow } = parseWorkflow(json, 'Sub-workflow');
  if (json.settings === undefined) workflow.settings = { executionOrder: 'v1' };
  return workflow;
}

async function runSub(workflow: N8nWorkflow, items: Item[], deps: WorkflowDeps, depth: number): Promise<Item[][]> {
  const start =
    workflow.nodes.find((node) => shortType(node.type) === 'executeWorkflowTrigger' && !node.disabled) ??
    workflow.nodes.find((node) => ['start', 'manualTrigger'].includes(shortType(node.type)) && !node.disabled);
  if (start === undefined) throw new NodeFault('Missing node to start execution');
  const result = await runN8nWorkflow(workflow, start, items, deps, depth);
  if (result.error !== undefined) throw new NodeFault(result.error.message);
  const outputs = result.lastNode === undefined ? [] : (result.runData.get(result.lastNode)?.at(-1)?.outputs ?? []);
  return outputs.map((each) => (each ?? []).map((item) => ({ ...item })));
}
