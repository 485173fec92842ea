// Merge, versions 1 to 3: append, join by fields or by position, all combinations, choose a branch, a query (merge-sql.ts).

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { type Behaviour, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item, PairedItem } from '../types.ts';
import { merge } from '../values.ts';
import { clashOf, joiner } from './merge-clash.ts';
import { addSuffix, checkCount, joinByFields, pairedList } from './merge-fields.ts';
import { mergeOld } from './merge-old.ts';
import { mergeBySql } from './merge-sql.ts';

export const mergeNode: Behaviour = {
  inputs: (parameters) => {
    const count = Number(parameters.numberInputs ?? 2);
    return Number.isInteger(count) && count >= 2 && count <= 10 ? count : 2;
  },
  requiredInputs: (parameters, version) => (version < 2 ? undefined : parameters.mode === 'chooseBranch' ? [0, 1] : 1),
  firstItemOnly: true,
  rawParameters: ['query'],
  async run(run) {
    if (run.version < 2) return [mergeOld(run)];
    const count = run.version < 3 ? 2 : (mergeNode.inputs as (parameters: JsonObject) => number)(run.node.parameters);
    const inputs = Array.from({ length: count }, (_, index) => run.inputs[index] ?? []);
    const mode = run.param<string>('mode', 0, 'append');
    const way =
      mode === 'combine'
        ? run.param<string>(run.version < 3 ? 'combinationMode' : 'combineBy', 0, run.version < 3 ? 'mergeByFields' : 'combineByFields')
        : mode;
    switch (way) {
      case 'append':
        return [inputs.flat()];
      case 'multiplex':
      case 'combineAll':
        return [allPairs(run, inputs)];
      case 'mergeByPosition':
        return [byPositionOfTwo(run, inputs)];
      case 'combineByPosition':
        return [byPosition(run, inputs)];
      case 'mergeByFields':
      case 'combineByFields':
        return joinByFields(run, inputs);
      case 'chooseBranch':
        return [chooseBranch(run, inputs)];
      case 'combineBySql':
        return [await mergeBySql(run, inputs)];
      default:
        throw new NodeFault(`The mode "${way}" of Merge is not known here.`);
    }
  },
};

const withBinary = (binaries: (JsonObject | undefined)[]): { binary?: JsonObject } => {
  const binary = merge({}, binaries);
  return { binary };
};

function allPairs(run: NodeRun, [first = [], second = []]: Item[][]): Item[] {
  const clash = clashOf(run);
  let [a, b] = clash.resolveClash === 'preferInput1' ? [second, first] : [first, second];
  if (clash.resolveClash === 'addSuffix') [a, b] = [addSuffix(a, '1'), addSuffix(b, '2')];
  const join = joiner(clash);
  checkCount(a.length * b.length);
  return a.flatMap((one) =>
    b.map((two) => ({
      json: { ...join(one.json, two.json) },
      ...withBinary([one.binary, two.binary]),
      pairedItem: [one.pairedItem, two.pairedItem] as PairedItem[],
    })),
  );
}

function byPositionOfTwo(run: NodeRun, [first = [], second = []]: Item[][]): Item[] {
  const clash = clashOf(run);
  const keepsUnpaired = run.param('options.includeUnpaired', 0, false) === true;
  if (first.length === 0 || second.length === 0) return [...first, ...second];
  let [a, b] = clash.resolveClash === 'preferInput1' ? [second, first] : [first, second];
  if (clash.resolveClash === 'addSuffix') [a, b] = [addSuffix(a, '1'), addSuffix(b, '2')];
  const join = joiner(clash);
  const count = keepsUnpaired ? Math.max(a.length, b.length) : Math.min(a.length, b.length);
  return Array.from({ length: count }, (_, index) => {
    const [one, two] = [a[index], b[index]];
    if (one === undefined) return two as Item;
    if (two === undefined) return one;
    return {
      json: { ...join(one.json, two.json) },
      ...withBinary([one.binary, two.binary]),
      pairedItem: [one.pairedItem, two.pairedItem] as PairedItem[],
    };
  });
}

function byPosition(run: NodeRun, inputs: Item[][]): Item[] {
  const clash = clashOf(run);
  const keepsUnpaired = run.param('options.includeUnpaired', 0, false) === true;
  const prefers =
    clash.resolveClash?.startsWith('preferInput') === true ? Number(clash.resolveClash.replace('preferInput', '')) - 1 : inputs.length - 1;
  // The preferred one is taken before suffixes are added, as n8n does.
  const preferred = inputs[prefers] ?? [];
  const all = clash.resolveClash === 'addSuffix' ? inputs.map((input, index) => addSuffix(input, String(index + 1))) : inputs;
  const lengths = [...all, preferred].map((input) => input.length);
  const count = keepsUnpaired ? Math.max(...lengths) : Math.min(...lengths);
  const join = joiner(clash);
  return Array.from({ length: count }, (_, index) => {
    const rest = all.map((input) => input[index]);
    const best = preferred[index];
    return {
      json: { ...join({}, ...rest.map((item) => item?.json ?? {}), best?.json ?? {}) },
      ...withBinary([...rest.map((item) => item?.binary ?? {}), best?.binary ?? {}]),
      pairedItem: [...rest.flatMap((item) => item?.pairedItem), best?.pairedItem].filter((item) => item !== undefined) as PairedItem[],
    };
  });
}

function chooseBranch(run: NodeRun, inputs: Item[][]): Item[] {
  const isOld = run.version < 3;
  const output = run.param<string>('output', 0, isOld ? 'input1' : 'specifiedInput');
  if (output === 'empty')
    return [{ json: {}, pairedItem: [...(inputs[0] ?? []), ...(inputs[1] ?? [])].flatMap((item) => pairedList(item.pairedItem)) }];
  if (isOld) return [...(inputs[output === 'input2' ? 1 : 0] ?? [])];
  const chosen = Number(run.param('useDataOfInput', 0, 1));
  if (chosen > inputs.length) throw new NodeFault(`Input ${chosen} doesn't exist`);
  return [...(inputs[chosen - 1] ?? [])];
}
