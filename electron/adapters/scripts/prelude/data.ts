// The names that n8n's expressions and Code node see. One object for a whole call: `at` moves from item to item.

import { search } from 'jmespath';
import { DateTime, Duration, Interval } from 'luxon';
import { ExpressionError } from './errors.ts';
import { evaluate, scopeOf } from './evaluate.ts';
import { branchOf, type Given, type GivenNode, type Item, itemsOf, nodeOf, outputsOf } from './given.ts';
import { pairedItem } from './paired.ts';

type Names = Record<string, unknown>;

export interface Data {
  names: Names;
  scope: object;
  /** The item that names such as `$json` are about. */
  at: number;
}

const getter = (target: object, name: string, get: () => unknown): void => {
  Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
};

/** Metadata only: what a file holds stays outside. */
function metadata(item: Item | undefined): Names {
  const entries = Object.entries(item?.binary ?? {});
  return Object.fromEntries(entries.map(([key, { data: _, ...rest }]) => [key, rest]));
}

const noEnvironment = (): never => {
  throw new ExpressionError('access to env vars denied');
};
const environment = new Proxy({}, { get: (_, name) => (typeof name === 'symbol' ? undefined : noEnvironment()), has: () => true });

function jmespath(data: unknown, query: unknown): unknown {
  if (typeof data !== 'object' || typeof query !== 'string')
    throw new ExpressionError('expected two arguments (Object, string) for this function');
  if (/\\|__proto__|\bconstructor\b|\bprototype\b/.test(query))
    throw new ExpressionError('Cannot access this property in a jmespath query due to security concerns');
  return search(data, query) as unknown;
}

/** The outputs of one run of a step; without a number, of the run that this item came through. */
function runOf(from: Given, name: string, run?: number): Item[][] | undefined {
  const runs = nodeOf(from, name)?.runs;
  if (run === undefined || run === null || outputsOf(from, name) === undefined) return outputsOf(from, name);
  const count = runs?.length ?? 1;
  const at = run === -1 ? count - 1 : run;
  if (at >= count) throw new ExpressionError(`Run ${at} of node "${name}" not found`);
  return runs?.[at] ?? outputsOf(from, name);
}

const notExecuted = (from: Given, name: string): ExpressionError =>
  new ExpressionError(
    from.branches === undefined || Object.hasOwn(from.branches, name)
      ? `Node '${name}' hasn't been executed`
      : "Referenced node doesn't exist",
  );

function stepNames(from: Given, data: Data, asked?: unknown): Names {
  const name = String(asked === undefined || asked === '' ? (from.source?.node ?? '') : asked);
  if (name === '') throw new ExpressionError('When calling $(), please specify a node');
  const node = nodeOf(from, name);
  const items = (branch?: number, run?: number): Item[] => {
    const outputs = runOf(from, name, run);
    if (outputs === undefined) throw notExecuted(from, name);
    const leads = branchOf(from, name);
    const at = branch ?? (leads === undefined ? (from.source?.node === name ? from.source.output : undefined) : (leads ?? 0));
    if (at === undefined) return outputs.find((each) => each.length > 0) ?? outputs[0] ?? [];
    const found = outputs[at];
    if (found === undefined) throw new ExpressionError(`Node "${name}" has no branch with index ${at}.`);
    return found;
  };
  const matching = (index: unknown, method: string): Item => {
    if (branchOf(from, name) === null) throw new ExpressionError('Invalid expression');
    if (outputsOf(from, name) === undefined) throw notExecuted(from, name);
    if (typeof index !== 'number') throw new ExpressionError('Missing item index for .itemMatching()');
    return pairedItem(from, name, index, method);
  };
  const step: Names = {
    first: (branch?: number, run?: number) => items(branch, run)[0],
    last: (branch?: number, run?: number) => items(branch, run).at(-1),
    all: (branch?: number, run?: number) => items(branch, run),
    itemMatching: (index: unknown) => matching(index, 'itemMatching'),
    pairedItem: (index: unknown = data.at) => matching(index, 'pairedItem'),
    isExecuted: node !== undefined,
    params: node?.parameters ?? {},
    context: node?.context ?? {},
  };
  getter(step, 'item', () => matching(data.at, 'item'));
  return step;
}

/** The old `$node["x"]`: the same place in the step's items, not the paired item. */
function oldNode(from: Given, data: Data, name: string): Names {
  const items = (): Item[] => {
    const outputs = outputsOf(from, name);
    if (outputs === undefined) throw new ExpressionError(`Node '${name}' hasn't been executed`);
    const leads = branchOf(from, name);
    if (leads === null) throw new ExpressionError(`connect "${from.node?.name ?? ''}" to "${name}"`);
    return outputs[leads ?? (from.source?.node === name ? (from.source.output ?? 0) : 0)] ?? [];
  };
  const item = (): Item => {
    const all = items();
    const found = all[data.at];
    if (found === undefined)
      throw new ExpressionError(`"${name}" node has ${all.length} item(s) but you're trying to access item ${data.at}`);
    return found;
  };
  const node: Names = {
    context: nodeOf(from, name)?.context ?? {},
    runIndex: nodeOf(from, name)?.runIndex ?? (outputsOf(from, name) === undefined ? -1 : 0),
  };
  getter(node, 'json', () => item().json);
  getter(node, 'data', () => item().json);
  getter(node, 'binary', () => metadata(item()));
  getter(node, 'parameter', () => nodeOf(from, name)?.parameters ?? {});
  return node;
}

function inputNames(from: Given, data: Data): Names {
  const items = (): Item[] => itemsOf(from);
  const input: Names = {
    first: (...extra: unknown[]) => {
      if (extra.length > 0)
        throw new ExpressionError(
          "$input.first() takes no arguments. To get items from a specific upstream node, use $('NodeName').first() (or $('NodeName').all() for every item).",
        );
      return items()[0];
    },
    last: (...extra: unknown[]) => {
      if (extra.length > 0)
        throw new ExpressionError(
          "$input.last() takes no arguments. To get items from a specific upstream node, use $('NodeName').last() (or $('NodeName').all() for every item).",
        );
      return items().at(-1);
    },
    all: () => items(),
  };
  getter(input, 'item', () => items()[data.at]);
  const before = (): GivenNode | undefined => (from.source?.node === undefined ? undefined : nodeOf(from, from.source.node));
  getter(input, 'params', () => before()?.parameters ?? {});
  getter(input, 'context', () => before()?.context ?? {});
  return input;
}

/** A parameter that is an expression is evaluated when it is read, for the same item. */
function parameterNames(raw: Names, data: Data): object {
  const open = new Set<string>();
  return new Proxy(raw, {
    get(target, name) {
      if (typeof name === 'symbol' || !Object.hasOwn(target, name)) return undefined;
      if (open.has(name)) return undefined;
      open.add(name);
      try {
        return evaluate(target[name], data.scope);
      } finally {
        open.delete(name);
      }
    },
  });
}

export function makeData(from: Given, params: Names): Data {
  const names: Names = {};
  const data: Data = { names, scope: scopeOf(names), at: from.itemIndex ?? 0 };
  const items = itemsOf(from);
  const parameters = from.parameters ?? from.node?.parameters ?? params;
  const custom = new Map<string, string>();
  Object.assign(names, {
    $: (name?: unknown) => stepNames(from, data, name),
    $items: (name?: string, output = 0, run?: number) =>
      name === undefined ? items : (runOf(from, name, run)?.[output] ?? (stepNames(from, data, name).all as () => Item[])()),
    $input: inputNames(from, data),
    $node: new Proxy({}, { get: (_, name) => (typeof name === 'symbol' ? undefined : oldNode(from, data, name)) }),
    $runIndex: from.runIndex ?? 0,
    $mode: from.execution?.mode === 'production' ? 'trigger' : 'manual',
    $prevNode: { name: from.source?.node, outputIndex: from.source?.output ?? 0, runIndex: from.source?.run ?? 0 },
    $parameter: parameterNames(parameters, data),
    $rawParameter: parameters,
    $workflow: { active: false, id: '', name: '', ...from.workflow },
    $execution: {
      id: '',
      mode: 'test',
      resumeUrl: '',
      ...from.execution,
      customData: {
        set: (key: string, value: unknown) => void custom.set(key, String(value)),
        get: (key: string) => custom.get(key),
        setAll: (all: Names) => Object.entries(all).forEach(([key, value]) => void custom.set(key, String(value))),
        getAll: () => Object.fromEntries(custom),
      },
    },
    $vars: from.vars ?? {},
    $env: environment,
    $nodeVersion: from.node?.typeVersion,
    $nodeId: from.node?.id,
    $jmespath: jmespath,
    $jmesPath: jmespath,
    $evaluateExpression: (text: string, index?: number) => atItem(data, index ?? data.at, () => evaluate(`=${text}`, data.scope)),
    $item: (index: number) => {
      const other = makeData(from, params);
      other.at = index;
      return other.names;
    },
    DateTime,
    Duration,
    Interval,
  });
  getter(names, '$json', () => items[data.at]?.json);
  getter(names, '$data', () => items[data.at]?.json);
  getter(names, '$binary', () => metadata(items[data.at]));
  getter(names, '$thisItem', () => items[data.at]);
  for (const name of ['$itemIndex', '$position', '$thisItemIndex']) getter(names, name, () => data.at);
  getter(names, '$thisRunIndex', () => from.runIndex ?? 0);
  // The clock stands still for a whole call.
  let now: DateTime | undefined;
  const atNow = (): DateTime => {
    now ??= DateTime.now();
    return now;
  };
  getter(names, '$now', atNow);
  getter(names, '$today', () => atNow().startOf('day'));
  return data;
}

export function atItem<T>(data: Data, index: number, work: () => T): T {
  const before = data.at;
  data.at = index;
  try {
    return work();
  } finally {
    data.at = before;
  }
}
