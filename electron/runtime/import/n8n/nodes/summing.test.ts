import { expect, it } from 'vitest';
import type { JsonObject } from '../../../../../shared/model/json.ts';
import { NodeFault, type NodeRun } from '../node-run.ts';
import { get } from '../values.ts';
import { type Aggregation, aggregateOne, mustHaveFields, plainName, type Read, type Row, readSumming } from './summing.ts';

const rowsOf = (...values: JsonObject[]): Row[] => values.map((json, index) => ({ json, index }));
const plain: Read = (row, field) => row.json[field];
const runOf = (parameters: JsonObject, items: JsonObject[]): NodeRun =>
  ({
    param: (name: string, _at: number, fallback: unknown) => get(parameters, name) ?? fallback,
    items: items.map((json) => ({ json })),
  }) as unknown as NodeRun;

it('reads what is asked for: groups by names with commas between them, fields by their path unless that is off', () => {
  const fieldsToSummarize = { values: [{ aggregation: 'sum', field: 'a.b' }] };
  const items = [{ a: { b: 2 } }];
  const asked = readSumming(runOf({ fieldsToSplitBy: ' kind, , year ', fieldsToSummarize }, items));
  expect(asked.splitBy).toEqual(['kind', 'year']);
  expect(asked.read(asked.rows[0] as Row, 'a.b')).toBe(2);
  const flat = readSumming(runOf({ fieldsToSummarize, options: { disableDotNotation: true } }, items));
  expect(flat.read(flat.rows[0] as Row, 'a.b')).toBeUndefined();
  expect(() => readSumming(runOf({ fieldsToSummarize: { values: [{ aggregation: 'sum', field: '' }] } }, items))).toThrow(NodeFault);
});

it('tells of a field that no item has, and of none that one has', () => {
  const rows = rowsOf({ a: 1 }, { b: null });
  const wanted = (field: string): Aggregation[] => [{ field }, {}];
  expect(() => mustHaveFields({ wanted: wanted('b'), rows, read: plain })).not.toThrow();
  expect(() => mustHaveFields({ wanted: wanted('c'), rows, read: plain })).toThrow("The field 'c' does not exist in any items");
});

it.each<[string, Aggregation, unknown]>([
  ['append', { aggregation: 'append' }, [3, '3', { a: 1 }]],
  ['append with what is empty', { aggregation: 'append', includeEmpty: true }, [3, '', null, '3', { a: 1 }]],
  ['concatenate', { aggregation: 'concatenate', separateBy: 'other', customSeparator: '/' }, '3/3/{"a":1}'],
  ['average, of numbers alone', { aggregation: 'average' }, 3],
  ['sum, of numbers alone', { aggregation: 'sum' }, 3],
  ['countUnique', { aggregation: 'countUnique' }, 3],
  ['count', {}, 3],
  ['count with what is empty', { includeEmpty: true }, 5],
])('%s', (_name, wanted, result) => {
  const rows = rowsOf({ x: 3 }, { x: '' }, { x: null }, { x: '3' }, { x: { a: 1 } });
  expect(aggregateOne(rows, { ...wanted, field: 'x' }, plain)).toEqual(result);
});

it('gives nothing where there is nothing to reckon with', () => {
  const rows = rowsOf({ x: '' }, {});
  for (const aggregation of ['average', 'min', 'max']) expect(aggregateOne(rows, { aggregation, field: 'x' }, plain)).toBeNull();
  expect(aggregateOne(rows, { aggregation: 'sum', field: 'x' }, plain)).toBe(0);
});

it('names a field plainly', () => {
  expect(plainName('sum_a.b["c d"]')).toBe('sum_a_bc_d');
});
