// What becomes of each node of an n8n workflow: runs, partly, or not, and why.

import type { ImportedNode } from '../../../../shared/model/import-report.ts';
import { behaviourOf, isTrigger, shortType } from './nodes/index.ts';
import type { N8nNode, N8nWorkflow } from './types.ts';
import { isObject } from './values.ts';

export interface Verdict {
  verdict: ImportedNode['verdict'];
  reasons: string[];
}

/** n8n's newest version of a node that is known here. A newer one is tried, and told of. */
const newest: Record<string, number> = {
  aggregate: 1,
  code: 2,
  compareDatasets: 2.3,
  crypto: 2,
  dateTime: 2,
  executeWorkflow: 1.3,
  executeWorkflowTrigger: 1.1,
  filter: 2.3,
  html: 1.2,
  httpRequest: 4.4,
  if: 2.3,
  itemLists: 3.1,
  limit: 1,
  manualTrigger: 1,
  markdown: 1,
  merge: 3.2,
  noOp: 1,
  removeDuplicates: 2,
  renameKeys: 1,
  respondToWebhook: 1.5,
  scheduleTrigger: 1.3,
  set: 3.5,
  sort: 1,
  splitInBatches: 3,
  splitOut: 1,
  stopAndError: 1,
  summarize: 1.1,
  switch: 3.4,
  wait: 1.1,
  webhook: 2.1,
  xml: 1,
};

const insteads: Record<string, string> = {
  readWriteFile: 'Use Orrery’s own nodes to read and write files in folders that you allow.',
  readBinaryFile: 'Use Orrery’s own node to read a file in a folder that you allow.',
  readBinaryFiles: 'Use Orrery’s own node to read files in a folder that you allow.',
  writeBinaryFile: 'Use Orrery’s own node to write a file in a folder that you allow.',
  compression: 'Files as binary data are not carried between nodes here.',
  editImage: 'Pictures are not edited here.',
  executeCommand: 'No command runs from a workflow here; use a tool server that you allow.',
  ssh: 'No command runs on other machines from here; use a tool server that you allow.',
  evaluation: 'Evaluations of models belong to n8n itself.',
  evaluationTrigger: 'Evaluations of models belong to n8n itself.',
  form: 'A form in the middle of a run is an “Ask a person” node here.',
  formTrigger: 'A form that starts a run is an input node here: the person is asked when the run starts.',
  emailReadImap: 'It needs a mailbox and the network.',
  emailSend: 'It needs a mail server and the network; use a tool server that you allow.',
  localFileTrigger: 'Use Orrery’s own trigger for changed files.',
  n8nTrigger: 'It tells of n8n itself.',
  workflowTrigger: 'It tells of n8n itself.',
  dataTable: 'Its rows live in n8n’s own database.',
};

export function verdictOf(node: N8nNode, workflow: N8nWorkflow, others: ReadonlyMap<string, N8nWorkflow> = new Map()): Verdict {
  if (node.disabled && !isTrigger(node.type))
    return { verdict: 'runs', reasons: ['It is switched off: its items go through unchanged, as in n8n.'] };
  if (shortType(node.type) === 'stickyNote') return { verdict: 'runs', reasons: [] };
  const behaviour = behaviourOf(node.type);
  if (behaviour === undefined) return missing(node, workflow);
  if (workflow.pinData.has(node.name)) return { verdict: 'runs', reasons: ['Its pinned items stand in for running it.'] };
  const limits = behaviour.limits?.(node.parameters, node.typeVersion) ?? [];
  const reasons = limits.map((limit) => limit.reason);
  const most = newest[shortType(node.type)];
  if (most !== undefined && node.typeVersion > most)
    reasons.push(`Version ${node.typeVersion} of this node is newer than what is known here (${most}).`);
  reasons.push(...triggerReasons(node));
  const secrets = JSON.stringify(node.parameters).includes('$secrets') || JSON.stringify(node.parameters).includes('$env.');
  if (secrets) reasons.push('It reads environment variables or external secrets, which are not there in the sandbox.');
  const binary = /\$binary\b|\bgetBinaryData|\bbinary\s*\[/.test(JSON.stringify(node.parameters));
  if (binary) reasons.push('It reads files carried as binary data; only what n8n says about them is known here.');
  const absent = calledButAbsent(node, others);
  if (absent !== undefined) return { verdict: 'not', reasons: [...reasons, absent] };
  if (limits.some((limit) => limit.verdict === 'not')) return { verdict: 'not', reasons };
  return { verdict: reasons.length > 0 ? 'partly' : 'runs', reasons };
}

/** A call by id works only when the workflow came with the same file. */
function calledButAbsent(node: N8nNode, others: ReadonlyMap<string, N8nWorkflow>): string | undefined {
  if (shortType(node.type) !== 'executeWorkflow' || (node.parameters.source ?? 'database') !== 'database') return undefined;
  const asked = node.parameters.workflowId;
  const id = String((isObject(asked) ? asked.value : asked) ?? '');
  if (id.startsWith('=') || others.has(id)) return undefined;
  return `The workflow that it calls (${id.slice(0, 80) || 'none is named'}) is not in this file; import both in one file.`;
}

function triggerReasons(node: N8nNode): string[] {
  switch (shortType(node.type)) {
    case 'webhook':
      return [
        'The headless host answers it at its own secret address, when the run is accepted; the path and the answer of n8n are not kept.',
      ];
    case 'errorTrigger':
      return ['Say in the trigger which workflow’s failed runs start this one.'];
    case 'interval':
    case 'cron':
    case 'scheduleTrigger':
      return scheduleReasons(node);
    default:
      return [];
  }
}

function scheduleReasons(node: N8nNode): string[] {
  const rules = node.parameters.rule ?? node.parameters.triggerTimes;
  const list = rules !== null && typeof rules === 'object' && !Array.isArray(rules) ? (rules.interval ?? rules.item) : undefined;
  const patterns = (Array.isArray(list) ? list : []).flatMap((rule) =>
    isObject(rule) && (rule.field === 'cronExpression' || rule.mode === 'custom')
      ? [String(rule.expression ?? rule.cronExpression ?? '')]
      : [],
  );
  const wrong = patterns.find((pattern) => !/^(?:[\d*/,\-?LW#A-Za-z]+\s+){4,5}[\d*/,\-?LW#A-Za-z]+$/.test(pattern.trim()));
  if (wrong !== undefined) return [`“${wrong.slice(0, 80)}” is not a pattern of times; put another in the trigger.`];
  return Array.isArray(list) && list.length > 1
    ? ['It has several rules; each became a trigger of its own as far as a pattern can say it.']
    : [];
}

function missing(node: N8nNode, workflow: N8nWorkflow): Verdict {
  const short = shortType(node.type);
  const feeds = workflow.otherConnections.get(node.name)?.[0];
  if (Object.hasOwn(insteads, short)) return { verdict: 'not', reasons: [insteads[short] as string] };
  if (feeds !== undefined)
    return {
      verdict: 'not',
      reasons: [`It is a part of “${feeds.node}” (${feeds.type}); models, tools and memory are chosen in an agent here.`],
    };
  if (/langchain/i.test(node.type))
    return { verdict: 'not', reasons: ['n8n’s AI nodes are not taken over: use an agent or a model prompt node.'] };
  if (!node.type.startsWith('n8n-nodes-base.'))
    return { verdict: 'not', reasons: [`${node.type} comes from a package that is not part of n8n itself.`] };
  if (isTrigger(node.type))
    return { verdict: 'not', reasons: [`${node.type} listens to a service over the network; use a schedule or a webhook.`] };
  return { verdict: 'not', reasons: [`${node.type} needs an account or a service; use a tool server or an HTTP request node.`] };
}
