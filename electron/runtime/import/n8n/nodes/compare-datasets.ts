// Compare Datasets: what two lists share, what differs, and what only one of them has.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { comparer, deepCopy, get, isEmpty, isObject, type Loose, set, unset } from '../values.ts';
import { checkPairs, matchesOf, pairedList } from './merge-fields.ts';

interface Options {
  version: number;
  fuzzy: boolean;
  isPlain: boolean;
  multipleMatches: string;
  resolve: string;
  prefer: string;
  except: string[];
  skip: string[];
  /** Of the items that were mixed: n8n changes each in place, so that all its matches give the same. */
  mixed: Map<Item, Item>;
}
interface Pair {
  field1: string;
  field2: string;
}

export const compareDatasetsNode: Behaviour = {
  inputs: 2,
  outputs: 4,
  firstItemOnly: true,
  requiredInputs: () => 1,
  run(run) {
    const pairs = checkPairs(
      run.param<Pair[]>('mergeByFields.values', 0, []).map((pair) => ({ field1: pair.field1 ?? '', field2: pair.field2 ?? '' })),
    );
    const options = readOptions(run);
    const filled = (items: Item[]): Item[] => items.filter((item) => !isEmpty(item.json));
    const [first, second] = [filled(run.inputs[0] ?? []), filled(run.inputs[1] ?? [])];
    if (run.version < 2.2) {
      checkPresent(
        first,
        pairs.map((pair) => pair.field1),
        options.isPlain,
        'Input A',
      );
      checkPresent(
        second,
        pairs.map((pair) => pair.field2),
        options.isPlain,
        'Input B',
      );
    }
    return compare(first, second, pairs, options);
  },
};

function readOptions(run: NodeRun): Options {
  const options = run.param<JsonObject>('options', 0, {});
  const version = run.version;
  const names = (value: unknown): string[] =>
    Array.isArray(value)
      ? value.map(String)
      : String(value ?? '')
          .split(',')
          .map((each) => each.trim());
  const except = run.param<unknown>('exceptWhenMix', 0, '');
  return {
    mixed: new Map(),
    version,
    fuzzy: version >= 2 ? run.param('fuzzyCompare', 0, false) === true : options.fuzzyCompare === true,
    isPlain: options.disableDotNotation === true,
    multipleMatches: String(options.multipleMatches ?? 'first'),
    resolve: run.param<string>('resolve', 0, version > 2 ? 'includeBoth' : 'preferInput2'),
    prefer: run.param<string>('preferWhenMix', 0, 'input1'),
    except: except === '' || (Array.isArray(except) && except.length === 0) ? [] : names(except),
    skip: names(options.skipFields),
  };
}

function checkPresent(items: Item[], fields: string[], isPlain: boolean, label: string): void {
  if (items.length === 0) return;
  for (const field of fields)
    if (!items.some((item) => (isPlain ? Object.hasOwn(item.json, field) : get(item.json, field) !== undefined)))
      throw new NodeFault(`Field '${field}' is not present in any of items in '${label}'`);
}

function compare(first: Item[], second: Item[], pairs: Pair[], options: Options): Item[][] {
  const dotted = options.skip.find((field) => field.includes('.'));
  if (options.isPlain && dotted !== undefined)
    throw new NodeFault(`Dot notation is disabled, but field to skip comparing '${dotted}' contains dot`);
  const equal = comparer(options.fuzzy, options.version);
  const used = new Set<number>();
  const only1: Item[] = [];
  const same: Item[] = [];
  const different: Item[] = [];
  const match = { disableDotNotation: options.isPlain, multipleMatches: options.multipleMatches };
  for (const entry of first) {
    const found = matchesOf(entry, second, pairs, match, equal) ?? [];
    for (const index of found) used.add(index);
    if (found.length === 0) {
      only1.push(entry);
      continue;
    }
    let alike: Item | undefined;
    for (const other of found.map((index) => second[index] as Item)) {
      if (isSame(entry, other, options, equal)) alike ??= options.fuzzy && options.resolve === 'preferInput2' ? other : entry;
      else different.push(resolveDifference(entry, other, pairs, options, equal));
    }
    if (alike !== undefined) same.push(alike);
  }
  return [only1, same, different, second.filter((_, index) => !used.has(index))];
}

type Equal = (a: Loose, b: Loose) => boolean;

function isSame(one: Item, two: Item, options: Options, equal: Equal): boolean {
  const without = (json: JsonObject): JsonObject => {
    const copy = deepCopy(json);
    for (const field of options.skip) {
      if (options.isPlain || !options.skip.some((each) => each.includes('.'))) delete copy[field];
      else unset(copy, field);
    }
    return copy;
  };
  const [a, b] = [without(one.json), without(two.json)];
  return options.fuzzy ? Object.keys(a).every((key) => equal(a[key], b[key])) : equal(a, b);
}

function resolveDifference(one: Item, two: Item, pairs: Pair[], options: Options, equal: Equal): Item {
  if (options.resolve === 'preferInput1') return one;
  if (options.resolve === 'preferInput2') return two;
  if (options.resolve !== 'mix') return both(one, two, pairs, options, equal);
  const [entry, other] = options.prefer === 'input1' ? [one, two] : [two, one];
  const made = options.mixed.get(entry) ?? { ...entry, json: deepCopy(entry.json) };
  options.mixed.set(entry, made);
  for (const field of options.except) {
    if (options.isPlain) (made.json as Record<string, Loose>)[field] = other.json[field];
    else set(made.json, [field], get(other.json, field) ?? null);
  }
  return made;
}

function both(one: Item, two: Item, pairs: Pair[], options: Options, equal: Equal): Item {
  const keys = Object.fromEntries(pairs.map((pair) => [pair.field1, one.json[pair.field1] as JsonValue]));
  const [keys1, keys2] = [Object.keys(one.json), Object.keys(two.json)];
  const all = [...new Set([...keys1, ...keys2])];
  const compared = options.fuzzy && options.version >= 2.1 ? all : keys1.filter((key) => keys2.includes(key));
  const same: Record<string, Loose> = {};
  for (const key of compared) if (equal(one.json[key], two.json[key])) same[key] = one.json[key];
  const different: JsonObject = {};
  const skipped: JsonObject = {};
  const [nameA, nameB] = options.version >= 2 ? ['inputA', 'inputB'] : ['input1', 'input2'];
  const filled = (value: Loose): JsonValue => (options.version >= 2 ? (value ?? null) : value || null) as JsonValue;
  all
    .filter((key) => !Object.hasOwn(same, key))
    .forEach((key, index) => {
      const [a, b] = [deepCopy(filled(one.json[key])), deepCopy(filled(two.json[key]))];
      const nested = options.skip.filter((field) => field.startsWith(key) && field.includes('.'));
      if (options.version >= 2.1 && !options.isPlain && !options.skip.includes(key)) {
        if (nested.length > 0 && (typeof a !== 'object' || typeof b !== 'object'))
          throw new NodeFault(`The field '${key}' in item ${index} is not an object. It is not possible to use dot notation.`);
        for (const field of nested) {
          const inner = field.replace(`${key}.`, '');
          skipped[key] ??= { [nameA as string]: {}, [nameB as string]: {} };
          for (const [name, value] of [
            [nameA, a],
            [nameB, b],
          ] as const) {
            set((skipped[key] as JsonObject)[name as string] as JsonObject, inner, get(value, inner));
            if (isObject(value)) unset(value, inner);
          }
        }
        different[key] = { [nameA as string]: a, [nameB as string]: b };
      } else (options.skip.includes(key) ? skipped : different)[key] = { [nameA as string]: a, [nameB as string]: b };
    });
  return {
    json: { keys, same: same as JsonObject, different, ...(isEmpty(skipped) ? {} : { skipped }) },
    pairedItem: [...pairedList(one.pairedItem), ...pairedList(two.pairedItem)],
  };
}
