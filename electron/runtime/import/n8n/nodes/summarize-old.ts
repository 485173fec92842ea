// Summarize as Item Lists (1 to 3) has it: group keys are texts and come first; what counts as empty is older too.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { get, type Loose } from '../values.ts';
import { type Aggregation, aggregateOne, aggregationNames, plainName, type Read, type Row } from './summarize.ts';

interface Summing {
  wanted: Aggregation[];
  skipsEmpty: boolean;
  read: Read;
  version: number;
}
type Groups = Map<string, Groups> | { values: JsonObject; from: number[] };

export function summarizeOld(run: NodeRun): Item[] {
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
  if (run.version < 2.1)
    for (const { field = '' } of wanted)
      if (field !== '' && !rows.some((row) => read(row, field) !== undefined))
        throw new NodeFault(`The field '${field}' does not exist in any items`);
  const groups = grouped(rows, splitBy, { wanted, skipsEmpty: options.skipEmptySplitFields === true, read, version: run.version });
  if (options.outputFormat === 'singleItem')
    return [{ json: asObject(groups) as JsonObject, pairedItem: rows.map((row) => ({ item: row.index })) }];
  const named = run.version < 2 ? splitBy : splitBy.map(plainName);
  return asRows(groups, named, {}).map(({ json, from }) => ({ json, pairedItem: from.map((item) => ({ item })) }));
}

function grouped(rows: Row[], [first, ...rest]: string[], how: Summing): Groups {
  if (first === undefined) return { values: aggregated(rows, how), from: rows.map((row) => row.index) };
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    let key = how.read(row, first);
    if (key !== undefined && typeof key === 'object') key = JSON.stringify(key);
    if (how.skipsEmpty && typeof key !== 'number' && !key) continue;
    found.set(String(key), [...(found.get(String(key)) ?? []), row]);
  }
  // The keys of an object: whole numbers come first, in their order.
  const keys = Object.keys(Object.fromEntries([...found.keys()].map((key) => [key, true])));
  return new Map(keys.map((key) => [key, grouped(found.get(key) ?? [], rest, how)]));
}

function aggregated(rows: Row[], { wanted, read, version }: Summing): JsonObject {
  const made: Record<string, Loose> = {};
  for (const each of wanted) {
    const kind = each.aggregation ?? 'count';
    const name = `${aggregationNames[kind]}${each.field ?? ''}`;
    const counts = kind === 'count' || kind === 'countUnique';
    const isExtreme = version < 3 && (kind === 'min' || kind === 'max');
    made[version < 2 ? name : plainName(name)] = isExtreme
      ? extremeNumber(rows, kind, each.field ?? '', read)
      : aggregateOne(rows, counts ? { ...each, includeEmpty: false } : each, read);
  }
  return made as JsonObject;
}

function extremeNumber(rows: Row[], kind: 'min' | 'max', field: string, read: Read): number | null {
  const numbers = rows.map((row) => read(row, field)).filter((value) => typeof value === 'number');
  const number = numbers.reduce(
    (best, value) => Math[kind](best, value),
    kind === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
  );
  return Number.isFinite(number) ? number : null;
}

const asObject = (groups: Groups): JsonObject =>
  groups instanceof Map ? Object.fromEntries([...groups].map(([key, inner]) => [key, asObject(inner)])) : groups.values;

function asRows(groups: Groups, [field = '', ...rest]: string[], before: JsonObject): { json: JsonObject; from: number[] }[] {
  if (!(groups instanceof Map)) return [{ json: { ...before, ...groups.values }, from: groups.from }];
  return [...groups].flatMap(([key, inner]) => asRows(inner, rest, { ...before, [field]: key }));
}
