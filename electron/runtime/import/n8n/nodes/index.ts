// Which behaviour plays which of n8n's node types.

import type { Behaviour } from '../node-run.ts';
import { splitInBatchesNode } from './batches.ts';
import { codeNode, functionItemNode, functionNode } from './code.ts';
import { compareDatasetsNode } from './compare-datasets.ts';
import { cryptoNode } from './crypto.ts';
import { dateTimeNode } from './date-time.ts';
import { convertToFileNode, extractFromFileNode } from './files.ts';
import {
  executeWorkflowNode,
  executeWorkflowTriggerNode,
  passNode,
  respondNode,
  scheduleNode,
  stopAndErrorNode,
  triggerNode,
  waitNode,
} from './flow.ts';
import { htmlNode } from './html.ts';
import { httpNode } from './http.ts';
import { filterNode, ifNode } from './if.ts';
import { itemListsNode } from './item-lists.ts';
import { aggregateNode, limitNode, renameKeysNode, sortNode, splitOutNode } from './lists.ts';
import { markdownNode } from './markdown.ts';
import { mergeNode } from './merge.ts';
import { moveBinaryDataNode } from './move-binary.ts';
import { removeDuplicatesNode } from './remove-duplicates.ts';
import { setNode } from './set.ts';
import { debugHelperNode, simulateNode } from './stand-ins.ts';
import { summarizeNode } from './summarize.ts';
import { switchNode } from './switch.ts';
import { spreadsheetFileNode } from './tables.ts';
import { xmlNode } from './xml.ts';

const behaviours: Record<string, Behaviour> = {
  aggregate: aggregateNode,
  aiTransform: codeNode,
  code: codeNode,
  compareDatasets: compareDatasetsNode,
  convertToFile: convertToFileNode,
  cron: triggerNode,
  crypto: cryptoNode,
  dateTime: dateTimeNode,
  debugHelper: debugHelperNode,
  errorTrigger: triggerNode,
  executeWorkflow: executeWorkflowNode,
  executeWorkflowTrigger: executeWorkflowTriggerNode,
  executionData: passNode,
  extractFromFile: extractFromFileNode,
  filter: filterNode,
  function: functionNode,
  functionItem: functionItemNode,
  html: htmlNode,
  htmlExtract: htmlNode,
  httpRequest: httpNode,
  if: ifNode,
  interval: triggerNode,
  itemLists: itemListsNode,
  limit: limitNode,
  manualTrigger: triggerNode,
  markdown: markdownNode,
  merge: mergeNode,
  moveBinaryData: moveBinaryDataNode,
  noOp: passNode,
  removeDuplicates: removeDuplicatesNode,
  renameKeys: renameKeysNode,
  respondToWebhook: respondNode,
  scheduleTrigger: scheduleNode,
  set: setNode,
  simulate: simulateNode,
  sort: sortNode,
  splitInBatches: splitInBatchesNode,
  splitOut: splitOutNode,
  spreadsheetFile: spreadsheetFileNode,
  start: triggerNode,
  stopAndError: stopAndErrorNode,
  summarize: summarizeNode,
  switch: switchNode,
  timeSaved: passNode,
  wait: waitNode,
  webhook: triggerNode,
  xml: xmlNode,
};

export const shortType = (type: string): string => type.replace(/^n8n-nodes-base\./, '');

export function behaviourOf(type: string): Behaviour | undefined {
  const name = shortType(type);
  return type.startsWith('n8n-nodes-base.') && Object.hasOwn(behaviours, name) ? behaviours[name] : undefined;
}

export const triggerTypes: ReadonlySet<string> = new Set([
  'manualTrigger',
  'scheduleTrigger',
  'cron',
  'interval',
  'webhook',
  'executeWorkflowTrigger',
  'errorTrigger',
  'start',
]);

export const isTrigger = (type: string): boolean => triggerTypes.has(shortType(type)) || /trigger$/i.test(type);
