// The part of a node that only reckons: filters, joins, HTML, XML, dates. Patterns, selectors and sizes in it come from files of
// others and may take for ever, so it is done in a thread of its own that can be ended; what it asks of the sandbox goes through here.

import type { JsonObject } from '../../../../shared/model/json.ts';
import {
  Answers,
  asJson,
  type Behaviour,
  droppedParam,
  messageOf,
  NodeFault,
  type NodePowersForN8n,
  type NodeRun,
  type NodeWork,
  readParam,
} from './node-run.ts';
import { behaviourOf, shortType } from './nodes/index.ts';
import type { Item, N8nWorkflow, Source } from './types.ts';
import { get, type Loose } from './values.ts';

export type ReckonEnd = { outputs: (Item[] | null)[] | null } | { fault: { message: string; description?: string | undefined } };
export type ReckonPowers = Pick<NodePowersForN8n, 'evaluate' | 'code' | 'sql' | 'libraries'>;

const reckoning: ReadonlySet<string> = new Set([
  'aggregate',
  'compareDatasets',
  'convertToFile',
  'crypto',
  'dateTime',
  'extractFromFile',
  'filter',
  'html',
  'htmlExtract',
  'if',
  'itemLists',
  'markdown',
  'merge',
  'moveBinaryData',
  'removeDuplicates',
  'renameKeys',
  'set',
  'sort',
  'splitOut',
  'spreadsheetFile',
  'summarize',
  'switch',
  'xml',
]);

/** Nodes that need nothing of the run but their items and, some, the sandbox. */
export const onlyReckons = (type: string): boolean => behaviourOf(type) !== undefined && reckoning.has(shortType(type));

export function runOf(
  work: NodeWork,
  powers: NodePowersForN8n,
  around: { workflow: N8nWorkflow; source: (Source | null)[]; memory: Record<string, unknown> },
): NodeRun {
  const { node, inputs, expressions, rows } = work;
  const answers = new Answers(new Map(expressions.map((text, at) => [text, rows.map((row) => row[at])])));
  const count = Math.max(1, rows.length);
  const dropsFailed = node.continueOnFail && shortType(node.type) === 'set';
  return {
    ...powers,
    ...around,
    node,
    version: node.typeVersion,
    inputs,
    items: inputs[0] ?? [],
    timezone: work.timezone,
    continuesOnFail: node.onError !== 'stopWorkflow',
    param: <T = Loose>(path: string, index: number, fallback?: unknown) => {
      try {
        return readParam(node.parameters, answers, path, Math.min(index, count - 1), fallback) as T;
      } catch (error) {
        // As n8n: not where the text is no expression at all.
        if (dropsFailed && error instanceof NodeFault && error.message !== 'invalid syntax') return droppedParam as T;
        throw error;
      }
    },
    raw: (path) => get(node.parameters, path),
    evaluateText: async (text, index) => {
      const answer = (await powers.evaluate([text], [index]))[0]?.[0];
      if (answer === undefined) return undefined;
      if ('error' in answer) throw new NodeFault(answer.error);
      return answer.value;
    },
  };
}

const refused = (): never => {
  throw new NodeFault('This node may only reckon.');
};
const nowhere: N8nWorkflow = {
  id: '',
  name: '',
  nodes: [],
  connections: new Map(),
  otherConnections: new Map(),
  settings: {} as JsonObject,
  pinData: new Map(),
};

/** Runs a behaviour; where an expression gave what JSON cannot say, its items are made JSON again. */
export async function runTold(behaviour: Behaviour, run: NodeRun, rows: NodeWork['rows']): Promise<(Item[] | null)[] | null> {
  const outputs = await behaviour.run(run);
  return rows.some((row) => row.some((answer) => 'as' in answer)) ? asJson(outputs) : outputs;
}

/** Never rejects: what went wrong is told, so that it can be sent back. */
export async function reckon(work: NodeWork, powers: ReckonPowers): Promise<ReckonEnd> {
  try {
    const behaviour = behaviourOf(work.node.type);
    if (behaviour === undefined || !onlyReckons(work.node.type)) return { fault: { message: `${work.node.type} does not only reckon.` } };
    const all: NodePowersForN8n = { ...powers, http: refused, sleep: refused, subWorkflow: refused, now: () => work.now };
    return { outputs: await runTold(behaviour, runOf(work, all, { workflow: nowhere, source: [], memory: {} }), work.rows) };
  } catch (error) {
    const description = error instanceof NodeFault ? error.description : undefined;
    return { fault: { message: messageOf(error), ...(description === undefined ? {} : { description }) } };
  }
}
