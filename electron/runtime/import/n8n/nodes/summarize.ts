// Summarize: groups items by fields and gives sums, counts and the like of each group.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { get, type Loose } from '../values.ts';

export interface Aggregation {
  aggregation?: string;
  field?: string;
  includeEmpty?: boolean;
  separateBy?: string;
  customSeparator?: string;
}
export interface Row {
  json: JsonObject;
  index: number;
}
export type Read = (row: Row, field: string) => Loose;
type Result = { field: string; splits: Map<Loose, Result> } | { values: JsonObject; from: number[] };

export const aggregationNames: Record<string, string> = {
  append: 'appended_',
  average: 'average_',
  concatenate: 'concatenated_',
  count: 'count_',
  countUnique: 'unique_count_',
  max: 'max_',
  min: 'min_',
  sum: 'sum_',
};

export const summarizeNode: Behaviour = { firstItemOnly: true, run: (run) => [summarize(run)] };

const isNothing = (value: Loose): boolean => value === undefined || value === null || value === '';
export const plainName = (name: string): string => name.replace(/[\]["]/g, '').replace(/[ .]/g, '_');

function summarize(run: NodeRun): Item[] {
  const convertsKeys = run.version === 1;
  const options = run.param<JsonObject>('options', 0, {});
  const splitBy = run
    .param<string>('fieldsToSplitBy', 0, '')
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '');
  const wanted = run.param<Aggregation[]>('fieldsToSummarize.values', 0, []);
  if (!wanted.some((each) => (each.field ?? '') !== ''))
    throw new NodeFault("You need to add at least one aggregation to 'Fields to Summarize' with non empty 'Field'");
  const read: Read = (row, field) => (options.disableDotNotation === true ? row.json[field] : get(row.json, field));
  const rows = run.items.map((item, index) => ({ json: item.json, index }));
  const result = split(rows, splitBy, wanted, options, read, convertsKeys);
  if (convertsKeys && options.continueIfFieldNotFound !== true)
    for (const { field = '' } of wanted)
      if (field !== '' && !rows.some((row) => read(row, field) !== undefined))
        throw new NodeFault(`The field '${field}' does not exist in any items`);
  if (options.outputFormat === 'singleItem') return [{ json: asObject(result), pairedItem: rows.map((row) => ({ item: row.index })) }];
  return asRows(result).map(({ values, from }) => ({ json: values, pairedItem: from.map((item) => ({ item })) }));
}

function split(
  rows: Row[],
  [first, ...rest]: string[],
  wanted: Aggregation[],
  options: JsonObject,
  read: Read,
  convertsKeys: boolean,
): Result {
  if (first === undefined) {
    const values: JsonObject = {};
    for (const each of wanted)
      values[plainName(`${aggregationNames[each.aggregation ?? 'count']}${each.field ?? ''}`)] = aggregateOne(
        rows,
        each,
        read,
      ) as JsonValue;
    return { values, from: rows.map((row) => row.index) };
  }
  const groups = new Map<Loose, Row[]>();
  for (const row of rows) {
    let key = read(row, first);
    if (key !== null && typeof key === 'object') key = JSON.stringify(key);
    if (convertsKeys) key = String(key);
    if (options.skipEmptySplitFields === true && typeof key !== 'number' && !key) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  // Keys of an object: whole numbers come first, in their order.
  const keys = convertsKeys ? Object.keys(Object.fromEntries([...groups.keys()].map((key) => [String(key), true]))) : [...groups.keys()];
  const ordered = keys.map((key): [Loose, Row[]] => [key, groups.get(key) ?? []]);
  return {
    field: first,
    splits: new Map(ordered.map(([key, group]) => [key, split(group, rest, wanted, options, read, convertsKeys)])),
  };
}

export function aggregateOne(rows: Row[], wanted: Aggregation, read: Read): Loose {
  const field = wanted.field ?? '';
  const all = rows.map((row) => read(row, field));
  const filled = wanted.includeEmpty === true ? all : all.filter((value) => !isNothing(value));
  switch (wanted.aggregation ?? 'count') {
    case 'append':
      return filled.map((value) => value ?? null);
    case 'concatenate': {
      const by = wanted.separateBy === 'other' ? (wanted.customSeparator ?? '') : (wanted.separateBy ?? ',');
      return filled
        .map((value) => (value === undefined ? 'undefined' : typeof value === 'object' ? JSON.stringify(value) : String(value)))
        .join(by);
    }
    case 'average': {
      const numbers = all.filter((value) => typeof value === 'number');
      const average = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
      return Number.isNaN(average) ? null : average;
    }
    case 'sum':
      return all.filter((value) => typeof value === 'number').reduce((sum, value) => sum + value, 0);
    case 'min':
      return extreme(all, (a, b) => a < b);
    case 'max':
      return extreme(all, (a, b) => a > b);
    case 'countUnique':
      return new Set(filled).size;
    default:
      return wanted.includeEmpty === true ? rows.length : filled.length;
  }
}

// They compare whatever the field holds, as JavaScript does.
// biome-ignore lint/suspicious/noExplicitAny: see above
function extreme(values: Loose[], isBetter: (a: any, b: any) => boolean): Loose {
  let best: Loose;
  for (const value of values) if (!isNothing(value) && (best === undefined || isBetter(value, best))) best = value;
  return best ?? null;
}

const asObject = (result: Result): JsonObject =>
  'values' in result ? result.values : Object.fromEntries([...result.splits].map(([key, inner]) => [String(key), asObject(inner)]));

function asRows(result: Result): { values: JsonObject; from: number[] }[] {
  if ('values' in result) return [result];
  return [...result.splits].flatMap(([key, inner]) =>
    asRows(inner).map((row) => {
      (row.values as Record<string, Loose>)[plainName(result.field)] = key;
      return row;
    }),
  );
}
