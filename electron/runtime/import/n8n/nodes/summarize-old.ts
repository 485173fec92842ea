// Summarize as Item Lists (1 to 3) has it: group keys are texts and come first; what counts as empty is older too.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import type { NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import type { Loose } from '../values.ts';
import { aggregateOne, aggregationNames, mustHaveFields, plainName, type Read, type Row, readSumming, type Summing } from './summing.ts';

interface How extends Pick<Summing, 'wanted' | 'read'> {
  skipsEmpty: boolean;
  version: number;
}
type Groups = Map<string, Groups> | { values: JsonObject; from: number[] };

export function summarizeOld(run: NodeRun): Item[] {
  const { options, splitBy, wanted, rows, read } = readSumming(run);
  if (run.version < 2.1) mustHaveFields({ wanted, rows, read });
  const groups = grouped(rows, splitBy, { wanted, skipsEmpty: options.skipEmptySplitFields === true, read, version: run.version });
  if (options.outputFormat === 'singleItem')
    return [{ json: asObject(groups) as JsonObject, pairedItem: rows.map((row) => ({ item: row.index })) }];
  const named = run.version < 2 ? splitBy : splitBy.map(plainName);
  return asRows(groups, named, {}).map(({ json, from }) => ({ json, pairedItem: from.map((item) => ({ item })) }));
}

function grouped(rows: Row[], [first, ...rest]: string[], how: How): Groups {
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

function aggregated(rows: Row[], { wanted, read, version }: How): JsonObject {
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
