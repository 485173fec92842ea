// Summarize: groups items by fields and gives sums, counts and the like of each group.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import type { Behaviour, NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import type { Loose } from '../values.ts';
import { aggregateOne, aggregationNames, mustHaveFields, plainName, type Row, readSumming, type Summing } from './summing.ts';

type Result = { field: string; splits: Map<Loose, Result> } | { values: JsonObject; from: number[] };

export const summarizeNode: Behaviour = { firstItemOnly: true, run: (run) => [summarize(run)] };

function summarize(run: NodeRun): Item[] {
  const convertsKeys = run.version === 1;
  const asked = readSumming(run);
  const { options, rows } = asked;
  const result = split(rows, asked.splitBy, asked, convertsKeys);
  if (convertsKeys && options.continueIfFieldNotFound !== true) mustHaveFields(asked);
  if (options.outputFormat === 'singleItem') return [{ json: asObject(result), pairedItem: rows.map((row) => ({ item: row.index })) }];
  return asRows(result).map(({ values, from }) => ({ json: values, pairedItem: from.map((item) => ({ item })) }));
}

function split(rows: Row[], [first, ...rest]: string[], asked: Summing, convertsKeys: boolean): Result {
  const { wanted, options, read } = asked;
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
    splits: new Map(ordered.map(([key, group]) => [key, split(group, rest, asked, convertsKeys)])),
  };
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
