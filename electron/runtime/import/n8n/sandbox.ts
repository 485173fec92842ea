// Expressions and code of n8n nodes in the script sandbox: what of the run so far they may see, and how their answers and
// faults come back. One call serves all items of a node.

import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { nearestWays } from './graph.ts';
import { type CodeRequest, type Evaluated, NodeFault } from './node-run.ts';
import type { Item, N8nNode, N8nWorkflow, PairedItem, RunData, Source, TaskRun } from './types.ts';
import type { Loose } from './values.ts';

/** The script power of an Orrery node. */
export type RunScript = (
  code: string,
  globals: JsonObject,
  options: { n8n?: true; sql?: true; timeoutMs?: number },
) => Promise<JsonValue | undefined>;

export interface Surroundings {
  workflow: N8nWorkflow;
  node: N8nNode;
  runData: RunData;
  /** What nodes keep between their runs. */
  memories: ReadonlyMap<string, Record<string, unknown>>;
  inputs: Item[][];
  source: (Source | null)[];
  runIndex: number;
  timezone: string;
  now: number;
}

const mentionsSteps = /\$\(|\$node\b|\$items\b|\$item\b|\$prevNode\b|\$input\s*\.\s*(?:params|context)|\$getPairedItem\b/;

/** `.all(0, 1)`, `$items('x', 0, 1)`: an output and a run of it. */
const namesRuns = /\.\s*(?:all|first|last)\s*\([^)]*,|\$items\s*\([^)]*,[^)]*,/;

/** What JSON cannot say of an answer is said beside it: dates, and numbers that are none. */
const evaluateAll = `
const told = (value) => {
  if (typeof value === 'number' && !Number.isFinite(value)) return { value: String(value), as: 'number' };
  if (typeof value === 'bigint') return { value: String(value), as: 'bigint' };
  if (typeof value === 'symbol') return { value: String(value) };
  if (value instanceof Date) return { value: value.getTime(), as: 'date' };
  if (value !== null && typeof value === 'object' && value.isLuxonDateTime === true) return { value: String(value), as: 'dateTime', zone: value.zoneName };
  return { value };
};
const out = [];
for (const index of indexes) {
  const row = [];
  for (const text of expressions) {
    try {
      const value = resolveValue(text, index);
      row.push(value === undefined ? {} : told(value));
    } catch (error) {
      row.push({ error: String(error && error.message !== undefined ? error.message : error) });
    }
  }
  out.push(row);
}
return out;`;

export async function evaluateExpressions(
  script: RunScript,
  around: Surroundings,
  expressions: readonly string[],
  indexes: readonly number[],
): Promise<Evaluated[][]> {
  if (expressions.length === 0 || indexes.length === 0) return indexes.map(() => []);
  const $n8n = describe(around, expressions.join('\n'));
  const rows = await script(evaluateAll, { $n8n, expressions: [...expressions], indexes: [...indexes] }, { n8n: true, timeoutMs: 30_000 });
  return (rows as JsonObject[][]).map((row) =>
    row.map(
      (answer): Evaluated =>
        typeof answer.error === 'string' ? { error: plainFault(answer.error, around) } : ({ ...answer, value: answer.value } as Evaluated),
    ),
  );
}

/** Without the place that the sandbox adds for people: n8n's message is data here. */
function plainFault(message: string, { workflow }: Surroundings): string {
  const plainMessage = message.replace(/ \(parameter “[^”]*”, item \d+\)$/, '');
  const name = /^Node '(.*)' hasn't been executed(?: \[line \d+(?:, for item \d+)?\])?$/.exec(plainMessage)?.[1];
  return name !== undefined && !workflow.nodes.some((node) => node.name === name) ? "Referenced node doesn't exist" : plainMessage;
}

const wrappers: Record<CodeRequest['mode'], (code: string) => string> = {
  all: () => "const made = await runCode(code, 'runOnceForAllItems', { goesOn });",
  each: () => "const made = await runCode(code, 'runOnceForEachItem', { goesOn });",
  sort: () => "const made = await runCode('return items.sort((a, b) => {' + code + '\\n})', 'runOnceForAllItems');",
  function: () => "const made = await runCode(code, 'runOnceForAllItems');",
  'function-item': () => `
    const made = [];
    const wrapped = 'const item = JSON.parse(JSON.stringify($json)); const __made = await (async () => {' + code + '\\n})(); return { json: { made: __made === undefined ? null : __made } };';
    for (const each of await runCode(wrapped, 'runOnceForEachItem')) made.push(each.json.made);`,
};

export async function runCode(script: RunScript, around: Surroundings, request: CodeRequest): Promise<Loose> {
  const $n8n = describe(around, request.code);
  const body = `
try {
  ${wrappers[request.mode](request.code)}
  return { made };
} catch (error) {
  return { error: String(error && error.message !== undefined ? error.message : error) };
}`;
  const answer = (await script(
    body,
    { $n8n, code: request.code, goesOn: around.node.onError !== 'stopWorkflow' },
    { n8n: true, timeoutMs: 60_000 },
  )) as JsonObject;
  if (typeof answer.error === 'string') {
    // What the sandbox adds for people is a description in n8n, not a part of the message.
    const [, message, advice] =
      /^(.+?)\. ((?:Please return|In the returned data|Access the properties|An array of|An empty array|If you need)[\s\S]*)$/.exec(
        answer.error,
      ) ?? [];
    throw new NodeFault(plainFault(message ?? answer.error, around), advice);
  }
  return answer.made;
}

/** Faults come back as data: their text is the database's own. */
const askDatabase = `
try {
  return { rows: querySql(tables, query, parameters) };
} catch (error) {
  return { error: String(error && error.message !== undefined ? error.message : error) };
}`;

export async function runSql(script: RunScript, tables: JsonObject[][], query: string, parameters: JsonValue[]): Promise<Loose> {
  const answer = (await script(askDatabase, { tables, query, parameters }, { sql: true, timeoutMs: 30_000 })) as JsonObject;
  if (typeof answer.error === 'string') throw new NodeFault(answer.error);
  return answer.rows;
}

function describe(around: Surroundings, text: string): JsonObject {
  const { workflow, node, inputs, source, runIndex } = around;
  const [from] = source;
  const main = inputs.find((items) => items.length > 0) ?? [];
  return plain({
    items: main,
    inputs,
    runIndex,
    node: { name: node.name, type: node.type, typeVersion: node.typeVersion, id: node.id, parameters: node.parameters },
    workflow: { id: workflow.id, name: workflow.name, active: false },
    execution: { id: 'run', mode: 'test' },
    now: around.now,
    zone: around.timezone,
    ...(from === null || from === undefined ? {} : { source: pointer(from) }),
    ...(mentionsSteps.test(text) ? { nodes: steps(around, text), branches: branchesTo(workflow, node.name, text) } : {}),
  });
}

const isPinned = (workflow: N8nWorkflow, name: string): boolean => workflow.pinData.has(name) || workflow.pinnedNames?.has(name) === true;

/** Which output of each step that a text names leads to this node; nothing is said where the connections are not known. */
function branchesTo(workflow: N8nWorkflow, name: string, text: string): Record<string, number | null> {
  if (workflow.branches !== undefined) return Object.fromEntries(workflow.branches);
  const nearest = nearestWays(workflow, name);
  const named = workflow.nodes.filter((each) => text.includes(each.name) || text.includes(JSON.stringify(each.name).slice(1, -1)));
  return Object.fromEntries(named.map((each) => [each.name, nearest.get(each.name) ?? null]));
}

const pointer = (source: Source): JsonObject => ({
  node: source.previousNode,
  output: source.previousNodeOutput ?? 0,
  run: source.previousNodeRun ?? 0,
});

/** The steps that a text can mean, each in the run that this item came through, else in its last one. */
function steps(around: Surroundings, text: string): JsonObject {
  const chosen = runsOnTheWay(around);
  const follows = /\.\s*item\b|pairedItem|itemMatching|\$item\b|\$prevNode|\$input|\$getPairedItem/.test(text);
  const reached = follows ? runsReached(around) : new Map<string, Set<number>>();
  const found: Record<string, unknown> = {};
  for (const [name, runs] of around.runData) {
    if (!follows && !text.includes(name)) continue;
    const at = chosen.get(name) ?? runs.length - 1;
    const run = runs[at];
    if (run === undefined) continue;
    const parameters = around.workflow.nodes.find((node) => node.name === name)?.parameters ?? {};
    const all = runs.length > 1 && namesRuns.test(text) ? { runs: runs.map((each) => each.outputs.map((items) => items ?? [])) } : {};
    const others = [...(reached.get(name) ?? [])].filter((each) => each !== at && runs[each] !== undefined);
    const traced = others.length === 0 ? {} : { traced: Object.fromEntries(others.map((each) => [each, linked(runs[each] as TaskRun)])) };
    found[name] = {
      ...linked(run),
      ...all,
      ...traced,
      parameters,
      runIndex: at,
      ...(isPinned(around.workflow, name) ? { pinned: true } : {}),
      context: around.memories.get(name) ?? {},
    };
  }
  return found as JsonObject;
}

/** Every run that the links of the input items lead through, where some node ran several times. */
function runsReached({ runData, inputs, source }: Surroundings): Map<string, Set<number>> {
  const reached = new Map<string, Set<number>>();
  if (![...runData.values()].some((runs) => runs.length > 1)) return reached;
  const seen = new Set<string>();
  const queue: [Source, number][] = [];
  const visit = (from: Source | null | undefined, item: number): void => {
    if (from === null || from === undefined) return;
    const key = `${from.previousNode}\0${from.previousNodeRun ?? 0}\0${from.previousNodeOutput ?? 0}\0${item}`;
    if (seen.has(key)) return;
    seen.add(key);
    queue.push([from, item]);
  };
  inputs.forEach((items, input) => {
    items.forEach((_, item) => {
      visit(source[input], item);
    });
  });
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [from, item] = next;
    const at = from.previousNodeRun ?? 0;
    const run = runData.get(from.previousNode)?.[at];
    if (run === undefined) continue;
    reached.set(from.previousNode, (reached.get(from.previousNode) ?? new Set()).add(at));
    const paired = run.outputs[from.previousNodeOutput ?? 0]?.[item]?.pairedItem;
    const follow = (link: PairedItem): void => {
      if (typeof link === 'number') visit(run.source[0], link);
      else if (Array.isArray(link)) link.forEach(follow);
      else visit(link.sourceOverwrite ?? run.source[link.input ?? 0], link.item);
    };
    if (paired !== undefined) follow(paired);
  }
  return reached;
}

function runsOnTheWay(around: Surroundings): Map<string, number> {
  const chosen = new Map<string, number>();
  const queue = [...around.source];
  for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
    if (source === null || chosen.has(source.previousNode)) continue;
    const at = source.previousNodeRun ?? 0;
    chosen.set(source.previousNode, at);
    queue.push(...(around.runData.get(source.previousNode)?.[at]?.source ?? []));
  }
  return chosen;
}

/** Outputs whose items may name another source than their run's own (loops): it becomes one more source. */
function linked(run: TaskRun): { outputs: Item[][]; sources: (JsonObject | null)[] } {
  const sources = run.source.map((source) => (source === null ? null : pointer(source)));
  const link = (paired: PairedItem | undefined): PairedItem | undefined => {
    if (paired === undefined || typeof paired === 'number') return paired;
    if (Array.isArray(paired)) return paired.map((each) => link(each) as PairedItem);
    if (paired.sourceOverwrite === undefined) return paired;
    return { item: paired.item, input: sources.push(pointer(paired.sourceOverwrite)) - 1 };
  };
  const outputs = run.outputs.map((items) => (items ?? []).map((item) => ({ ...item, pairedItem: link(item.pairedItem) })));
  return { outputs, sources };
}

/** JSON as it will be sent: nothing undefined, no class instances. */
const plain = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
