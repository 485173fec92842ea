// What Summarize is asked for, as its two ages have it alike: which fields, by which groups, and what one aggregation gives of some items.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { NodeFault, type NodeRun } from '../node-run.ts';
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

const isNothing = (value: Loose): boolean => value === undefined || value === null || value === '';
export const plainName = (name: string): string => name.replace(/[\]["]/g, '').replace(/[ .]/g, '_');

export interface Summing {
  options: JsonObject;
  splitBy: string[];
  wanted: Aggregation[];
  rows: Row[];
  read: Read;
}

/** Throws NodeFault when nothing is to be aggregated. */
export function readSumming(run: NodeRun): Summing {
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
  return { options, splitBy, wanted, rows: run.items.map((item, index) => ({ json: item.json, index })), read };
}

/** Throws NodeFault for a field that no item has. */
export function mustHaveFields({ wanted, rows, read }: Pick<Summing, 'wanted' | 'rows' | 'read'>): void {
  for (const { field = '' } of wanted)
    if (field !== '' && !rows.some((row) => read(row, field) !== undefined))
      throw new NodeFault(`The field '${field}' does not exist in any items`);
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
